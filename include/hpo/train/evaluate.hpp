#pragma once
/// \file  A model's scores on a data set.
/// Layer `train`, tier 2.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>

#include <hpo/data/batches.hpp>
#include <hpo/train/concepts.hpp>

namespace hpo::train {

namespace detail {
/// libtorch's stock modules keep their mode themselves; hpo's take it with each Pass.
template <class M>
void set_mode(M& model, bool training) {
  if constexpr (requires { model.train(training); }) model.train(training);
}

template <HasNamedParameters M>
[[nodiscard]] at::Device device_of(const M& model) {
  for (const auto& parameter : model.named_parameters()) return parameter.value().device();
  return at::kCPU;
}
}  // namespace detail

/// Runs the model over all rows without gradients and dropout, the longest rows first, so that a batch that does not fit
/// into memory fails at once.
/// \return nothing if `cancelled` said so before a batch.
template <class M, class T, Dataset D>
  requires TaskFor<T, M, D>
[[nodiscard]] std::optional<Scores> evaluate(M& model, const T& task, const D& data, std::int64_t batch_size,
                                             const std::function<bool()>& cancelled = {}) {
  const at::NoGradGuard no_grad;
  detail::set_mode(model, false);
  const at::Device device = detail::device_of(model);
  auto evaluator = task.evaluator(data);
  for (const auto& rows : data::bucketed_batches(data.lengths(), batch_size, nullptr)) {
    if (cancelled && cancelled()) return std::nullopt;
    const auto batch = data.batch(rows, device);
    evaluator.add(rows, model.forward(batch.tokens, nn::Pass{}), batch);
  }
  return evaluator.scores();
}

}  // namespace hpo::train

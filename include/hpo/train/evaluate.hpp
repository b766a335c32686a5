#pragma once
/// \file  A model's scores on a data set.
/// Layer `train`, tier 2.

#include <cstddef>
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

/// Runs the model over all rows without gradients and dropout, the longest rows first, so that a batch that does not
/// fit into memory fails at once; `take(rows, output, batch)` gets the rows' numbers and what the model says about
/// them. \return false if `cancelled` said so before a batch.
template <class M, Dataset D, class Take>
  requires ModelFor<M, D>
bool for_each_output(M& model, const D& data, std::int64_t batch_size, const std::function<bool()>& cancelled,
                     Take&& take) {
  const at::NoGradGuard no_grad;
  detail::set_mode(model, false);
  const at::Device device = detail::device_of(model);
  for (const auto& rows : data::bucketed_batches(data.lengths(), batch_size, nullptr)) {
    if (cancelled && cancelled()) return false;
    const auto batch = data.batch(rows, device);
    take(std::span<const std::size_t>(rows), model.forward(batch.tokens, nn::Pass{}), batch);
  }
  return true;
}

/// The scores of the model on all rows, or nothing if it was cancelled.
template <class M, class O, Dataset D>
  requires ObjectiveFor<O, M, D>
[[nodiscard]] std::optional<Scores> evaluate(M& model, const O& objective, const D& data, std::int64_t batch_size,
                                             const std::function<bool()>& cancelled = {}) {
  auto evaluator = objective.evaluator(data);
  const bool whole =
      for_each_output(model, data, batch_size, cancelled,
                      [&](auto rows, const auto& output, const auto& batch) { evaluator.add(rows, output, batch); });
  return whole ? std::optional<Scores>(evaluator.scores()) : std::nullopt;
}

}  // namespace hpo::train

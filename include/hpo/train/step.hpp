#pragma once
/// \file  The gradients of one batch, however many forward passes they take.
/// Layer `train`, tier 2.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>

#include <hpo/train/concepts.hpp>

namespace hpo::train {

/// Adds the gradients of the batch's mean loss to the parameters, in forward passes of at most `micro_batch_size` rows
/// (0: one pass). Each pass counts by its share of the rows, so that the sum is the gradient of one large batch.
/// \return the mean loss; if it is not finite, the pass that found out was not propagated back.
template <class M, class O, Dataset D>
  requires ObjectiveFor<O, M, D>
[[nodiscard]] double accumulate_gradients(M& model, const O& objective, const D& data,
                                          std::span<const std::size_t> rows, std::int64_t micro_batch_size,
                                          at::Device device, nn::Pass pass) {
  const std::size_t most = micro_batch_size == 0 ? rows.size() : static_cast<std::size_t>(micro_batch_size);
  double mean_loss = 0.0;
  for (std::size_t done = 0; done < rows.size(); done += most) {
    const auto micro = rows.subspan(done, std::min(most, rows.size() - done));
    const auto batch = data.batch(micro, device);
    const at::Tensor loss = objective.loss(model.forward(batch.tokens, pass), batch);
    const double share = static_cast<double>(micro.size()) / static_cast<double>(rows.size());
    mean_loss += share * loss.template item<double>();
    if (!std::isfinite(mean_loss)) return mean_loss;
    (share < 1.0 ? loss.mul(share) : loss).backward();
  }
  return mean_loss;
}

}  // namespace hpo::train

#pragma once
/// \file  Distances between tokens, far ones in buckets that grow.
/// Layer `nn`, tier 2.

#include <cstdint>

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/where.h>

namespace hpo::nn {

/// Distances up to half the buckets keep a bucket of their own; farther ones share, logarithmically, so that the last
/// bucket ends at `max_distance`. Negative distances mirror the positive ones.
///
/// The order of operations, in float32, is the reference's: what is rounded up falls into another bucket otherwise.
///
/// Shapes   distance [...] int64 -> [...] int64.
/// Source   He, Gao, Chen: DeBERTaV3, 2021; the idea is Raffel et al.: T5, 2020.
[[nodiscard]] inline at::Tensor log_bucket(const at::Tensor& distance, std::int64_t buckets,
                                           std::int64_t max_distance) {
  const std::int64_t mid = buckets / 2;
  const at::Tensor size = distance.abs();
  const double end = static_cast<double>(max_distance - 1) / static_cast<double>(mid);
  const at::Tensor share = size.to(at::kFloat).div(mid).log().div(at::scalar_tensor(end, at::kFloat).log());
  const at::Tensor far = share.mul(mid - 1).ceil().add(mid).mul(distance.sign());
  return at::where(size.le(mid), distance, far.to(at::kLong));
}

/// Where the distances of a length lie in a table of positions, and which of its rows they use: those of a short row of
/// tokens are few, and only they are projected.
struct RelativeRows {
  std::int64_t first = 0;  ///< the first row used
  std::int64_t count = 0;  ///< rows used from there on
  at::Tensor row;          ///< [2 T - 1] int32: of distance d, at d + T - 1, the row counted from `first`
};

/// Shapes   the table has 2 * span rows, distance 0 at row `span`; what lies beyond its ends takes the last row there.
[[nodiscard]] inline RelativeRows relative_rows(std::int64_t length, std::int64_t span, std::int64_t buckets,
                                                std::int64_t max_distance, at::Device device) {
  const at::Tensor distance = at::arange(1 - length, length, at::kLong);  // [2 T - 1]
  const at::Tensor bucket = buckets > 0 ? log_bucket(distance, buckets, max_distance) : distance;
  const at::Tensor row = bucket.add(span).clamp(0, 2 * span - 1);
  const auto first = row.min().item<std::int64_t>(), last = row.max().item<std::int64_t>();
  return {first, last - first + 1, row.sub(first).to(at::kInt).to(device)};
}

}  // namespace hpo::nn

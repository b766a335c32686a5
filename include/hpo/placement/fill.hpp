#pragma once
/// \file  Initial values drawn from an addressed stream, for any floating dtype.
/// Layer `placement`, tier 2.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <hpo/core/philox.hpp>

namespace hpo::placement {

/// Writes `draw()` to each element in row-major order. Values are drawn in double and rounded once to the tensor's
/// dtype, in blocks: no second tensor of the same size.
/// Shapes   tensor contiguous, on the CPU, floating.
template <class Draw>
void fill_each(at::Tensor& tensor, Draw draw) {
  constexpr std::int64_t block = 1 << 16;
  std::vector<double> values(static_cast<std::size_t>(std::min(block, tensor.numel())));
  const at::Tensor flat = tensor.view({-1});
  for (std::int64_t at = 0; at < flat.numel(); at += block) {
    const std::int64_t count = std::min(block, flat.numel() - at);
    for (std::int64_t i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = draw();
    flat.narrow(0, at, count).copy_(at::from_blob(values.data(), {count}, at::kDouble));
  }
}

/// N(0, std), redrawn beyond `cutoff` standard deviations (0: never).
inline void fill_normal(at::Tensor& tensor, double std, PhiloxStream& random, double cutoff = 0.0) {
  fill_each(tensor, [&] {
    double draw = random.normal();
    while (cutoff > 0.0 && std::abs(draw) > cutoff) draw = random.normal();
    return std * draw;
  });
}

/// Uniform in [-bound, bound).
inline void fill_uniform(at::Tensor& tensor, double bound, PhiloxStream& random) {
  fill_each(tensor, [&] { return bound * (2.0 * random.uniform() - 1.0); });
}

/// Writes every element of a contiguous CPU tensor. See SelfInitializing::initialize_own.
using Initializer = std::function<void(at::Tensor&, PhiloxStream&)>;

/// Initializers for tensors whose module declares none.
[[nodiscard]] inline Initializer normal(double std) {
  return [std](at::Tensor& tensor, PhiloxStream& random) { fill_normal(tensor, std, random); };
}
[[nodiscard]] inline Initializer uniform(double bound) {
  return [bound](at::Tensor& tensor, PhiloxStream& random) { fill_uniform(tensor, bound, random); };
}
[[nodiscard]] inline Initializer constant(double value) {
  return [value](at::Tensor& tensor, PhiloxStream&) { tensor.fill_(value); };
}

}  // namespace hpo::placement

#pragma once
/// \file  Rotary positions: a token's position as an angle by which its queries and keys are rotated.
/// Layer `nn`, tier 2.

#include <cstdint>

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/pow.h>

namespace hpo::nn {

/// Cosine and sine of each position's angles: position t rotates pair j by t * theta^(-2j/d).
struct RotaryTable {
  at::Tensor cos, sin;  // [T, 1, d/2], float32: the same for every head
};

/// The table of positions 0 .. length-1. Angles are computed in float32, as in the reference: at positions in the
/// thousands more precise ones would differ from it.
///
/// Shapes   `width` is that of a head, d, an even number.
[[nodiscard]] inline RotaryTable rotary_table(std::int64_t length, std::int64_t width, double theta,
                                              at::Device device) {
  const auto options = at::TensorOptions(at::kFloat).device(device);
  const at::Tensor exponents = at::arange(0, width, 2, options).div(static_cast<double>(width));  // [d/2]
  const at::Tensor frequencies = at::pow(theta, exponents).reciprocal();
  const at::Tensor angles = at::arange(length, options).view({length, 1, 1}).mul(frequencies);  // [T, 1, d/2]
  return {angles.cos(), angles.sin()};
}

/// Rotates each vector by its position's angles. Component j is paired with component j + d/2.
///
/// Shapes   x [B, T, heads, d] -> the same.
/// Source   Su et al.: RoFormer: Enhanced Transformer with Rotary Position Embedding, 2021.
[[nodiscard]] inline at::Tensor rotate(const at::Tensor& x, const RotaryTable& table) {
  const std::int64_t half = x.size(-1) / 2;
  const at::Tensor cos = table.cos.to(x.scalar_type()), sin = table.sin.to(x.scalar_type());
  const at::Tensor first = x.narrow(-1, 0, half), second = x.narrow(-1, half, half);
  return at::cat({first.mul(cos).sub(second.mul(sin)), second.mul(cos).add(first.mul(sin))}, -1);
}

}  // namespace hpo::nn

#pragma once
/// \file  Scaled dot-product attention with several heads.
/// Layer `nn`, tier 3.

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>

#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/lowest.hpp>
#include <hpo/nn/model/pass.hpp>

namespace hpo::nn {

/// What to add to the scores so that padding is not attended: 0 at real tokens, the lowest finite value at padding.
/// Finite, so that a row of padding alone attends evenly instead of giving NaN. Made once a pass, for all layers.
///
/// Shapes   attention_mask [B, T] -> [B * heads, 1, T]; undefined when nothing is padded (seen on the CPU only:
///          elsewhere looking would wait for the device).
[[nodiscard]] inline at::Tensor attention_bias(const at::Tensor& attention_mask, std::int64_t heads,
                                               at::ScalarType type) {
  if (attention_mask.device().is_cpu() && attention_mask.all().item<bool>()) return {};
  const std::int64_t rows = attention_mask.size(0), length = attention_mask.size(1);
  at::Tensor bias = at::zeros({rows, length}, attention_mask.options().dtype(type));
  bias.masked_fill_(attention_mask.eq(0), lowest(type));
  // [B, T] -> [B, 1, 1, T] -> [B, A, 1, T] -> [B * A, 1, T]
  return bias.view({rows, 1, 1, length}).expand({rows, heads, 1, length}).reshape({rows * heads, 1, length});
}

/// What to add to the scores so that a token attends to those at most `reach` positions away: 0 near, the lowest finite
/// value far. Made once a pass, for all local layers.
///
/// Shapes   -> [1, T, T], or undefined when no row is long enough for it to matter.
[[nodiscard]] inline at::Tensor window_bias(std::int64_t length, std::int64_t reach, at::ScalarType type,
                                            at::Device device) {
  if (length <= reach + 1) return {};
  const at::Tensor positions = at::arange(length, at::TensorOptions(at::kLong).device(device));
  const at::Tensor far = positions.unsqueeze(0).sub(positions.unsqueeze(1)).abs().gt(reach);  // [T, T]
  return at::zeros({1, length, length}, at::TensorOptions(type).device(device)).masked_fill_(far, lowest(type));
}

/// Shapes   [B, T, D] -> [B * heads, T, d], D = heads * d.
[[nodiscard]] inline at::Tensor per_head(const at::Tensor& x, std::int64_t heads) {
  const std::int64_t rows = x.size(0), length = x.size(1), d = x.size(2) / heads;
  // [B, T, D] -> [B, T, A, d] -> [B, A, T, d] -> [B * A, T, d]
  return x.view({rows, length, heads, d}).transpose(1, 2).reshape({rows * heads, length, d});
}

/// softmax(scores + bias) V per head, with dropout on the probabilities: what all attentions do with their scores.
///
/// Shapes   scores [B * heads, T, T], overwritten; values [B * heads, T, d]; bias [B * heads, 1, T] or undefined
///          -> [B, T, D], D = heads * d.
[[nodiscard]] inline at::Tensor mix_heads(at::Tensor scores, const at::Tensor& values, const at::Tensor& bias,
                                          std::int64_t heads, double dropout_prob, const Pass& pass) {
  const std::int64_t rows = values.size(0) / heads, length = values.size(1), d = values.size(2);
  if (bias.defined()) scores.add_(bias);
  const at::Tensor weights = dropout(at::softmax(scores, -1), dropout_prob, pass);
  const at::Tensor context = at::bmm(weights, values);  // [B * A, T, d]
  // [B * A, T, d] -> [B, A, T, d] -> [B, T, A, d] -> [B, T, D]
  return context.view({rows, heads, length, d}).transpose(1, 2).reshape({rows, length, heads * d});
}

/// The same with values that are not yet apart: [B, T, D].
[[nodiscard]] inline at::Tensor mix_values(at::Tensor scores, const at::Tensor& value, const at::Tensor& bias,
                                           std::int64_t heads, double dropout_prob, const Pass& pass) {
  return mix_heads(std::move(scores), per_head(value, heads), bias, heads, dropout_prob, pass);
}

/// softmax(Q K' / sqrt(d) + bias) V per head, with dropout on the probabilities. Three plain products: on the CPU
/// libtorch's fused attention is no faster in float32 and two to three times slower in bfloat16.
///
/// Shapes   query, key, value [B, T, D], D = heads * d; bias [B * heads, 1, T] or undefined -> [B, T, D].
/// Source   Vaswani et al.: Attention Is All You Need, 2017.
[[nodiscard]] inline at::Tensor attend(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                                       const at::Tensor& bias, std::int64_t heads, double dropout_prob,
                                       const Pass& pass) {
  const double scale = 1.0 / std::sqrt(static_cast<double>(query.size(2) / heads));
  const at::Tensor scores =
      at::bmm(per_head(query.mul(scale), heads), per_head(key, heads).transpose(1, 2));  // [B * A, T, T]
  return mix_values(scores, value, bias, heads, dropout_prob, pass);
}

}  // namespace hpo::nn

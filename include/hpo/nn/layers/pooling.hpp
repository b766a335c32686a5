#pragma once
/// \file  From one state per token to one per row.
/// Layer `nn`, tier 2.

#include <array>
#include <string_view>
#include <utility>

#include <ATen/core/Tensor.h>
#include <ATen/ops/bmm.h>

#include <hpo/nn/layers/lowest.hpp>

namespace hpo::nn {

enum class Pooling {
  cls,    ///< the first token's state
  mean,   ///< the mean over real tokens
  max,    ///< the largest of each feature over real tokens
  pooler  ///< the encoder's own trained pooler
};

[[nodiscard]] constexpr auto enum_names(Pooling) {
  return std::array<std::pair<std::string_view, Pooling>, 4>{
      {{"cls", Pooling::cls}, {"mean", Pooling::mean}, {"max", Pooling::max}, {"pooler", Pooling::pooler}}};
}

/// Shapes   hidden [B, T, D], attention_mask [B, T] -> [B, D]. `pooling` is cls, mean or max.
[[nodiscard]] inline at::Tensor pool(const at::Tensor& hidden, const at::Tensor& attention_mask, Pooling pooling) {
  if (pooling == Pooling::mean) {
    const at::Tensor real = attention_mask.to(hidden.scalar_type());                // [B, T]
    const at::Tensor share = real.div(real.sum(1, /*keepdim=*/true).clamp_min(1));  // 1/n at each of n real tokens
    return at::bmm(share.unsqueeze(1), hidden).squeeze(1);                          // [B, 1, T] x [B, T, D] -> [B, D]
  }
  if (pooling == Pooling::max)
    return hidden.masked_fill(attention_mask.eq(0).unsqueeze(-1), lowest(hidden.scalar_type())).amax(1);
  return hidden.select(1, 0);
}

}  // namespace hpo::nn

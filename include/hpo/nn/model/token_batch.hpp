#pragma once
/// \file  What an encoder reads.
/// Layer `nn`, tier 2.

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace hpo::nn {

/// Rows of token ids, padded to the longest.
///
/// Shapes   all [B, T], int64. attention_mask is 1 at real tokens and 0 at padding.
///          token_type_ids may be undefined: every token is then of type 0.
struct TokenBatch {
  at::Tensor input_ids;
  at::Tensor attention_mask;
  at::Tensor token_type_ids{};

  [[nodiscard]] std::int64_t rows() const { return input_ids.size(0); }
  [[nodiscard]] std::int64_t length() const { return input_ids.size(1); }
};

}  // namespace hpo::nn

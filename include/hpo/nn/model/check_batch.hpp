#pragma once
/// \file  A batch that an encoder cannot read is refused in words, before an operator fails in its own.
/// Layer `nn`, tier 2.

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/core/error.hpp>
#include <hpo/core/join.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::nn {

/// Errors   ShapeError if the mask has another shape than the ids, or a row has more than `max_length` tokens.
inline void check_batch(const TokenBatch& batch, std::int64_t max_length) {
  const auto text = [](const at::Tensor& x) {
    if (!x.defined()) return std::string("none");
    std::vector<std::string> sizes;
    for (const std::int64_t size : x.sizes()) sizes.push_back(std::to_string(size));
    return "[" + join(sizes) + "]";
  };
  const at::Tensor &ids = batch.input_ids, &mask = batch.attention_mask;
  require<ShapeError>(ids.defined() && ids.dim() == 2 && mask.defined() && ids.sizes() == mask.sizes(),
                      "nn.encoder: expected ids and mask of one shape [rows, tokens], got ", text(ids), " and ",
                      text(mask));
  require<ShapeError>(batch.length() <= max_length, "nn.encoder: expected at most ", max_length, " tokens a row, got ",
                      batch.length());
}

}  // namespace hpo::nn

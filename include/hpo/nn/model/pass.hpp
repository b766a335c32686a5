#pragma once
/// \file  How one forward pass runs: what differs between training and evaluation, and between precisions.
/// Layer `nn`, tier 2.

#include <optional>

#include <ATen/core/Tensor.h>

namespace hpo::nn {

class DropoutStream;

/// Handed down through every forward(): a pass depends on its arguments, not on a mode that someone set on the module.
struct Pass {
  bool training = false;
  DropoutStream* dropout = nullptr;  ///< the source of dropout masks; a training pass with dropout needs one

  /// Matrix products run in this type (bfloat16 say) while the weights keep theirs; empty: in the weights' type.
  std::optional<at::ScalarType> compute_dtype = std::nullopt;

  /// Keep only the inputs of each layer for backward, which then computes the layer again: see run_layer().
  bool checkpointing = false;

  /// The tensor in the type that matrix products run in. No copy if it has it already.
  [[nodiscard]] at::Tensor cast(const at::Tensor& x) const { return compute_dtype ? x.to(*compute_dtype) : x; }

  /// The same pass with products in the weights' type: for heads, whose logits deserve it and whose cost is nothing.
  [[nodiscard]] Pass in_full_precision() const { return {training, dropout, std::nullopt, checkpointing}; }
};

}  // namespace hpo::nn

#pragma once
/// \file  The losses that training makes small.
/// Layer `nn`, tier 2.

#include <cstdint>

#include <ATen/core/Reduction.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cross_entropy_loss.h>

namespace hpo::nn {

/// Cross entropy, mean over the rows; a row of class c counts `class_weights[c]` times if they are defined.
/// `label_smoothing` is the part of the target that all classes share evenly: 0 for none, below 1.
///
/// Shapes   logits [B, C], labels [B] int64 (-100: the row does not count), class_weights [C] -> scalar.
/// Source   Szegedy et al.: Rethinking the Inception Architecture for Computer Vision, CVPR 2016 (label smoothing).
[[nodiscard]] inline at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& labels,
                                                    const at::Tensor& class_weights = {},
                                                    double label_smoothing = 0.0) {
  return at::cross_entropy_loss(logits, labels, class_weights, at::Reduction::Mean, /*ignore_index=*/-100,
                                label_smoothing);
}

/// The mean of two cross entropies over the tokens of a row: of where the answer starts and where it ends. Places
/// outside the row (cut off by truncation) do not count; if none counts the loss is 0.
///
/// Shapes   logits [B, T, 2], starts and ends [B] int64 -> scalar.
[[nodiscard]] inline at::Tensor span_loss(const at::Tensor& logits, const at::Tensor& starts, const at::Tensor& ends) {
  const std::int64_t length = logits.size(1);
  const auto side = [&](std::int64_t which, const at::Tensor& places) {
    const at::Tensor inside = places.ge(0).logical_and(places.lt(length));
    const at::Tensor targets = places.masked_fill(inside.logical_not(), length);
    const at::Tensor sum = at::cross_entropy_loss(logits.select(2, which), targets, {}, at::Reduction::Sum, length);
    return sum.div(inside.sum().clamp_min(1));
  };
  return side(0, starts).add(side(1, ends)).div(2);
}

}  // namespace hpo::nn

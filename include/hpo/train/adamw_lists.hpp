#pragma once
/// \file  One AdamW step on many tensors at once.
/// Layer `train`, tier 2.

#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sqrt.h>

#include <hpo/train/adamw_kernel.hpp>

namespace hpo::train::detail {

/// float32 tensors that are stepped together, by libtorch's operators on lists: on a GPU a step of a model takes some
/// dozen launches then, not a dozen for each of its tensors.
class AdamWLists {
 public:
  /// All steps of a list have the same betas, eps and scale of gradients.
  void add(const at::Tensor& weight, const at::Tensor& gradient, const at::Tensor& mean, const at::Tensor& square,
           const AdamWStep& s) {
    shared_ = s;
    weights_.push_back(weight);
    gradients_.push_back(gradient);
    means_.push_back(mean);
    squares_.push_back(square);
    keep_.emplace_back(s.keep);
    negative_step_.emplace_back(-s.step_size);
    root_correction_.emplace_back(s.root_correction);
  }

  /// The same numbers as adamw_operators() but for rounding.
  void step() {
    if (weights_.empty()) return;
    const auto& [keep, beta1, beta2, eps, step_size, root_correction, scale] = shared_;
    at::_foreach_mul_(means_, at::Scalar(beta1));
    at::_foreach_add_(means_, gradients_, scale * (1.0 - beta1));
    at::_foreach_mul_(squares_, at::Scalar(beta2));
    at::_foreach_addcmul_(squares_, gradients_, gradients_, scale * scale * (1.0 - beta2));
    std::vector<at::Tensor> divisors = at::_foreach_sqrt(squares_);
    at::_foreach_mul_(divisors, root_correction_);
    at::_foreach_add_(divisors, at::Scalar(eps));
    at::_foreach_mul_(weights_, keep_);
    at::_foreach_addcdiv_(weights_, means_, divisors, negative_step_);
  }

 private:
  AdamWStep shared_{};
  std::vector<at::Tensor> weights_, gradients_, means_, squares_;
  std::vector<at::Scalar> keep_, negative_step_, root_correction_;
};

}  // namespace hpo::train::detail

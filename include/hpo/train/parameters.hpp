#pragma once
/// \file  The parameters that training changes: each tensor once, whatever the number of its names.
/// Layer `train`, tier 2.

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/TensorImpl.h>

#include <hpo/core/error.hpp>

namespace hpo::train {

/// A parameter that the optimizer steps. The tensor is a handle on the module's own. Groups of parameters, a smaller
/// learning rate for lower layers say, are made by changing `decays` and `lr_scale` before AdamW is given the list.
struct Parameter {
  std::string name;
  at::Tensor tensor;
  bool decays = true;     ///< whether weight decay applies: matrices only, so neither biases nor LayerNorm
  double lr_scale = 1.0;  ///< factor on the learning rate, for layer-wise rates
};

/// What has parameters by name, as torch::nn::Module has them.
template <class M>
concept HasNamedParameters = requires(const M& model) {
  { model.named_parameters().begin()->key() } -> std::convertible_to<std::string>;
  { model.named_parameters().begin()->value() } -> std::convertible_to<at::Tensor>;
};

/// The parameters of `model` that require a gradient, in their registered order. A tied tensor is listed once, under
/// its first name: an optimizer that saw it twice would step it twice.
///
/// Errors   PlacementError if one of them is on the meta device, where training would do nothing and say nothing.
template <HasNamedParameters M>
[[nodiscard]] std::vector<Parameter> trainable_parameters(const M& model) {
  std::vector<Parameter> parameters;
  std::unordered_set<const c10::TensorImpl*> seen;
  for (const auto& named : model.named_parameters()) {
    const at::Tensor& tensor = named.value();
    require<PlacementError>(!tensor.is_meta(), "train: ", named.key(),
                            ": expected a parameter with data, got one on the meta device");
    if (!tensor.requires_grad() || !seen.insert(tensor.unsafeGetTensorImpl()).second) continue;
    parameters.push_back({named.key(), tensor, tensor.dim() >= 2});
  }
  return parameters;
}

}  // namespace hpo::train

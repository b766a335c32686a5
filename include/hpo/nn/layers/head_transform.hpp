#pragma once
/// \file  What ModernBERT's heads have before their last layer.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <memory>
#include <string>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/core/error.hpp>
#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/tensor_options.hpp>

namespace hpo::nn {

struct HeadTransformOptions {
  std::string activation = "gelu";
  bool bias = false;  ///< of the linear layer
  bool norm_bias = false;
  double norm_eps = 1e-5;
};

/// norm(act(dense(x))), as wide as its input; in checkpoints "head.dense" and "head.norm".
///
/// Shapes   [..., D] -> [..., D].
/// Errors   ConfigError for an unknown activation.
/// Source   Warner et al.: Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder, 2024.
class HeadTransform : public torch::nn::Module {
 public:
  HeadTransform(const HeadTransformOptions& o, std::int64_t width, const at::TensorOptions& tensors = on_meta())
      : dense_(
            register_module("dense", std::make_shared<Linear>(width, width, Linear::Options{.bias = o.bias}, tensors))),
        norm_(register_module("norm", std::make_shared<LayerNorm>(
                                          width, LayerNorm::Options{.eps = o.norm_eps, .bias = o.norm_bias}, tensors))),
        activate_(activation(o.activation, "head.transform.activation")) {}

  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const Pass& pass) const {
    return norm_->forward(activate_(dense_->forward(x, pass.in_full_precision())));
  }

 private:
  std::shared_ptr<Linear> dense_;
  std::shared_ptr<LayerNorm> norm_;
  Activation activate_;
};

}  // namespace hpo::nn

#pragma once
/// \file  Layer normalization.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/layer_norm.h>
#include <torch/nn/module.h>

#include <hpo/core/philox.hpp>
#include <hpo/nn/model/tensor_options.hpp>
#include <hpo/placement/self_initializing.hpp>

namespace hpo::nn {

/// Normalizes the last dimension to mean 0 and variance 1, then scales and shifts. Always in the weights' precision.
///
/// Shapes   [..., width] -> [..., width]; weight [width], bias [width].
/// Initial  weight 1, bias 0.
/// Source   Ba, Kiros, Hinton: Layer Normalization, 2016.
class LayerNorm : public torch::nn::Module, public placement::SelfInitializing {
 public:
  struct Options {
    double eps = 1e-12;
    bool bias = true;
  };

  LayerNorm(std::int64_t width, Options options, const at::TensorOptions& tensors = on_meta())
      : weight(register_parameter("weight", at::empty({width}, tensors))), eps_(options.eps) {
    if (options.bias) bias = register_parameter("bias", at::empty({width}, tensors));
  }

  [[nodiscard]] at::Tensor forward(const at::Tensor& x) const {
    return at::layer_norm(x.to(weight.scalar_type()), {weight.size(0)}, weight, bias, eps_);
  }

  void initialize_own(const std::string& tensor_name, at::Tensor& tensor, PhiloxStream&) override {
    if (tensor_name == "weight") tensor.fill_(1.0);
    if (tensor_name == "bias") tensor.zero_();
  }

  at::Tensor weight, bias;

 private:
  double eps_;
};

}  // namespace hpo::nn

#pragma once
/// \file  y = x W' + b.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <torch/nn/module.h>

#include <hpo/core/philox.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/tensor_options.hpp>
#include <hpo/placement/fill.hpp>
#include <hpo/placement/self_initializing.hpp>

namespace hpo::nn {

/// An affine map of the last dimension.
///
/// Shapes   [..., in] -> [..., out]; weight [out, in], bias [out].
/// Initial  weight N(0, init_std), redrawn beyond init_cutoff deviations; bias 0.
class Linear : public torch::nn::Module, public placement::SelfInitializing {
 public:
  struct Options {
    bool bias = true;
    double init_std = 0.02;
    double init_cutoff = 0.0;  ///< 0 for none
  };

  Linear(std::int64_t in, std::int64_t out, Options options, const at::TensorOptions& tensors = on_meta())
      : weight(register_parameter("weight", at::empty({out, in}, tensors))), options_(options) {
    if (options.bias) bias = register_parameter("bias", at::empty({out}, tensors));
  }
  Linear(std::int64_t in, std::int64_t out, const at::TensorOptions& tensors = on_meta())
      : Linear(in, out, Options{}, tensors) {}

  /// Runs in `pass.compute_dtype` if there is one; the weights and their gradients keep their type.
  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const Pass& pass = {}) const {
    return at::linear(pass.cast(x), pass.cast(weight), bias.defined() ? pass.cast(bias) : bias);
  }

  [[nodiscard]] std::int64_t in_features() const { return weight.size(1); }
  [[nodiscard]] std::int64_t out_features() const { return weight.size(0); }

  void initialize_own(const std::string& tensor_name, at::Tensor& tensor, PhiloxStream& random) override {
    if (tensor_name == "weight") placement::fill_normal(tensor, options_.init_std, random, options_.init_cutoff);
    if (tensor_name == "bias") tensor.zero_();
  }

  at::Tensor weight, bias;

 private:
  Options options_;
};

}  // namespace hpo::nn

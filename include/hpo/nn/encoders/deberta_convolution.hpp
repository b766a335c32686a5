#pragma once
/// \file  The convolution beside the first layer of DeBERTa-v2's larger models.
/// Layer `nn`, tier 3.

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>

#include <ATen/core/Tensor.h>
#include <ATen/ops/conv1d.h>
#include <ATen/ops/empty.h>
#include <torch/nn/module.h>

#include <hpo/core/philox.hpp>
#include <hpo/nn/encoders/deberta_config.hpp>
#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/placement/fill.hpp>
#include <hpo/placement/self_initializing.hpp>

namespace hpo::nn {

/// A convolution over the tokens of a row that keeps their number.
///
/// Shapes   [B, T, width] -> [B, T, width]; weight [width, width / groups, kernel], kernel odd; bias [width].
/// Initial  both uniform in +-1 / sqrt(width / groups * kernel).
class TokenConvolution : public torch::nn::Module, public placement::SelfInitializing {
 public:
  TokenConvolution(std::int64_t width, std::int64_t kernel, std::int64_t groups, const at::TensorOptions& tensors)
      : weight(register_parameter("weight", at::empty({width, width / groups, kernel}, tensors))),
        bias(register_parameter("bias", at::empty({width}, tensors))),
        groups_(groups) {}

  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const Pass& pass) const {
    const at::Tensor channels = pass.cast(x).transpose(1, 2);  // [B, T, D] -> [B, D, T]
    const at::Tensor out = at::conv1d(channels, pass.cast(weight), pass.cast(bias), /*stride=*/1,
                                      /*padding=*/weight.size(2) / 2, /*dilation=*/1, groups_);
    return out.transpose(1, 2);  // [B, D, T] -> [B, T, D]
  }

  void initialize_own(const std::string&, at::Tensor& tensor, PhiloxStream& random) override {
    placement::fill_uniform(tensor, 1.0 / std::sqrt(static_cast<double>(weight.size(1) * weight.size(2))), random);
  }

  at::Tensor weight, bias;

 private:
  std::int64_t groups_;
};

/// norm(y + act(drop(conv(x)))), 0 at padding: x is what entered the first layer, y what left it.
///
/// Shapes   x, y [B, T, D], attention_mask [B, T] -> [B, T, D].
/// Source   He, Liu, Gao, Chen: DeBERTa, ICLR 2021, the code of its version 2.
class DebertaConvolution : public torch::nn::Module {
 public:
  DebertaConvolution(const DebertaConfig& c, const at::TensorOptions& tensors)
      : dropout_(c.hidden_dropout_prob), activate_(activation<CheckpointError>(c.conv_act, "conv_act")) {
    conv_ = register_module(
        "conv", std::make_shared<TokenConvolution>(c.hidden_size, c.conv_kernel_size, c.conv_groups, tensors));
    norm_ = register_module(
        "LayerNorm", std::make_shared<LayerNorm>(c.hidden_size, LayerNorm::Options{.eps = c.layer_norm_eps}, tensors));
  }

  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const at::Tensor& y, const at::Tensor& attention_mask,
                                   const Pass& pass) const {
    const at::Tensor padded = attention_mask.eq(0).unsqueeze(-1);  // [B, T, 1]
    const at::Tensor out = conv_->forward(x, pass).masked_fill(padded, 0);
    return norm_->forward(y.add(activate_(dropout(out, dropout_, pass)))).masked_fill(padded, 0);
  }

 private:
  double dropout_;
  Activation activate_;
  std::shared_ptr<TokenConvolution> conv_;
  std::shared_ptr<LayerNorm> norm_;
};

}  // namespace hpo::nn

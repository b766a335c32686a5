#pragma once
/// \file  Where an answer begins and ends in a row.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/head_transform.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/layers/lowest.hpp>
#include <hpo/nn/model/head.hpp>
#include <hpo/nn/model/tensor_options.hpp>

namespace hpo::nn {

/// Checkpoints decide the name and the transform.
struct SpanOptions {
  double dropout = 0.0;                             ///< before the layer
  std::string layer_name = "qa_outputs";            ///< what checkpoints call the layer
  std::optional<HeadTransformOptions> transform{};  ///< what comes before the dropout
};

/// Two logits per token: that the answer starts here, that it ends here. At padding they are the lowest finite value:
/// neither a loss nor a decoder then depends on how far a row is padded.
///
/// Shapes   hidden [B, T, D] -> [B, T, 2], start first.
/// Source   Devlin et al.: BERT, 2019, section 4.2.
class SpanHead : public torch::nn::Module {
 public:
  using Options = SpanOptions;

  SpanHead(const Options& options, std::int64_t width_in, const at::TensorOptions& tensors = on_meta())
      : dropout_(options.dropout) {
    if (options.transform)
      transform_ = register_module("head", std::make_shared<HeadTransform>(*options.transform, width_in, tensors));
    outputs_ = register_module(options.layer_name, std::make_shared<Linear>(width_in, 2, tensors));
  }

  [[nodiscard]] at::Tensor forward(const at::Tensor& hidden, const TokenBatch& batch, const Pass& pass) const {
    const at::Tensor states = transform_ ? transform_->forward(hidden, pass) : hidden;
    const at::Tensor logits = outputs_->forward(dropout(states, dropout_, pass), pass.in_full_precision());
    return logits.masked_fill(batch.attention_mask.eq(0).unsqueeze(-1), lowest(logits.scalar_type()));
  }

  [[nodiscard]] std::int64_t input_width() const { return outputs_->in_features(); }

 private:
  double dropout_;
  std::shared_ptr<HeadTransform> transform_;
  std::shared_ptr<Linear> outputs_;
};

static_assert(Head<SpanHead> && !ClassifyingHead<SpanHead>);
}  // namespace hpo::nn

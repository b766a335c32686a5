#pragma once
/// \file  One label for each token.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <memory>
#include <optional>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/core/error.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/head_transform.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/model/head.hpp>
#include <hpo/nn/model/tensor_options.hpp>

namespace hpo::nn {

/// The data decide `num_labels`, checkpoints the transform.
struct TokenClassificationOptions {
  std::int64_t num_labels = 2;
  double dropout = 0.1;                             ///< before the layer
  std::optional<HeadTransformOptions> transform{};  ///< what comes before the dropout
};

/// Logits for each token; 0 at padding. classification_loss() of the flattened logits and labels is its loss: labels
/// of -100, where a token has none, do not count.
///
/// Shapes   hidden [B, T, D] -> [B, T, num_labels].
/// Errors   ConfigError for options that cannot be built.
/// Source   Devlin et al.: BERT, 2019, section 5.3.
class TokenClassificationHead : public torch::nn::Module {
 public:
  using Options = TokenClassificationOptions;

  TokenClassificationHead(const Options& options, std::int64_t width_in, const at::TensorOptions& tensors = on_meta())
      : dropout_(options.dropout) {
    require<ConfigError>(options.num_labels >= 1, "head.num_labels: expected 1 or more, got ", options.num_labels);
    if (options.transform)
      transform_ = register_module("head", std::make_shared<HeadTransform>(*options.transform, width_in, tensors));
    classifier_ = register_module("classifier", std::make_shared<Linear>(width_in, options.num_labels, tensors));
  }

  [[nodiscard]] at::Tensor forward(const at::Tensor& hidden, const TokenBatch& batch, const Pass& pass) const {
    const at::Tensor states = transform_ ? transform_->forward(hidden, pass) : hidden;
    const at::Tensor logits = classifier_->forward(dropout(states, dropout_, pass), pass.in_full_precision());
    return logits.masked_fill(batch.attention_mask.eq(0).unsqueeze(-1), 0.0);
  }

  [[nodiscard]] std::int64_t input_width() const { return classifier_->in_features(); }
  [[nodiscard]] std::int64_t num_labels() const { return classifier_->out_features(); }

 private:
  double dropout_;
  std::shared_ptr<HeadTransform> transform_;
  std::shared_ptr<Linear> classifier_;
};

static_assert(ClassifyingHead<TokenClassificationHead>);
}  // namespace hpo::nn

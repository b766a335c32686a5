#pragma once
/// \file  The encoder that BERT, RoBERTa and their relatives share: embeddings and a stack of post-norm layers.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/core/error.hpp>
#include <hpo/nn/encoders/embeddings.hpp>
#include <hpo/nn/encoders/encoder_stack.hpp>
#include <hpo/nn/encoders/post_norm_config.hpp>
#include <hpo/nn/encoders/post_norm_layer.hpp>
#include <hpo/nn/layers/attention.hpp>
#include <hpo/nn/layers/checkpointing.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/model/check_batch.hpp>
#include <hpo/nn/model/freeze.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/scope.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::nn {

/// What distinguishes one family of checkpoints from another.
struct PostNormFamily {
  std::string_view stack = "encoder.layer";  ///< where layer N lies: "<stack>.N"
  PostNormNames layer = bert_layer_names;
  Positions positions = Positions::in_order;
};

/// Shapes   [B, T] -> [B, T, hidden_size].
/// Errors   ShapeError for a row longer than max_length(), a mask of another shape than the ids, an unknown id.
class PostNormEncoder : public EncoderStack<PostNormConfig, PostNormLayer> {
 public:
  PostNormEncoder(const PostNormConfig& config, const PostNormFamily& family, const at::TensorOptions& tensors)
      : EncoderStack(config) {
    embeddings_ = register_module("embeddings", std::make_shared<Embeddings>(config_, family.positions, tensors));
    if (config_.table_width() != config_.hidden_size)
      project_ =
          register_module("embeddings_project",
                          std::make_shared<Linear>(config_.table_width(), config_.hidden_size,
                                                   Linear::Options{.init_std = config_.initializer_range}, tensors));
    for (std::int64_t i = 0; i < config_.num_hidden_layers; ++i)
      layers_.push_back(register_at(*this, concat(family.stack, '.', i),
                                    std::make_shared<PostNormLayer>(config_, family.layer, tensors)));
  }

  /// Errors   ConfigError if there are fewer layers.
  void freeze(const FreezeOptions& options) { nn::freeze(options, {embeddings_.get(), project_.get()}, layers_); }

  [[nodiscard]] std::int64_t max_length() const { return embeddings_->max_length(); }

 private:
  [[nodiscard]] at::Tensor run(const TokenBatch& batch, const Pass& pass, std::vector<at::Tensor>* read) const final {
    check_batch(batch, max_length());
    at::Tensor hidden = embeddings_->forward(batch, pass);                       // [B, T, table width]
    if (project_) hidden = project_->forward(hidden, pass.in_full_precision());  // [B, T, D]
    const at::Tensor bias = attention_bias(batch.attention_mask, config_.num_attention_heads,
                                           pass.compute_dtype.value_or(hidden.scalar_type()));
    for (const auto& layer : layers_) {
      if (read != nullptr) read->push_back(hidden);
      hidden = run_layer(layer, pass, hidden, bias);
    }
    return hidden;
  }

  std::shared_ptr<Embeddings> embeddings_;
  std::shared_ptr<Linear> project_;
};

}  // namespace hpo::nn

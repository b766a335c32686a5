#pragma once
/// \file  The encoder that BERT, RoBERTa and their relatives share: embeddings and a stack of post-norm layers.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/core/error.hpp>
#include <hpo/nn/encoders/embeddings.hpp>
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
class PostNormEncoder : public torch::nn::Module {
 public:
  PostNormEncoder(const PostNormConfig& config, const PostNormFamily& family, const at::TensorOptions& tensors)
      : config_(config) {
    config_.validate("nn.encoder");
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
  PostNormEncoder(const PostNormEncoder&) = delete;  // a copy would share the weights
  PostNormEncoder& operator=(const PostNormEncoder&) = delete;

  [[nodiscard]] at::Tensor forward(const TokenBatch& batch, const Pass& pass) const {
    return run(batch, pass, [](const at::Tensor&) {});
  }

  /// The output of the embeddings and of each layer; the last is what forward() gives.
  [[nodiscard]] std::vector<at::Tensor> hidden_states(const TokenBatch& batch, const Pass& pass) const {
    std::vector<at::Tensor> states;
    states.push_back(run(batch, pass, [&](const at::Tensor& state) { states.push_back(state); }));
    return states;
  }

  /// Errors   ConfigError if there are fewer layers.
  void freeze(const FreezeOptions& options) { nn::freeze(options, {embeddings_.get(), project_.get()}, layers_); }

  [[nodiscard]] std::int64_t hidden_size() const { return config_.hidden_size; }
  [[nodiscard]] std::int64_t max_length() const { return embeddings_->max_length(); }
  [[nodiscard]] std::int64_t vocab_size() const { return config_.vocab_size; }
  [[nodiscard]] std::int64_t pad_id() const { return config_.pad_token_id; }
  [[nodiscard]] std::int64_t layers() const { return config_.num_hidden_layers; }

 private:
  // `before` sees the input of each layer
  template <class Observer>
  [[nodiscard]] at::Tensor run(const TokenBatch& batch, const Pass& pass, Observer&& before) const {
    check_batch(batch, max_length());
    at::Tensor hidden = embeddings_->forward(batch, pass);                       // [B, T, table width]
    if (project_) hidden = project_->forward(hidden, pass.in_full_precision());  // [B, T, D]
    const at::Tensor bias = attention_bias(batch.attention_mask, config_.num_attention_heads,
                                           pass.compute_dtype.value_or(hidden.scalar_type()));
    for (const auto& layer : layers_) {
      before(hidden);
      hidden = run_layer(layer, pass, hidden, bias);
    }
    return hidden;
  }

  PostNormConfig config_;
  std::shared_ptr<Embeddings> embeddings_;
  std::shared_ptr<Linear> project_;
  std::vector<std::shared_ptr<PostNormLayer>> layers_;
};

}  // namespace hpo::nn

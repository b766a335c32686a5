#pragma once
/// \file  DeBERTa, versions 2 and 3. Read deberta_layer.hpp, then the way of a batch here, then deberta_config.hpp.
/// Layer `nn`, tier 3.
///
/// It is BERT's layer with another attention: deberta_layer.hpp and deberta_config.hpp stand on post_norm_layer.hpp and
/// post_norm_config.hpp, the rest is its own.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/core/error.hpp>
#include <hpo/nn/encoders/deberta_config.hpp>
#include <hpo/nn/encoders/deberta_convolution.hpp>
#include <hpo/nn/encoders/deberta_embeddings.hpp>
#include <hpo/nn/encoders/deberta_layer.hpp>
#include <hpo/nn/encoders/deberta_positions.hpp>
#include <hpo/nn/encoders/encoder_stack.hpp>
#include <hpo/nn/layers/checkpointing.hpp>
#include <hpo/nn/layers/embedding.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/model/check_batch.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/freeze.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/scope.hpp>
#include <hpo/nn/model/tensor_options.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::nn {

/// Shapes   [B, T] -> [B, T, hidden_size].
/// Errors   ShapeError for a mask of another shape than the ids, an unknown id, and, where absolute positions are
///          added, a row longer than max_length().
/// Source   He, Liu, Gao, Chen: DeBERTa: Decoding-enhanced BERT with Disentangled Attention, ICLR 2021;
///          He, Gao, Chen: DeBERTaV3: Improving DeBERTa using ELECTRA-Style Pre-Training with Gradient-Disentangled
///          Embedding Sharing, ICLR 2023.
class DebertaEncoder : public EncoderStack<DebertaConfig, DebertaLayer> {
 public:
  using Config = DebertaConfig;
  static constexpr std::array model_types{std::string_view("deberta-v2")};
  static constexpr std::string_view prefix = "deberta";

  explicit DebertaEncoder(const DebertaConfig& config, const at::TensorOptions& tensors = on_meta())
      : EncoderStack(config) {
    embeddings_ = register_module("embeddings", std::make_shared<DebertaEmbeddings>(config_, tensors));
    for (std::int64_t i = 0; i < config_.num_hidden_layers; ++i)
      layers_.push_back(
          register_at(*this, concat("encoder.layer.", i), std::make_shared<DebertaLayer>(config_, tensors)));
    if (config_.relative_attention)
      rel_embeddings_ =
          register_at(*this, "encoder.rel_embeddings",
                      std::make_shared<Embedding>(2 * config_.span(), config_.hidden_size,
                                                  Embedding::Options{.init_std = config_.initializer_range}, tensors));
    if (config_.norm_rel_ebd)
      position_norm_ = register_at(
          *this, "encoder.LayerNorm",
          std::make_shared<LayerNorm>(config_.hidden_size, LayerNorm::Options{.eps = config_.layer_norm_eps}, tensors));
    if (config_.conv_kernel_size > 0)
      convolution_ = register_at(*this, "encoder.conv", std::make_shared<DebertaConvolution>(config_, tensors));
  }

  /// The table of positions counts as embeddings, the convolution as part of the first layer: all of both is all.
  /// Errors   ConfigError if there are fewer layers.
  void freeze(const FreezeOptions& options) {
    nn::freeze(options, {embeddings_.get(), rel_embeddings_.get(), position_norm_.get()}, layers_);
    if (options.layers > 0 && convolution_) nn::freeze(*convolution_);
  }

  [[nodiscard]] std::int64_t max_length() const { return embeddings_->max_length(); }

 private:
  [[nodiscard]] at::Tensor run(const TokenBatch& batch, const Pass& pass, std::vector<at::Tensor>* read) const final {
    check_batch(batch, max_length());
    const at::Tensor embedded = embeddings_->forward(batch, pass);  // [B, T, D]
    const at::Tensor bias = pair_bias(batch.attention_mask, pass.compute_dtype.value_or(embedded.scalar_type()));
    const auto [positions, row] = relative_positions(batch.length());
    at::Tensor hidden = embedded;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (read != nullptr) read->push_back(hidden);
      hidden = run_layer(layers_[i], pass, hidden, bias, positions, row);
      if (i == 0 && convolution_) hidden = run_layer(convolution_, pass, embedded, hidden, batch.attention_mask);
    }
    return hidden;
  }

  // What all layers share of a length: the positions [R, D] of its distances, and which belongs to which [2 T - 1].
  [[nodiscard]] std::pair<at::Tensor, at::Tensor> relative_positions(std::int64_t length) const {
    if (!config_.relative_attention || !(config_.c2p || config_.p2c)) return {};
    const RelativeRows index = relative_rows(length, config_.span(), config_.position_buckets, config_.max_distance(),
                                             rel_embeddings_->weight.device());
    const at::Tensor positions = rel_embeddings_->weight.narrow(0, index.first, index.count);
    return {position_norm_ ? position_norm_->forward(positions) : positions, index.row};
  }

  std::shared_ptr<DebertaEmbeddings> embeddings_;
  std::shared_ptr<Embedding> rel_embeddings_;
  std::shared_ptr<LayerNorm> position_norm_;
  std::shared_ptr<DebertaConvolution> convolution_;
};

static_assert(Encoder<DebertaEncoder> && !PoolingEncoder<DebertaEncoder>);
}  // namespace hpo::nn

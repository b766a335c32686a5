#pragma once
/// \file  ModernBERT: rotary positions, layers that see far or near, gated products, norms before each part.
/// Read modernbert_layer.hpp, then the way of a batch here, then modernbert_config.hpp.
/// Layer `nn`, tier 3.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/core/error.hpp>
#include <hpo/nn/encoders/encoder_stack.hpp>
#include <hpo/nn/encoders/modernbert_config.hpp>
#include <hpo/nn/encoders/modernbert_layer.hpp>
#include <hpo/nn/layers/attention.hpp>
#include <hpo/nn/layers/checkpointing.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/embedding.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/layers/rotary.hpp>
#include <hpo/nn/model/check_batch.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/freeze.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/scope.hpp>
#include <hpo/nn/model/tensor_options.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::nn {

/// Positions are counted from the start of a row, padding included: where rows are padded in front, a token's angle is
/// not that of the same row alone. Only differences of angles matter to the result. There are no token types.
///
/// Shapes   [B, T] -> [B, T, hidden_size].
/// Errors   ShapeError for a row longer than max_length(), a mask of another shape than the ids, an unknown id.
/// Source   Warner et al.: Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder, 2024.
class ModernBertEncoder : public EncoderStack<ModernBertConfig, ModernBertLayer> {
 public:
  using Config = ModernBertConfig;
  static constexpr std::array model_types{std::string_view("modernbert")};
  static constexpr std::string_view prefix = "model";

  explicit ModernBertEncoder(const ModernBertConfig& config, const at::TensorOptions& tensors = on_meta())
      : EncoderStack(config) {
    const auto norm = [&] {
      const LayerNorm::Options options{.eps = config_.norm_eps, .bias = config_.norm_bias};
      return std::make_shared<LayerNorm>(config_.hidden_size, options, tensors);
    };
    const Embedding::Options table{.padding_id = config_.pad_token_id,
                                   .init_std = config_.initializer_range,
                                   .init_cutoff = config_.initializer_cutoff_factor};
    words_ = register_at(*this, "embeddings.tok_embeddings",
                         std::make_shared<Embedding>(config_.vocab_size, config_.hidden_size, table, tensors));
    words_norm_ = register_at(*this, "embeddings.norm", norm());
    for (std::int64_t i = 0; i < config_.num_hidden_layers; ++i)
      layers_.push_back(
          register_at(*this, concat("layers.", i), std::make_shared<ModernBertLayer>(config_, i == 0, tensors)));
    final_norm_ = register_module("final_norm", norm());
  }

  /// Errors   ConfigError if there are fewer layers.
  void freeze(const FreezeOptions& options) { nn::freeze(options, {words_.get(), words_norm_.get()}, layers_); }

  [[nodiscard]] std::int64_t max_length() const { return config_.max_position_embeddings; }

 private:
  [[nodiscard]] at::Tensor run(const TokenBatch& batch, const Pass& pass, std::vector<at::Tensor>* read) const final {
    check_batch(batch, max_length());
    at::Tensor hidden = dropout(words_norm_->forward(words_->forward(batch.input_ids)), config_.embedding_dropout,
                                pass);  // [B, T, D]
    const at::ScalarType type = pass.compute_dtype.value_or(hidden.scalar_type());
    const at::Tensor padding = attention_bias(batch.attention_mask, config_.num_attention_heads, type);
    std::array<std::optional<ModernBertPositions>, 2> kinds;  // global, local: made once a pass
    for (std::int64_t i = 0; i < layers(); ++i) {
      if (read != nullptr) read->push_back(hidden);
      auto& positions = kinds[config_.is_local(i) ? 1 : 0];
      if (!positions) positions = positions_of(config_.is_local(i), hidden, type);
      hidden = run_layer(layers_[static_cast<std::size_t>(i)], pass, hidden, padding, *positions);
    }
    return final_norm_->forward(hidden);
  }

  // What all layers of one kind share.
  [[nodiscard]] ModernBertPositions positions_of(bool local, const at::Tensor& hidden, at::ScalarType type) const {
    const std::int64_t length = hidden.size(1), width = config_.hidden_size / config_.num_attention_heads;
    ModernBertPositions positions{rotary_table(length, width, config_.rope_theta(local), hidden.device()), {}};
    if (local) positions.window = window_bias(length, config_.local_attention / 2, type, hidden.device());
    return positions;
  }

  std::shared_ptr<Embedding> words_;
  std::shared_ptr<LayerNorm> words_norm_, final_norm_;
};

static_assert(Encoder<ModernBertEncoder> && !PoolingEncoder<ModernBertEncoder>);
}  // namespace hpo::nn

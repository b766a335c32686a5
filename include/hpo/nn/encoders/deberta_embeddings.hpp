#pragma once
/// \file  The first step of DeBERTa: words, and where the configuration asks for them absolute positions and types.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/nn/encoders/deberta_config.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/embedding.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::nn {

/// norm(project(word [+ position] [+ type])), 0 at padding, then dropout. Unlike BERT's, narrow tables are widened
/// before the norm.
///
/// Shapes   [B, T] -> [B, T, hidden_size].
/// Errors   ShapeError for ids outside the tables.
class DebertaEmbeddings : public torch::nn::Module {
 public:
  DebertaEmbeddings(const DebertaConfig& c, const at::TensorOptions& tensors) : dropout_(c.hidden_dropout_prob) {
    const auto table = [&](const char* name, std::int64_t count, std::optional<std::int64_t> padding_id) {
      const Embedding::Options options{.padding_id = padding_id, .init_std = c.initializer_range};
      return register_module(name, std::make_shared<Embedding>(count, c.table_width(), options, tensors));
    };
    word_ = table("word_embeddings", c.vocab_size, c.pad_token_id);
    if (c.position_biased_input) position_ = table("position_embeddings", c.max_position_embeddings, std::nullopt);
    if (c.type_vocab_size > 0) type_ = table("token_type_embeddings", c.type_vocab_size, std::nullopt);
    if (c.table_width() != c.hidden_size) {
      const Linear::Options options{.bias = false, .init_std = c.initializer_range};
      project_ =
          register_module("embed_proj", std::make_shared<Linear>(c.table_width(), c.hidden_size, options, tensors));
    }
    norm_ = register_module(
        "LayerNorm", std::make_shared<LayerNorm>(c.hidden_size, LayerNorm::Options{.eps = c.layer_norm_eps}, tensors));
  }

  [[nodiscard]] at::Tensor forward(const TokenBatch& batch, const Pass& pass) const {
    at::Tensor sum = word_->forward(batch.input_ids);  // [B, T, table width]
    if (position_) sum = sum.add(position_->rows(batch.length()));
    if (type_) sum = sum.add(types(batch));
    if (project_) sum = project_->forward(sum, pass.in_full_precision());  // [B, T, D]
    const at::Tensor normed = norm_->forward(sum);
    return dropout(normed.mul(batch.attention_mask.unsqueeze(-1).to(normed.scalar_type())), dropout_, pass);
  }

  /// The most tokens a row can have.
  [[nodiscard]] std::int64_t max_length() const { return position_ ? position_->count() : any_length; }

 private:
  // [B, T] -> [B, T, table width], or [table width] if all tokens are of one type
  [[nodiscard]] at::Tensor types(const TokenBatch& batch) const {
    if (!batch.token_type_ids.defined() || type_->count() == 1) return type_->row(0);
    return type_->forward(batch.token_type_ids);
  }

  double dropout_;
  std::shared_ptr<Embedding> word_, position_, type_;
  std::shared_ptr<Linear> project_;
  std::shared_ptr<LayerNorm> norm_;
};

}  // namespace hpo::nn

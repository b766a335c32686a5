#pragma once
/// \file  Words, their places and their types become vectors: the first step of BERT and its relatives.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <memory>
#include <optional>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/nn/encoders/post_norm_config.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/embedding.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::nn {

/// How a token gets its row of the position table.
enum class Positions {
  in_order,    ///< 0, 1, 2, ... whatever the tokens are
  by_token_id  ///< pad_id + running count of tokens that are not padding, by id; padding gets pad_id itself
};

/// norm(word + type + position), then dropout.
///
/// Shapes   [B, T] -> [B, T, table width].
/// Errors   ShapeError for ids outside the tables.
class Embeddings : public torch::nn::Module {
 public:
  Embeddings(const PostNormConfig& c, Positions positions, const at::TensorOptions& tensors)
      : positions_(positions), pad_id_(c.pad_token_id), dropout_(c.hidden_dropout_prob) {
    const auto table = [&](const char* name, std::int64_t count, Embedding::Options options) {
      options.init_std = c.initializer_range;
      return register_module(name, std::make_shared<Embedding>(count, c.table_width(), options, tensors));
    };
    word_ = table("word_embeddings", c.vocab_size, {.padding_id = pad_id_});
    const auto position_padding = positions == Positions::by_token_id ? std::optional(pad_id_) : std::nullopt;
    position_ = table("position_embeddings", c.max_position_embeddings,
                      {.padding_id = position_padding, .sinusoidal = c.sinusoidal_positions});
    if (c.type_vocab_size > 0) type_ = table("token_type_embeddings", c.type_vocab_size, {});
    norm_ = register_module("LayerNorm", std::make_shared<LayerNorm>(
                                             c.table_width(), LayerNorm::Options{.eps = c.layer_norm_eps}, tensors));
  }

  [[nodiscard]] at::Tensor forward(const TokenBatch& batch, const Pass& pass) const {
    at::Tensor sum = word_->forward(batch.input_ids);  // [B, T, D]
    if (type_) sum = sum.add(types(batch));
    sum = sum.add(places(batch.input_ids));
    return dropout(norm_->forward(sum), dropout_, pass);
  }

  /// The most tokens a row can have.
  [[nodiscard]] std::int64_t max_length() const {
    return positions_ == Positions::in_order ? position_->count() : position_->count() - pad_id_ - 1;
  }
  [[nodiscard]] std::int64_t vocab_size() const { return word_->count(); }

 private:
  // [B, T] -> [B, T, D], or [D] if all tokens are of one type
  [[nodiscard]] at::Tensor types(const TokenBatch& batch) const {
    // A table of one row: type ids that a tokenizer made for another model would lie outside.
    if (!batch.token_type_ids.defined() || type_->count() == 1) return type_->row(0);
    return type_->forward(batch.token_type_ids);
  }

  // [B, T] -> [T, D] or [B, T, D]
  [[nodiscard]] at::Tensor places(const at::Tensor& ids) const {
    if (positions_ == Positions::in_order) return position_->rows(ids.size(1));
    const at::Tensor real = ids.ne(pad_id_).to(at::kLong);
    return position_->forward(real.cumsum(1).mul(real).add(pad_id_));
  }

  Positions positions_;
  std::int64_t pad_id_;
  double dropout_;
  std::shared_ptr<Embedding> word_, position_, type_;
  std::shared_ptr<LayerNorm> norm_;
};

}  // namespace hpo::nn

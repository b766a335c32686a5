#pragma once
/// \file  DeBERTa's layer: BERT's, with attention that keeps content and position apart.
/// Layer `nn`, tier 3.

#include <cmath>
#include <cstdint>
#include <memory>

#include <ATen/core/Tensor.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/zeros.h>

#include <hpo/nn/encoders/deberta_config.hpp>
#include <hpo/nn/encoders/deberta_position_scores.hpp>
#include <hpo/nn/encoders/post_norm_layer.hpp>
#include <hpo/nn/layers/attention.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/layers/lowest.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/scope.hpp>

namespace hpo::nn {

/// What to add to the scores so that only real tokens attend, and only to real ones. A padded query attends evenly to
/// all: its state is what the reference has there, which a head reads if a row is padded on the left.
///
/// Shapes   attention_mask [B, T] -> [B, 1, T, T], or undefined, as attention_bias().
[[nodiscard]] inline at::Tensor pair_bias(const at::Tensor& attention_mask, at::ScalarType type) {
  if (attention_mask.device().is_cpu() && attention_mask.all().item<bool>()) return {};
  const at::Tensor real = attention_mask.ne(0);
  const at::Tensor pairs = real.unsqueeze(1).logical_and(real.unsqueeze(2)).unsqueeze(1);  // [B, 1, T, T]
  return at::zeros(pairs.sizes(), attention_mask.options().dtype(type)).masked_fill_(pairs.logical_not(), lowest(type));
}

/// The score of query i and key k is q_i.k_k + q_i.K(i - k) + Q(i - k).k_k over sqrt(d * terms): content to content,
/// content to position ("c2p"), position to content ("p2c"). K and Q are projections of the table of positions: the
/// layer's own for keys and queries, or two more.
///
/// Shapes   x [B, T, D]; bias of pair_bias(); positions [R, D], the rows of the table that the distances use, and row
///          [2 T - 1], which of them belongs to a distance: see RelativeRows; both undefined without relative attention
///          -> [B, T, D].
/// Source   He, Liu, Gao, Chen: DeBERTa: Decoding-enhanced BERT with Disentangled Attention, ICLR 2021.
class DebertaLayer : public PostNormLayer {
 public:
  DebertaLayer(const DebertaConfig& c, const at::TensorOptions& tensors)
      : PostNormLayer(c, names, tensors),
        c2p_(c.relative_attention && c.c2p),
        p2c_(c.relative_attention && c.p2c),
        scale_(1.0 / std::sqrt(static_cast<double>(c.hidden_size / c.num_attention_heads * (1 + c.c2p + c.p2c)))) {
    const auto linear = [&](const char* name) {
      const Linear::Options options{.init_std = c.initializer_range};
      return register_at(*this, name, std::make_shared<Linear>(c.hidden_size, c.hidden_size, options, tensors));
    };
    if (c2p_) position_key_ = c.share_att_key ? key_ : linear("attention.self.pos_key_proj");
    if (p2c_) position_query_ = c.share_att_key ? query_ : linear("attention.self.pos_query_proj");
  }

  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const at::Tensor& bias, const at::Tensor& positions,
                                   const at::Tensor& row, const Pass& pass) const {
    const at::Tensor in = pass.cast(x);  // once for the three products
    const at::Tensor query = query_->forward(in, pass).mul(scale_), key = key_->forward(in, pass);
    at::Tensor scores = at::bmm(per_head(query, heads_), per_head(key, heads_).transpose(1, 2));  // [B * A, T, T]
    if (c2p_ || p2c_) {
      const at::Tensor table = pass.cast(dropout(positions, hidden_dropout_, pass));
      if (c2p_)
        scores =
            add_position_scores(scores, products(query, position_key_->forward(table, pass)), row, PairSide::query);
      if (p2c_)
        scores = add_position_scores(scores, products(key, position_query_->forward(table, pass).mul(scale_)), row,
                                     PairSide::key);
    }
    // [B * A, T, T] -> [B, A, T, T]
    if (bias.defined()) scores.view({x.size(0), heads_, x.size(1), x.size(1)}).add_(bias);
    const at::Tensor value = value_->forward(in, pass);
    return finish(x, mix_values(scores, value, {}, heads_, attention_dropout_, pass), pass);
  }

 private:
  static constexpr PostNormNames names = [] {
    PostNormNames bert = bert_layer_names;
    bert.query = "attention.self.query_proj";
    bert.key = "attention.self.key_proj";
    bert.value = "attention.self.value_proj";
    return bert;
  }();

  // Each token's product with each position: x [B, T, D], position [R, D] -> [A, B * T, R]. One matrix product a head
  // for all rows of the batch, to which the positions are the same.
  [[nodiscard]] at::Tensor products(const at::Tensor& x, const at::Tensor& position) const {
    const std::int64_t d = x.size(2) / heads_;
    const at::Tensor tokens = x.view({x.size(0) * x.size(1), heads_, d}).transpose(0, 1);     // [A, B * T, d]
    return at::bmm(tokens, position.view({position.size(0), heads_, d}).permute({1, 2, 0}));  // x [A, d, R]
  }

  bool c2p_, p2c_;
  double scale_;
  std::shared_ptr<Linear> position_key_, position_query_;
};

}  // namespace hpo::nn

#pragma once
/// \file  The transformer layer of BERT, RoBERTa, ELECTRA and DistilBERT, which differ in names alone.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <memory>
#include <string_view>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/nn/encoders/post_norm_config.hpp>
#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/layers/attention.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/scope.hpp>

namespace hpo::nn {

/// What a family's checkpoints call the eight parts of a layer.
struct PostNormNames {
  std::string_view query, key, value, attention_out, attention_norm, up, down, out_norm;
};

/// BERT's names; RoBERTa, XLM-R and ELECTRA use them too.
inline constexpr PostNormNames bert_layer_names{
    .query = "attention.self.query",
    .key = "attention.self.key",
    .value = "attention.self.value",
    .attention_out = "attention.output.dense",
    .attention_norm = "attention.output.LayerNorm",
    .up = "intermediate.dense",
    .down = "output.dense",
    .out_norm = "output.LayerNorm",
};

/// a = norm(x + drop(out(attend(x)))); y = norm(a + drop(down(act(up(a))))).
///
/// Shapes   x [B, T, D], bias of attention_bias() -> [B, T, D].
/// Source   Devlin et al.: BERT, 2019; Vaswani et al.: Attention Is All You Need, 2017.
class PostNormLayer : public torch::nn::Module {
 public:
  PostNormLayer(const PostNormConfig& c, const PostNormNames& names, const at::TensorOptions& tensors)
      : heads_(c.num_attention_heads),
        attention_dropout_(c.attention_probs_dropout_prob),
        hidden_dropout_(c.hidden_dropout_prob),
        activate_(activation<CheckpointError>(c.hidden_act, "hidden_act")) {
    const auto linear = [&](std::string_view name, std::int64_t in, std::int64_t out) {
      return register_at(*this, name,
                         std::make_shared<Linear>(in, out, Linear::Options{.init_std = c.initializer_range}, tensors));
    };
    const auto norm = [&](std::string_view name) {
      return register_at(
          *this, name,
          std::make_shared<LayerNorm>(c.hidden_size, LayerNorm::Options{.eps = c.layer_norm_eps}, tensors));
    };
    query_ = linear(names.query, c.hidden_size, c.hidden_size);
    key_ = linear(names.key, c.hidden_size, c.hidden_size);
    value_ = linear(names.value, c.hidden_size, c.hidden_size);
    attention_out_ = linear(names.attention_out, c.hidden_size, c.hidden_size);
    attention_norm_ = norm(names.attention_norm);
    up_ = linear(names.up, c.hidden_size, c.intermediate_size);
    down_ = linear(names.down, c.intermediate_size, c.hidden_size);
    out_norm_ = norm(names.out_norm);
  }

  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const at::Tensor& bias, const Pass& pass) const {
    const at::Tensor in = pass.cast(x);  // once for the three products
    const at::Tensor context = attend(query_->forward(in, pass), key_->forward(in, pass), value_->forward(in, pass),
                                      bias, heads_, attention_dropout_, pass);
    return finish(x, context, pass);
  }

 protected:
  /// All that follows the attention, for layers that attend in another way.
  [[nodiscard]] at::Tensor finish(const at::Tensor& x, const at::Tensor& context, const Pass& pass) const {
    const at::Tensor attended =
        attention_norm_->forward(x.add(dropout(attention_out_->forward(context, pass), hidden_dropout_, pass)));
    const at::Tensor grown = activate_(up_->forward(attended, pass));  // [B, T, intermediate]
    return out_norm_->forward(attended.add(dropout(down_->forward(grown, pass), hidden_dropout_, pass)));
  }

  std::int64_t heads_;
  double attention_dropout_, hidden_dropout_;
  Activation activate_;
  std::shared_ptr<Linear> query_, key_, value_, attention_out_, up_, down_;
  std::shared_ptr<LayerNorm> attention_norm_, out_norm_;
};

}  // namespace hpo::nn

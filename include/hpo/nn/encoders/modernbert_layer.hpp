#pragma once
/// \file  The transformer layer of ModernBERT.
/// Layer `nn`, tier 3.

#include <cmath>
#include <cstdint>
#include <memory>
#include <string_view>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/nn/encoders/modernbert_config.hpp>
#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/layers/attention.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/layers/rotary.hpp>
#include <hpo/nn/layers/rotary_heads.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/scope.hpp>

namespace hpo::nn {

/// Positions as the layers of one kind see them: as angles, and who is near enough to be attended.
struct ModernBertPositions {
  RotaryTable rotary;
  at::Tensor window;  ///< see window_bias(); undefined where all may see all
};

/// a = x + drop(Wo(attend(norm(x)))); y = a + Wo(drop(act(u) * g)), [u, g] = Wi(norm(a)). The first layer attends to x
/// as it is: the embeddings have just been normalized.
///
/// Shapes   x [B, T, D], padding as of attention_bias() -> [B, T, D].
/// Source   Warner et al.: Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder, 2024;
///          Shazeer: GLU Variants Improve Transformer, 2020.
class ModernBertLayer : public torch::nn::Module {
 public:
  ModernBertLayer(const ModernBertConfig& c, bool first, const at::TensorOptions& tensors)
      : heads_(c.num_attention_heads),
        attention_dropout_(c.attention_dropout),
        mlp_dropout_(c.mlp_dropout),
        activate_(activation<CheckpointError>(c.hidden_activation, "hidden_activation")) {
    const double in_std = c.initializer_range;
    const double out_std = in_std / std::sqrt(2.0 * static_cast<double>(c.num_hidden_layers));
    const auto linear = [&](std::string_view name, std::int64_t in, std::int64_t out, bool bias, double std) {
      const Linear::Options options{.bias = bias, .init_std = std, .init_cutoff = c.initializer_cutoff_factor};
      return register_at(*this, name, std::make_shared<Linear>(in, out, options, tensors));
    };
    const auto norm = [&](const char* name) {
      const LayerNorm::Options options{.eps = c.norm_eps, .bias = c.norm_bias};
      return register_module(name, std::make_shared<LayerNorm>(c.hidden_size, options, tensors));
    };
    if (!first) attention_norm_ = norm("attn_norm");
    qkv_ = linear("attn.Wqkv", c.hidden_size, 3 * c.hidden_size, c.attention_bias, in_std);
    attention_out_ = linear("attn.Wo", c.hidden_size, c.hidden_size, c.attention_bias, out_std);
    mlp_norm_ = norm("mlp_norm");
    up_ = linear("mlp.Wi", c.hidden_size, 2 * c.intermediate_size, c.mlp_bias, in_std);
    down_ = linear("mlp.Wo", c.intermediate_size, c.hidden_size, c.mlp_bias, out_std);
  }

  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const at::Tensor& padding, const ModernBertPositions& positions,
                                   const Pass& pass) const {
    const at::Tensor context = attend_near(attention_norm_ ? attention_norm_->forward(x) : x, padding, positions, pass);
    const at::Tensor attended = x.add(dropout(attention_out_->forward(context, pass), attention_dropout_, pass));
    const auto halves = up_->forward(mlp_norm_->forward(attended), pass).chunk(2, -1);  // [B, T, 2I] -> twice [B, T, I]
    const at::Tensor gated = dropout(activate_(halves[0]).mul(halves[1]), mlp_dropout_, pass);
    return attended.add(down_->forward(gated, pass));
  }

 private:
  [[nodiscard]] at::Tensor attend_near(const at::Tensor& x, const at::Tensor& padding,
                                       const ModernBertPositions& positions, const Pass& pass) const {
    const RotaryHeads heads = rotary_heads(qkv_->forward(x, pass), heads_, positions.rotary);
    at::Tensor scores = at::bmm(heads.query, heads.key.transpose(1, 2));  // [B * A, T, T]
    if (positions.window.defined()) scores.add_(positions.window);
    return mix_heads(scores, heads.value, padding, heads_, attention_dropout_, pass);
  }

  std::int64_t heads_;
  double attention_dropout_, mlp_dropout_;
  Activation activate_;
  std::shared_ptr<Linear> qkv_, attention_out_, up_, down_;
  std::shared_ptr<LayerNorm> attention_norm_, mlp_norm_;
};

}  // namespace hpo::nn

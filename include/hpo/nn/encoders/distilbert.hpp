#pragma once
/// \file  DistilBERT: half of BERT's layers, no token types, no pooler, names of its own. Read bert.hpp first.
/// Layer `nn`, tier 3.

#include <array>
#include <string_view>

#include <hpo/core/json.hpp>
#include <hpo/nn/encoders/post_norm_encoder.hpp>
#include <hpo/nn/model/config_reader.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/tensor_options.hpp>

namespace hpo::nn {

/// The keys of a DistilBERT config.json, which calls most sizes differently. The norms' eps is fixed.
struct DistilBertConfig : PostNormConfig {
  DistilBertConfig() {
    num_hidden_layers = 6;
    type_vocab_size = 0;
  }

  /// Errors   CheckpointError for a value of the wrong type or range, and what is not implemented.
  [[nodiscard]] static DistilBertConfig parse(const Json& json, std::string_view where = "config.json") {
    DistilBertConfig c;
    const ConfigReader reader(json, where);
    c.vocab_size = reader.integer("vocab_size", c.vocab_size);
    c.hidden_size = reader.integer("dim", c.hidden_size);
    c.num_hidden_layers = reader.integer("n_layers", c.num_hidden_layers);
    c.num_attention_heads = reader.integer("n_heads", c.num_attention_heads);
    c.intermediate_size = reader.integer("hidden_dim", c.intermediate_size);
    c.max_position_embeddings = reader.integer("max_position_embeddings", c.max_position_embeddings);
    c.pad_token_id = reader.integer("pad_token_id", c.pad_token_id, 0);
    c.hidden_act = reader.text("activation", c.hidden_act);
    c.hidden_dropout_prob = reader.probability("dropout", c.hidden_dropout_prob);
    c.attention_probs_dropout_prob = reader.probability("attention_dropout", c.attention_probs_dropout_prob);
    c.initializer_range = reader.number("initializer_range", c.initializer_range, 0.0, 10.0);
    c.sinusoidal_positions = reader.boolean("sinusoidal_pos_embds", c.sinusoidal_positions);
    reader.only("is_decoder", false);
    reader.only("add_cross_attention", false);
    refuse_what_changes_weights(reader);
    c.validate(where, "n_heads", "activation");
    return c;
  }
};

/// Source   Sanh, Debut, Chaumond, Wolf: DistilBERT, a distilled version of BERT, 2019.
class DistilBertEncoder : public PostNormEncoder {
 public:
  using Config = DistilBertConfig;
  static constexpr std::array model_types{std::string_view("distilbert")};
  static constexpr std::string_view prefix = "distilbert";

  explicit DistilBertEncoder(const DistilBertConfig& config, const at::TensorOptions& tensors = on_meta())
      : PostNormEncoder(config, family, tensors) {}

 private:
  static constexpr PostNormFamily family{
      .stack = "transformer.layer",
      .layer = {.query = "attention.q_lin",
                .key = "attention.k_lin",
                .value = "attention.v_lin",
                .attention_out = "attention.out_lin",
                .attention_norm = "sa_layer_norm",
                .up = "ffn.lin1",
                .down = "ffn.lin2",
                .out_norm = "output_layer_norm"},
  };
};

static_assert(Encoder<DistilBertEncoder> && !PoolingEncoder<DistilBertEncoder>);
}  // namespace hpo::nn

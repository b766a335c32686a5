#pragma once
/// \file  The sizes and rates of an encoder that normalizes after each residual sum (BERT and its relatives).
/// Layer `nn`, tier 2.

#include <cstdint>
#include <string>
#include <string_view>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/model/config_reader.hpp>

namespace hpo::nn {

/// Fields are called as in BERT's config.json, with BERT's defaults; other families fill in the same fields.
struct PostNormConfig {
  std::int64_t vocab_size = 30522;
  std::int64_t hidden_size = 768;
  std::int64_t embedding_size = 0;  ///< width of the tables, 0 for hidden_size
  std::int64_t num_hidden_layers = 12;
  std::int64_t num_attention_heads = 12;
  std::int64_t intermediate_size = 3072;
  std::int64_t max_position_embeddings = 512;
  std::int64_t type_vocab_size = 2;  ///< 0 for none
  std::int64_t pad_token_id = 0;
  std::string hidden_act = "gelu";
  double layer_norm_eps = 1e-12;
  double hidden_dropout_prob = 0.1;
  double attention_probs_dropout_prob = 0.1;
  double initializer_range = 0.02;
  bool sinusoidal_positions = false;  ///< how the position table starts; a file's table wins

  [[nodiscard]] std::int64_t table_width() const { return embedding_size > 0 ? embedding_size : hidden_size; }

  /// One rate for everything that is dropped inside the encoder.
  void set_dropout(double p) { hidden_dropout_prob = attention_probs_dropout_prob = p; }

  /// Reads the keys that BERT, RoBERTa and ELECTRA share; what is in `this` is the default.
  /// Errors   CheckpointError for a value of the wrong type or range, and for each setting that changes the numbers and
  ///          is not implemented.
  void read(const ConfigReader& config) {
    vocab_size = config.integer("vocab_size", vocab_size);
    hidden_size = config.integer("hidden_size", hidden_size);
    num_hidden_layers = config.integer("num_hidden_layers", num_hidden_layers);
    num_attention_heads = config.integer("num_attention_heads", num_attention_heads);
    intermediate_size = config.integer("intermediate_size", intermediate_size);
    max_position_embeddings = config.integer("max_position_embeddings", max_position_embeddings);
    type_vocab_size = config.integer("type_vocab_size", type_vocab_size, 0);
    pad_token_id = config.integer("pad_token_id", pad_token_id, 0);
    hidden_act = config.text("hidden_act", hidden_act);
    layer_norm_eps = config.number("layer_norm_eps", layer_norm_eps, 0.0, 1.0);
    hidden_dropout_prob = config.probability("hidden_dropout_prob", hidden_dropout_prob);
    attention_probs_dropout_prob = config.probability("attention_probs_dropout_prob", attention_probs_dropout_prob);
    initializer_range = config.number("initializer_range", initializer_range, 0.0, 10.0);
    config.only("position_embedding_type", "absolute");
    config.only("is_decoder", false);
    config.only("add_cross_attention", false);
    refuse_what_changes_weights(config);
    validate(config.where());
  }

  /// Errors   CheckpointError if the sizes do not fit each other or the activation is unknown.
  void validate(std::string_view where, std::string_view heads_key = "num_attention_heads",
                std::string_view activation_key = "hidden_act") const {
    require<CheckpointError>(hidden_size % num_attention_heads == 0, where, ": ", heads_key, ": expected a divisor of ",
                             hidden_size, " (the hidden size), got ", num_attention_heads);
    require<CheckpointError>(pad_token_id < vocab_size, where, ": pad_token_id: expected less than ", vocab_size,
                             " (the vocabulary), got ", pad_token_id);
    static_cast<void>(activation<CheckpointError>(hidden_act, concat(where, ": ", activation_key)));
  }
};

}  // namespace hpo::nn

#pragma once
/// \file  The sizes and rates of a ModernBERT encoder, from either dialect of its config.json.
/// Layer `nn`, tier 2.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/model/config_reader.hpp>

namespace hpo::nn {

/// Fields are called as in config.json, and have its defaults. transformers 4 writes `global_attn_every_n_layers`,
/// `global_rope_theta` and `local_rope_theta`; 5 writes `layer_types` and `rope_parameters`.
struct ModernBertConfig {
  std::int64_t vocab_size = 50368;
  std::int64_t hidden_size = 768;
  std::int64_t num_hidden_layers = 22;
  std::int64_t num_attention_heads = 12;
  std::int64_t intermediate_size = 1152;
  std::int64_t max_position_embeddings = 8192;
  std::int64_t pad_token_id = 50283;
  std::string hidden_activation = "gelu";
  double norm_eps = 1e-5;
  bool norm_bias = false, attention_bias = false, mlp_bias = false;
  double embedding_dropout = 0.0, attention_dropout = 0.0, mlp_dropout = 0.0;
  double initializer_range = 0.02, initializer_cutoff_factor = 2.0;
  std::int64_t local_attention = 128;  ///< tokens that a local layer sees: half of them to each side
  std::int64_t global_attn_every_n_layers = 3;
  std::vector<bool> local_layers = {};  ///< whether each layer is local; empty: by the line above
  double global_rope_theta = 160000.0, local_rope_theta = 10000.0;

  [[nodiscard]] bool is_local(std::int64_t layer) const {
    return local_layers.empty() ? layer % global_attn_every_n_layers != 0
                                : local_layers[static_cast<std::size_t>(layer)];
  }
  [[nodiscard]] double rope_theta(bool local) const { return local ? local_rope_theta : global_rope_theta; }

  /// One rate for everything that is dropped inside the encoder.
  void set_dropout(double p) { embedding_dropout = attention_dropout = mlp_dropout = p; }

  /// Errors   CheckpointError for a value of the wrong type or range, sizes that do not fit each other, two keys that
  ///          contradict each other, and each setting that changes the numbers and is not implemented.
  [[nodiscard]] static ModernBertConfig parse(const Json& json, std::string_view where = "config.json") {
    ModernBertConfig c;
    const ConfigReader reader(json, where);
    c.vocab_size = reader.integer("vocab_size", c.vocab_size);
    c.hidden_size = reader.integer("hidden_size", c.hidden_size);
    c.num_hidden_layers = reader.integer("num_hidden_layers", c.num_hidden_layers);
    c.num_attention_heads = reader.integer("num_attention_heads", c.num_attention_heads);
    c.intermediate_size = reader.integer("intermediate_size", c.intermediate_size);
    c.max_position_embeddings = reader.integer("max_position_embeddings", c.max_position_embeddings);
    c.pad_token_id = reader.integer("pad_token_id", c.pad_token_id, 0);
    c.hidden_activation = reader.text("hidden_activation", c.hidden_activation);
    c.norm_eps = reader.number("norm_eps", c.norm_eps, 0.0, 1.0);
    c.norm_bias = reader.boolean("norm_bias", c.norm_bias);
    c.attention_bias = reader.boolean("attention_bias", c.attention_bias);
    c.mlp_bias = reader.boolean("mlp_bias", c.mlp_bias);
    c.embedding_dropout = reader.probability("embedding_dropout", c.embedding_dropout);
    c.attention_dropout = reader.probability("attention_dropout", c.attention_dropout);
    c.mlp_dropout = reader.probability("mlp_dropout", c.mlp_dropout);
    c.initializer_range = reader.number("initializer_range", c.initializer_range, 0.0, 10.0);
    if (is_null(reader, "initializer_cutoff_factor")) c.initializer_cutoff_factor = 3.0;
    c.initializer_cutoff_factor = reader.number("initializer_cutoff_factor", c.initializer_cutoff_factor, 0.1, 100.0);
    c.read_window(reader);
    c.read_layer_types(reader);
    c.read_rope(reader);
    reader.only("is_decoder", false);
    reader.only("add_cross_attention", false);
    refuse_what_changes_weights(reader);
    c.validate(where);
    if (reader.has("head_dim")) reader.only("head_dim", c.hidden_size / c.num_attention_heads);
    return c;
  }

  /// Errors   CheckpointError if the sizes do not fit each other or the activation is unknown.
  void validate(std::string_view where) const {
    require<CheckpointError>(hidden_size % (2 * num_attention_heads) == 0, where,
                             ": num_attention_heads: expected a divisor of ", hidden_size / 2,
                             " (half of the hidden size: rotary positions rotate pairs), got ", num_attention_heads);
    require<CheckpointError>(pad_token_id < vocab_size, where, ": pad_token_id: expected less than ", vocab_size,
                             " (the vocabulary), got ", pad_token_id);
    require<CheckpointError>(local_layers.empty() || std::ssize(local_layers) == num_hidden_layers, where,
                             ": layer_types: expected ", num_hidden_layers, " (num_hidden_layers), got ",
                             local_layers.size());
    static_cast<void>(activation<CheckpointError>(hidden_activation, concat(where, ": hidden_activation")));
  }

 private:
  static constexpr std::string_view global_name = "full_attention", local_name = "sliding_attention";
  static constexpr double least_theta = 1.0, greatest_theta = 1e12;

  // Whether the key is there and null, where that does not mean the default.
  static bool is_null(const ConfigReader& reader, const char* key) {
    const auto found = reader.json().find(key);
    return found != reader.json().end() && found->is_null();
  }

  // `sliding_window` is transformers 5's other word for half of local_attention.
  void read_window(const ConfigReader& reader) {
    const std::int64_t side = reader.integer("sliding_window", local_attention / 2, 0);
    local_attention = reader.integer("local_attention", 2 * side);
    require<CheckpointError>(!reader.has("sliding_window") || local_attention / 2 == side, reader.where(),
                             ": sliding_window: expected ", local_attention / 2, " (half of local_attention), got ",
                             side);
  }

  // Where both are there, layer_types decides, as in transformers 5.
  void read_layer_types(const ConfigReader& reader) {
    global_attn_every_n_layers = reader.integer("global_attn_every_n_layers", global_attn_every_n_layers);
    if (!reader.has("layer_types")) return;
    const Json& types = reader.json().at("layer_types");
    require<CheckpointError>(types.is_array() && std::ssize(types) == num_hidden_layers, reader.where(),
                             ": layer_types: expected a list of ", num_hidden_layers, " (num_hidden_layers), got ",
                             types.dump());
    for (const Json& type : types) {
      require<CheckpointError>(type == global_name || type == local_name, reader.where(), ": layer_types: expected \"",
                               global_name, "\" or \"", local_name, "\" (others are not implemented), got ",
                               type.dump());
      local_layers.push_back(type == local_name);
    }
  }

  void read_rope(const ConfigReader& reader) {
    reader.absent("rope_scaling");
    global_rope_theta = reader.number("global_rope_theta", global_rope_theta, least_theta, greatest_theta);
    if (is_null(reader, "local_rope_theta")) local_rope_theta = global_rope_theta;
    local_rope_theta = reader.number("local_rope_theta", local_rope_theta, least_theta, greatest_theta);
    if (!reader.has("rope_parameters")) return;
    const std::string where = concat(reader.where(), ": rope_parameters");
    const ConfigReader kinds(reader.json().at("rope_parameters"), where);
    for (const auto& [kind, parameters] : kinds.json().items())
      require<CheckpointError>(kind == global_name || kind == local_name, where, ": ", kind, ": expected ", global_name,
                               " or ", local_name, " (others are not implemented)");
    global_rope_theta = theta_of(kinds, global_name, reader, "global_rope_theta", global_rope_theta);
    local_rope_theta = theta_of(kinds, local_name, reader, "local_rope_theta", local_rope_theta);
  }

  // The theta of one kind of layers, which transformers 4 keeps under `old_key`, where it is `otherwise`.
  static double theta_of(const ConfigReader& kinds, std::string_view kind, const ConfigReader& reader,
                         const char* old_key, double otherwise) {
    if (!kinds.has(kind.data())) return otherwise;
    const ConfigReader rope(kinds.json().at(kind.data()), concat(kinds.where(), ": ", kind));
    rope.only("rope_type", "default");
    for (const auto& [key, value] : rope.json().items())
      if (key != "rope_theta" && key != "rope_type") rope.absent(key.c_str());
    const double theta = rope.number("rope_theta", otherwise, least_theta, greatest_theta);
    require<CheckpointError>(!reader.has(old_key) || theta == otherwise, rope.where(), ": rope_theta: expected ",
                             otherwise, " (", old_key, "), got ", theta);
    return theta;
  }
};

}  // namespace hpo::nn

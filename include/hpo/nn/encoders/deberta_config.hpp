#pragma once
/// \file  The keys of a DeBERTa-v2 or v3 config.json.
/// Layer `nn`, tier 2.

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/nn/encoders/post_norm_config.hpp>
#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/model/config_reader.hpp>

namespace hpo::nn {

/// Version 3 is version 2 under another training; config.json calls both "deberta-v2". The fields are its keys, with
/// the defaults of absent ones: which are not those of the published models, whose files say what they are.
struct DebertaConfig : PostNormConfig {
  bool relative_attention = false;
  std::int64_t max_relative_positions = -1;  ///< below 1: max_position_embeddings
  std::int64_t position_buckets = -1;        ///< below 1: a row of the table for each distance
  bool c2p = false;                          ///< pos_att_type: a token's content asks for positions
  bool p2c = false;                          ///< pos_att_type: a token's position asks for contents
  bool share_att_key = false;                ///< positions go through the projections of contents
  bool norm_rel_ebd = false;                 ///< "layer_norm": the table of positions is normalized
  bool position_biased_input = true;         ///< absolute positions are added to the words, as in BERT
  std::int64_t conv_kernel_size = 0;         ///< 0 for no convolution
  std::int64_t conv_groups = 1;
  std::string conv_act = "tanh";

  DebertaConfig() {
    vocab_size = 128100;
    hidden_size = 1536;
    num_hidden_layers = 24;
    num_attention_heads = 24;
    intermediate_size = 6144;
    type_vocab_size = 0;
    layer_norm_eps = 1e-7;
  }

  /// The largest distance that is told from the next.
  [[nodiscard]] std::int64_t max_distance() const {
    return max_relative_positions < 1 ? max_position_embeddings : max_relative_positions;
  }
  /// Places to one side: the table has twice as many rows.
  [[nodiscard]] std::int64_t span() const { return position_buckets > 0 ? position_buckets : max_distance(); }

  /// Errors   CheckpointError for a value of the wrong type or range, and for each setting that changes the numbers and
  ///          is not implemented.
  [[nodiscard]] static DebertaConfig parse(const Json& json, std::string_view where = "config.json") {
    DebertaConfig config;
    const ConfigReader reader(json, where);
    reader.only("model_type", "deberta-v2");  // "deberta" is version 1, whose layers are others
    config.embedding_size = reader.integer("embedding_size", config.embedding_size);
    config.relative_attention = reader.boolean("relative_attention", config.relative_attention);
    config.max_relative_positions = reader.integer("max_relative_positions", config.max_relative_positions, -1);
    config.position_buckets = reader.integer("position_buckets", config.position_buckets, -1);
    config.share_att_key = reader.boolean("share_att_key", config.share_att_key);
    config.position_biased_input = reader.boolean("position_biased_input", config.position_biased_input);
    config.conv_kernel_size = reader.integer("conv_kernel_size", config.conv_kernel_size, 0);
    config.conv_groups = reader.integer("conv_groups", config.conv_groups);
    config.conv_act = reader.text("conv_act", config.conv_act);
    for (const std::string& kind : words(reader, "pos_att_type", {"c2p", "p2c"}))
      (kind == "c2p" ? config.c2p : config.p2c) = true;
    for (const std::string& norm : words(reader, "norm_rel_ebd", {"layer_norm"}))
      config.norm_rel_ebd |= norm == "layer_norm";
    config.read(reader);
    config.validate(where);
    if (reader.has("attention_head_size"))
      reader.only("attention_head_size", config.hidden_size / config.num_attention_heads);
    return config;
  }

  /// Errors   CheckpointError if the sizes do not fit each other or an activation is unknown.
  void validate(std::string_view where) const {
    PostNormConfig::validate(where);
    require<CheckpointError>(position_buckets != 1, where,
                             ": position_buckets: expected 2 or more, or -1 for none, got 1");
    require<CheckpointError>(conv_kernel_size == 0 || conv_kernel_size % 2 == 1, where,
                             ": conv_kernel_size: expected an odd number, which keeps the length, or 0, got ",
                             conv_kernel_size);
    require<CheckpointError>(hidden_size % conv_groups == 0, where, ": conv_groups: expected a divisor of ",
                             hidden_size, " (the hidden size), got ", conv_groups);
    if (conv_kernel_size > 0) static_cast<void>(activation<CheckpointError>(conv_act, concat(where, ": conv_act")));
  }

 private:
  // "p2c|C2P" or ["p2c", "c2p"]: the known words of a key, without "none". The order means nothing.
  static std::vector<std::string> words(const ConfigReader& reader, const char* key,
                                        const std::vector<std::string>& known) {
    if (!reader.has(key)) return {};
    const Json& value = reader.json().at(key);
    std::vector<std::string> listed;
    if (value.is_string()) {
      listed.emplace_back();
      for (const char c : value.get<std::string>()) {
        if (c == '|')
          listed.emplace_back();
        else if (c != ' ')
          listed.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      }
    } else {
      const bool all_text =
          value.is_array() && std::ranges::all_of(value, [](const Json& entry) { return entry.is_string(); });
      require<CheckpointError>(all_text, reader.where(), ": ", key, ": expected words, got ", value.dump());
      for (const Json& entry : value) listed.push_back(entry.get<std::string>());
    }
    std::erase_if(listed, [](const std::string& word) { return word.empty() || word == "none"; });
    for (const std::string& word : listed)
      require<CheckpointError>(std::ranges::count(known, word) > 0, reader.where(), ": ", key, ": expected none or ",
                               join(known, " or "), " (others are not implemented), got ", value.dump());
    return listed;
  }
};

}  // namespace hpo::nn

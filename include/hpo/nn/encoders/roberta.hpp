#pragma once
/// \file  RoBERTa and XLM-R: BERT's layers, with positions counted from the padding id. Read bert.hpp first.
/// Layer `nn`, tier 3.

#include <array>
#include <string_view>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/nn/encoders/pooled_encoder.hpp>
#include <hpo/nn/model/config_reader.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/tensor_options.hpp>

namespace hpo::nn {

/// The keys of a RoBERTa or XLM-R config.json. Checkpoints have 514 positions for 512 tokens and one token type.
struct RobertaConfig : PooledConfig {
  RobertaConfig() {
    vocab_size = 50265;
    pad_token_id = 1;
  }

  /// Errors   CheckpointError, see PostNormConfig::read; and if no position is left after the padding's.
  [[nodiscard]] static RobertaConfig parse(const Json& json, std::string_view where = "config.json") {
    RobertaConfig config;
    const ConfigReader reader(json, where);
    if (reader.text("model_type", "roberta") == "xlm-roberta") config.vocab_size = 30522;
    config.read(reader);
    require<CheckpointError>(config.max_position_embeddings > config.pad_token_id + 1, where,
                             ": max_position_embeddings: expected more than ", config.pad_token_id + 1,
                             " (positions start after the padding id), got ", config.max_position_embeddings);
    return config;
  }
};

/// Source   Liu et al.: RoBERTa: A Robustly Optimized BERT Pretraining Approach, 2019;
///          Conneau et al.: Unsupervised Cross-lingual Representation Learning at Scale, ACL 2020.
class RobertaEncoder : public PooledEncoder {
 public:
  using Config = RobertaConfig;
  static constexpr std::array model_types{std::string_view("roberta"), std::string_view("xlm-roberta")};
  static constexpr std::string_view prefix = "roberta";

  explicit RobertaEncoder(const RobertaConfig& config, const at::TensorOptions& tensors = on_meta())
      : PooledEncoder(config, PostNormFamily{.positions = Positions::by_token_id}, tensors) {}
};

static_assert(PoolingEncoder<RobertaEncoder>);
}  // namespace hpo::nn

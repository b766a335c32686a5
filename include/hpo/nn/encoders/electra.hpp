#pragma once
/// \file  ELECTRA: BERT's layers on tables that may be narrower than the layers; no pooler. Read bert.hpp first.
/// Layer `nn`, tier 3.

#include <array>
#include <string_view>

#include <hpo/core/json.hpp>
#include <hpo/nn/encoders/post_norm_encoder.hpp>
#include <hpo/nn/model/config_reader.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/tensor_options.hpp>

namespace hpo::nn {

/// The keys of an ELECTRA config.json; its defaults are the small model's.
struct ElectraConfig : PostNormConfig {
  ElectraConfig() {
    embedding_size = 128;
    hidden_size = 256;
    num_attention_heads = 4;
    intermediate_size = 1024;
  }

  /// Errors   CheckpointError, see PostNormConfig::read.
  [[nodiscard]] static ElectraConfig parse(const Json& json, std::string_view where = "config.json") {
    ElectraConfig config;
    const ConfigReader reader(json, where);
    config.embedding_size = reader.integer("embedding_size", config.embedding_size);
    config.read(reader);
    return config;
  }
};

/// The discriminator, which is the one to fine-tune.
///
/// Source   Clark, Luong, Le, Manning: ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators,
///          ICLR 2020.
class ElectraEncoder : public PostNormEncoder {
 public:
  using Config = ElectraConfig;
  static constexpr std::array model_types{std::string_view("electra")};
  static constexpr std::string_view prefix = "electra";

  explicit ElectraEncoder(const ElectraConfig& config, const at::TensorOptions& tensors = on_meta())
      : PostNormEncoder(config, PostNormFamily{}, tensors) {}
};

static_assert(Encoder<ElectraEncoder> && !PoolingEncoder<ElectraEncoder>);
}  // namespace hpo::nn

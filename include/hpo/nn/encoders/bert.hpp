#pragma once
/// \file  BERT. Read post_norm_layer.hpp, then post_norm_encoder.hpp, then the names here.
/// Layer `nn`, tier 3.

#include <array>
#include <string_view>

#include <hpo/core/json.hpp>
#include <hpo/nn/encoders/pooled_encoder.hpp>
#include <hpo/nn/model/config_reader.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/tensor_options.hpp>

namespace hpo::nn {

/// The keys of a BERT config.json; the base class holds BERT's own defaults.
struct BertConfig : PooledConfig {
  /// Errors   CheckpointError, see PostNormConfig::read.
  [[nodiscard]] static BertConfig parse(const Json& json, std::string_view where = "config.json") {
    BertConfig config;
    config.read(ConfigReader(json, where));
    return config;
  }
};

/// Source   Devlin, Chang, Lee, Toutanova: BERT: Pre-training of Deep Bidirectional Transformers, NAACL 2019.
class BertEncoder : public PooledEncoder {
 public:
  using Config = BertConfig;
  static constexpr std::array model_types{std::string_view("bert")};
  static constexpr std::string_view prefix = "bert";

  explicit BertEncoder(const BertConfig& config, const at::TensorOptions& tensors = on_meta())
      : PooledEncoder(config, PostNormFamily{}, tensors) {}
};

static_assert(PoolingEncoder<BertEncoder>);
}  // namespace hpo::nn

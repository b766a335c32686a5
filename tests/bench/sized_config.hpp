#pragma once
/// \file  Encoders of one size, for benchmarks.

#include <concepts>
#include <cstdint>

#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/model/encoder.hpp>

namespace hpo::bench {

/// The configuration with BERT's proportions at a width: heads of 64, a feed-forward of four times the width.
template <nn::Encoder E>
[[nodiscard]] typename E::Config sized(typename E::Config config, std::int64_t vocabulary, std::int64_t width,
                                       std::int64_t layers) {
  config.vocab_size = vocabulary;
  config.hidden_size = width;
  config.num_hidden_layers = layers;
  config.num_attention_heads = width / 64;
  config.intermediate_size = 4 * width;
  if constexpr (std::same_as<E, nn::ModernBertEncoder>) {  // two of its three matrices make one of BERT's
    config.intermediate_size = 8 * width / 3;
    config.pad_token_id = 0;
  }
  return config;
}

}  // namespace hpo::bench

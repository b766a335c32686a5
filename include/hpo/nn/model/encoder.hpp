#pragma once
/// \file  The Encoder concept: from a batch of token ids to hidden states.
/// Layer `nn`, tier 3.

#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/core/json.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::nn {

/// `E::Config` is read from a config.json: `parse(json, where)`.
template <class E>
concept HasConfig = requires(const Json& json, std::string_view where) {
  typename E::Config;
  { E::Config::parse(json, where) } -> std::same_as<typename E::Config>;
};

/// The values of config.json's `model_type` that mean this encoder.
template <class E>
concept HasModelTypes = requires {
  { *E::model_types.begin() } -> std::convertible_to<std::string_view>;
  { *E::model_types.end() };
};

/// What a checkpoint of a whole model puts before the encoder's names, without the dot.
template <class E>
concept HasPrefix = requires {
  { E::prefix } -> std::convertible_to<std::string_view>;
};

template <class E>
concept BuildsFromConfig = std::constructible_from<E, const typename E::Config&, const at::TensorOptions&>;

/// [B, T] -> [B, T, hidden_size()].
template <class E>
concept EncodesTokens = requires(const E& encoder, const TokenBatch& batch, const Pass& pass) {
  { encoder.forward(batch, pass) } -> std::same_as<at::Tensor>;
};

/// The max_length() of an encoder that reads rows of any length: its positions are relative.
inline constexpr std::int64_t any_length = std::numeric_limits<std::int64_t>::max();

/// Sizes: of a hidden state, of the longest row, of the vocabulary; and the id that fills up short rows.
template <class E>
concept HasEncoderSizes = requires(const E& encoder) {
  { encoder.hidden_size() } -> std::convertible_to<std::int64_t>;
  { encoder.max_length() } -> std::convertible_to<std::int64_t>;
  { encoder.vocab_size() } -> std::convertible_to<std::int64_t>;
  { encoder.pad_id() } -> std::convertible_to<std::int64_t>;
};

/// A module from token ids to hidden states, whose tensors are called as in its family's checkpoints.
///
/// Meaning the compiler cannot check (hpo/testing/encoder_contract.hpp does):
///   - construction on the meta device takes no memory, and every tensor has a declared initial value;
///   - a row's states at real tokens depend neither on the other rows nor on how far it is padded;
///   - without training the same batch gives the same states; with it, the same batch and dropout position do;
///   - every trainable parameter that forward() uses gets a gradient.
template <class E>
concept Encoder = std::derived_from<E, torch::nn::Module> && HasConfig<E> && HasModelTypes<E> && HasPrefix<E> &&
                  BuildsFromConfig<E> && EncodesTokens<E> && HasEncoderSizes<E>;

/// An encoder that can also sum up a row by a trained pooler: built if `Config::pooler` says so.
template <class E>
concept PoolingEncoder =
    Encoder<E> && requires(const E& encoder, typename E::Config& config, const at::Tensor& hidden, const Pass& pass) {
      { config.pooler = true };
      { encoder.has_pooler() } -> std::same_as<bool>;
      { encoder.pool(hidden, pass) } -> std::same_as<at::Tensor>;
    };

}  // namespace hpo::nn

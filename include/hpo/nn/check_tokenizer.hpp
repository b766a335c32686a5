#pragma once
/// \file  A tokenizer that does not fit its model is refused before anything is trained.
/// Layer `nn`, tier 3.

#include <concepts>
#include <cstdint>
#include <string_view>

#include <hpo/core/error.hpp>
#include <hpo/nn/model/encoder.hpp>

namespace hpo::nn {

/// A tokenizer as far as a model is concerned: all its ids are less than `id_limit()`. text::Tokenizer is one.
template <class T>
concept LimitsIds = requires(const T& tokenizer) {
  { tokenizer.id_limit() } -> std::convertible_to<std::int64_t>;
};

/// A model with an encoder in it, such as TaskModel.
template <class M>
concept HasEncoder = requires(const M& model) {
  { model.encoder() } -> HasEncoderSizes;
};

/// The tokenizer's ids, and rows of `max_length` tokens, must fit the model: else the first batch that has such an id
/// or such a row ends the training, maybe after hours. `where` begins the message, such as the model's folder.
/// Errors   CheckpointError for the ids, ConfigError for the length.
template <HasEncoder Model, LimitsIds Tokenizer>
void check_tokenizer(const Model& model, const Tokenizer& tokenizer, std::int64_t max_length,
                     std::string_view where = "tokenizer") {
  const auto& encoder = model.encoder();
  const auto ids = static_cast<std::int64_t>(tokenizer.id_limit());
  require<CheckpointError>(ids <= encoder.vocab_size(), where, ": expected a tokenizer of at most ",
                           encoder.vocab_size(), " tokens (config.json: vocab_size), got ", ids);
  require<ConfigError>(max_length <= encoder.max_length(), "encoder.max_length: expected at most ",
                       encoder.max_length(), " (what the model has positions for), got ", max_length);
}

}  // namespace hpo::nn

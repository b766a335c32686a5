#pragma once
/// \file  From examples to rows of tokens, and the key under which these are kept.
/// Layer `data`, tier 0.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <range/v3/view/enumerate.hpp>

#include <hpo/core/error.hpp>
#include <hpo/data/content_key.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/token_store.hpp>
#include <hpo/text/pipeline/encoding.hpp>

namespace hpo::data {

/// What tokenizing needs of a tokenizer; text::Tokenizer models it (and takes 2 s to parse: it is not included here).
template <class T>
concept Tokenizes = requires(const T& tokenizer, std::string_view first, std::optional<std::string_view> second,
                             const text::EncodeOptions& options) {
  { tokenizer.encode(first, second, options) } -> std::same_as<text::Encoding>;
};

/// Units    tokens; `max_length` counts special ones, `stride` is what neighboring windows of a context share.
struct TokenizeOptions {
  std::int64_t max_length = 128;
  std::int64_t stride = 32;
};

namespace detail {
inline std::optional<std::string_view> view_of(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

inline void add_texts(ContentKey& key, std::string_view first, const std::optional<std::string>& second) {
  key.add(first).add(second.has_value()).add(second ? std::string_view(*second) : "");
}

inline ContentKey key_of(std::span<const std::filesystem::path> tokenizer_files, std::string_view kind,
                         const TokenizeOptions& options) {
  ContentKey key;
  key.add("tokens 1").add(kind).add(options.max_length).add(options.stride).add(tokenizer_files.size());
  for (const auto& file : tokenizer_files) key.add_file(file);
  return key;
}
}  // namespace detail

/// The key of tokenized examples: of the tokenizer's files, the options and every text, not of labels and splits.
/// Errors   DataError if a file cannot be read.
[[nodiscard]] inline std::string token_key(std::span<const std::filesystem::path> tokenizer_files,
                                           std::span<const ClassificationExample> examples,
                                           const TokenizeOptions& options) {
  ContentKey key = detail::key_of(tokenizer_files, "classification", options);
  for (const auto& example : examples) detail::add_texts(key, example.text, example.pair);
  return key.hex();
}

[[nodiscard]] inline std::string token_key(std::span<const std::filesystem::path> tokenizer_files,
                                           std::span<const SpanExample> examples, const TokenizeOptions& options) {
  ContentKey key = detail::key_of(tokenizer_files, "span", options);
  for (const auto& example : examples) detail::add_texts(key, example.context, example.question);
  return key.hex();
}

/// Adds one row an example, cut to `max_length` (of a pair, the longer text gives way).
/// \return how many were cut.
template <Tokenizes T>
std::size_t tokenize(const T& tokenizer, std::span<const ClassificationExample> examples,
                     const TokenizeOptions& options, TokenStoreBuilder& builder) {
  std::size_t cut = 0;
  const text::EncodeOptions encode{.max_length = static_cast<std::int32_t>(options.max_length)};
  for (const auto& [i, example] : ranges::views::enumerate(examples)) {
    const text::Encoding encoding = tokenizer.encode(example.text, detail::view_of(example.pair), encode);
    cut += encoding.overflow.empty() ? 0U : 1U;
    builder.add(encoding, i);
  }
  return cut;
}

/// Adds the windows of each example, in order: [CLS] question [SEP] part of the context [SEP], or without the question.
/// Neighboring parts share `stride` tokens.
/// \return how many examples have more than one window.
/// Errors   DataError with the row, if its question leaves no room for the context.
template <Tokenizes T>
std::size_t tokenize(const T& tokenizer, std::span<const SpanExample> examples, const TokenizeOptions& options,
                     TokenStoreBuilder& builder) {
  std::size_t cut = 0;
  text::EncodeOptions encode{.max_length = static_cast<std::int32_t>(options.max_length),
                             .stride = static_cast<std::int32_t>(options.stride)};
  for (const auto& [i, example] : ranges::views::enumerate(examples)) {
    const std::string& context = example.context;
    const std::optional<std::string>& question = example.question;
    encode.strategy = question ? text::Truncation::only_second : text::Truncation::only_first;
    text::Encoding encoding;
    try {
      encoding =
          question ? tokenizer.encode(*question, context, encode) : tokenizer.encode(context, std::nullopt, encode);
    } catch (const TokenizerError& error) {
      fail<DataError>("data: row ", example.row, " (", example.id, "): max_length ", options.max_length, " and stride ",
                      options.stride, " leave no room for the context: ", error.what());
    }
    cut += encoding.overflow.empty() ? 0U : 1U;
    builder.add(encoding, i);
    for (const auto& window : encoding.overflow) builder.add(window, i);
  }
  return cut;
}

/// The same in one call, kept in memory. Of classification, row i of the store is example i; of spans, the store says
/// which example a row is a window of.
/// Errors   as above.
template <Tokenizes T>
[[nodiscard]] TokenStore tokenize(const T& tokenizer, std::span<const ClassificationExample> examples,
                                  const TokenizeOptions& options) {
  TokenStoreBuilder builder;
  tokenize(tokenizer, examples, options, builder);
  return builder.in_memory();
}

template <Tokenizes T>
[[nodiscard]] TokenStore tokenize(const T& tokenizer, std::span<const SpanExample> examples,
                                  const TokenizeOptions& options) {
  TokenStoreBuilder builder;
  tokenize(tokenizer, examples, options, builder);
  return builder.in_memory();
}

}  // namespace hpo::data

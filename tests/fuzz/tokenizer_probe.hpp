#pragma once
/// \file  Uses a tokenizer that bad input made: whatever it holds, its tokens keep their promises.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <hpo/core/error.hpp>
#include <hpo/core/utf8.hpp>
#include <hpo/text/tokenizer.hpp>

#include "target.hpp"

namespace hpo::fuzz {

inline void check(const text::Tokenizer& tokenizer, const text::Encoding& encoding) {
  expect(encoding.offsets.size() == encoding.ids.size(), "ids and offsets of different number");
  for (const std::int32_t id : encoding.ids)
    expect(id >= 0 && static_cast<std::size_t>(id) < tokenizer.id_limit(), "an id that no embedding has a row for");
}

/// Loads the folder and encodes texts, alone and in pairs, whole and cut.
inline void load_and_encode(const std::filesystem::path& folder) {
  using namespace std::literals;
  constexpr std::array texts{
      ""sv, "Hello, world! It's 12.50 [MASK] </s> <unk>."sv,
      "  \t\u00a0na\u00efve caf\u0065\u0301  \u4f60\u597d \U0001F468\u200D\U0001F469\u200D\U0001F467 "
      "\uFDFA \uFF21\u0301"sv,
      "\xff\xc0\xaf ab\xe2\x28 \xed\xa0\x80"sv,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"sv};
  try {
    const auto tokenizer = text::Tokenizer::load(folder);
    (void)tokenizer.vocab_size();
    for (const std::string_view text : texts) {
      try {
        check(tokenizer, tokenizer.encode(text));
        check(tokenizer, tokenizer.encode(text, texts[1], {.max_length = 8}));
      } catch (const TokenizerError&) {
      }
    }
  } catch (const TokenizerError& error) {
    expect(std::string_view(error.what()).find('\n') == std::string_view::npos, "a message of several lines");
  }
}

}  // namespace hpo::fuzz

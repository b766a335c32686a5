#pragma once
/// \file  Tokens that stand for single bytes, like <0xE9>.
/// Layer `text`, tier 0.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/text/vocabulary/vocabulary.hpp>

namespace hpo::text {

/// The tokens of the bytes of `text`; false if one of them has none.
[[nodiscard]] inline bool find_byte_tokens(const Vocabulary& vocabulary, std::string_view text,
                                           std::vector<std::int32_t>& ids) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string token = "<0x00>";
  ids.clear();
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    token[3] = digits[byte >> 4];
    token[4] = digits[byte & 15U];
    ids.push_back(vocabulary.find(token));
    if (ids.back() == Vocabulary::none) return false;
  }
  return true;
}

}  // namespace hpo::text

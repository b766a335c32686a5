#pragma once
/// \file  Bytes as printable characters, as byte-level BPE vocabularies write them.
/// Layer `text`, tier 0.

#include <array>
#include <cstddef>

#include <hpo/text/pipeline/aligned_text.hpp>

namespace hpo::text {

/// The character that stands for each byte: itself if it prints in Latin-1, else the next free one from U+0100 on.
/// Source   Radford et al., Language models are unsupervised multitask learners, 2019 (GPT-2).
inline constexpr std::array<char32_t, 256> byte_characters = [] {
  std::array<char32_t, 256> characters{};
  char32_t next = 256;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool prints = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    characters[byte] = prints ? byte : next++;
  }
  return characters;
}();

/// The character of a space: the "G with a dot" of GPT-2's vocabularies.
inline constexpr char32_t byte_space = byte_characters[' '];

/// Appends the bytes of `in` as characters; all characters of a code point keep its origin.
inline void to_byte_characters(const AlignedView& in, AlignedText& out) {
  for (std::size_t i = 0; i < in.bytes.size(); ++i)
    out.push(byte_characters[static_cast<unsigned char>(in.bytes[i])], in.origin[i]);
}

}  // namespace hpo::text

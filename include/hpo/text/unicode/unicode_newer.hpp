#pragma once
/// \file  What Unicode 16 and 17 added after the version that ICU 72 knows (15).
/// Layer `text`, tier 0.
///
/// Asked only about characters that ICU takes for unassigned; with a newer ICU it is asked less.
/// Source   the code charts of Unicode 16 and 17.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace hpo::text::newer {

/// Both ends included.
struct CodeRange {
  char32_t first, last;
};

/// `ranges` are in order.
[[nodiscard]] constexpr bool contains(std::span<const CodeRange> ranges, char32_t code) {
  const auto after = std::ranges::upper_bound(ranges, code, {}, &CodeRange::first);
  return after != ranges.begin() && code <= (after - 1)->last;
}

/// Category L* of Unicode 16.
inline constexpr std::array<CodeRange, 22> letters{{
    {0x1C89, 0x1C8A},   {0xA7CB, 0xA7CD},   {0xA7DA, 0xA7DC},   {0x105C0, 0x105F3}, {0x10D4A, 0x10D65},
    {0x10D6F, 0x10D85}, {0x10EC2, 0x10EC4}, {0x11380, 0x11389}, {0x1138B, 0x1138B}, {0x1138E, 0x1138E},
    {0x11390, 0x113B5}, {0x113B7, 0x113B7}, {0x113D1, 0x113D1}, {0x113D3, 0x113D3}, {0x11BC0, 0x11BE0},
    {0x13460, 0x143FA}, {0x16100, 0x1611D}, {0x16D40, 0x16D6C}, {0x18CFF, 0x18CFF}, {0x1E5D0, 0x1E5ED},
    {0x1E5F0, 0x1E5F0}, {0x2EBF0, 0x2EE5D},
}};

/// Category N* of Unicode 16.
inline constexpr std::array<CodeRange, 7> numbers{{
    {0x10D40, 0x10D49},
    {0x116D0, 0x116E3},
    {0x11BF0, 0x11BF9},
    {0x16130, 0x16139},
    {0x16D70, 0x16D79},
    {0x1CCF0, 0x1CCF9},
    {0x1E5F1, 0x1E5FA},
}};

/// Category N* that Unicode 17 added to those.
inline constexpr std::array<CodeRange, 2> numbers_17{{{0x11DE0, 0x11DE9}, {0x16FF4, 0x16FF6}}};

/// Marks of Unicode 16: word characters that are neither letters nor numbers.
inline constexpr std::array<CodeRange, 13> marks{{
    {0x897, 0x897},
    {0x10D69, 0x10D6D},
    {0x10EFC, 0x10EFC},
    {0x113B8, 0x113C0},
    {0x113C2, 0x113C2},
    {0x113C5, 0x113C5},
    {0x113C7, 0x113CA},
    {0x113CC, 0x113D0},
    {0x113D2, 0x113D2},
    {0x113E1, 0x113E2},
    {0x11F5A, 0x11F5A},
    {0x1611E, 0x1612F},
    {0x1E5EE, 0x1E5EF},
}};

/// Marks that Unicode 17 added to those. (The reference's grapheme clusters know them, its regular expressions do not.)
inline constexpr std::array<CodeRange, 8> marks_17{{
    {0x1ACF, 0x1ADD},
    {0x1AE0, 0x1AEB},
    {0x10EFA, 0x10EFB},
    {0x11B60, 0x11B67},
    {0x1E6E3, 0x1E6E3},
    {0x1E6E6, 0x1E6E6},
    {0x1E6EE, 0x1E6EF},
    {0x1E6F5, 0x1E6F5},
}};

/// The lower case of a letter of Unicode 16 or 17; the character itself if it has none.
[[nodiscard]] constexpr char32_t to_lower(char32_t code) {
  switch (code) {
    case 0xA7CB:
      return 0x264;
    case 0xA7DC:
      return 0x19B;
    case 0x1C89:
    case 0xA7CC:
    case 0xA7CE:
    case 0xA7D2:
    case 0xA7D4:
    case 0xA7DA:
      return code + 1;
    default:
      break;
  }
  if (code >= 0x10D50 && code <= 0x10D65) return code + 0x20;
  if (code >= 0x16EA0 && code <= 0x16EB8) return code + 0x1B;
  return code;
}

}  // namespace hpo::text::newer

#pragma once
/// \file  Character classes and case, as the reference tokenizers see them.
/// Layer `text`, tier 0. ICU through its C interface.
///
/// The reference mixes versions of Unicode: BERT's classes are those of version 8, normal forms of version 9, while
/// letters, digits and lower case are of version 16. ICU knows each character's age, so older tables are today's
/// table cut off by age, but for a few characters that have changed their category; what is newer than ICU 72
/// (Unicode 15) is in unicode_newer.hpp.
/// Source   measured over all code points; tests/text/unicode/unicode_test.cpp compares them where the table is at hand.

#include <cstdint>

#include <unicode/uchar.h>

#include <hpo/text/unicode/unicode_newer.hpp>

namespace hpo::text {

namespace detail {

[[nodiscard]] inline std::uint32_t category_mask(char32_t code) {
  return U_MASK(u_charType(static_cast<UChar32>(code)));
}

/// Whether version `major`.0 of Unicode had assigned the character.
[[nodiscard]] inline bool known_in(char32_t code, int major) {
  UVersionInfo age;
  u_charAge(static_cast<UChar32>(code), age);
  return age[0] != 0 && (age[0] < major || (age[0] == major && age[1] == 0));
}

}  // namespace detail

/// The 25 characters of the White_Space property.
[[nodiscard]] inline bool is_white_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
  return u_isUWhiteSpace(static_cast<UChar32>(code));
}

[[nodiscard]] constexpr bool is_ascii_punctuation(char32_t code) {
  return (code >= '!' && code <= '/') || (code >= ':' && code <= '@') || (code >= '[' && code <= '`') ||
         (code >= '{' && code <= '~');
}

/// Punctuation of BERT: all ASCII signs and symbols, and categories P* of Unicode 8.
[[nodiscard]] inline bool is_punctuation(char32_t code) {
  if (code < 0x80) return is_ascii_punctuation(code);
  if (code == 0x166D || code == 0x111C9) return true;  // symbol and mark since
  return (detail::category_mask(code) & U_GC_P_MASK) != 0 && detail::known_in(code, 8);
}

/// What BERT's cleaning removes besides NUL and U+FFFD: controls, formats and private use of
/// Unicode 8.
[[nodiscard]] inline bool is_control(char32_t code) {
  if (code < 0x80) return (code < 0x20 && code != '\t' && code != '\n' && code != '\r') || code == 0x7F;
  return (detail::category_mask(code) & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK)) != 0 && detail::known_in(code, 8);
}

/// Category Mn of Unicode 8: what BERT strips as accents.
[[nodiscard]] inline bool is_nonspacing_mark(char32_t code) {
  if (code < 0x300) return false;
  if (code == 0x1734) return true;                                                          // spacing since
  if (code == 0x1885 || code == 0x1886 || code == 0xA9BD || code == 0x111C9) return false;  // of another category then
  return (detail::category_mask(code) & U_GC_MN_MASK) != 0 && detail::known_in(code, 8);
}

/// Categories Mn, Mc and Me of Unicode 9: what StripAccents removes.
[[nodiscard]] inline bool is_mark(char32_t code) {
  if (code < 0x300 || code == 0x111C9) return false;  // U+111C9 was punctuation then
  if (code == 0x1CF2 || code == 0x1CF3) return true;  // letters since
  return (detail::category_mask(code) & U_GC_M_MASK) != 0 && detail::known_in(code, 9);
}

/// CJK ideographs, which BERT sets apart. 2B820-2B91F are not among them in the reference.
[[nodiscard]] constexpr bool is_cjk(char32_t code) {
  return (code >= 0x3400 && code <= 0x4DBF) || (code >= 0x4E00 && code <= 0x9FFF) ||
         (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x20000 && code <= 0x2A6DF) ||
         (code >= 0x2A700 && code <= 0x2B81F) || (code >= 0x2B920 && code <= 0x2CEAF) ||
         (code >= 0x2F800 && code <= 0x2FA1F);
}

/// Category L*.
[[nodiscard]] inline bool is_letter(char32_t code) {
  if (code < 0x80) return (code | 0x20U) >= 'a' && (code | 0x20U) <= 'z';
  const std::uint32_t category = detail::category_mask(code);
  if ((category & U_GC_CN_MASK) != 0) return newer::contains(newer::letters, code);
  return (category & U_GC_L_MASK) != 0;
}

/// Category N*.
[[nodiscard]] inline bool is_number(char32_t code) {
  if (code < 0x80) return code >= '0' && code <= '9';
  const std::uint32_t category = detail::category_mask(code);
  if ((category & U_GC_CN_MASK) != 0) return newer::contains(newer::numbers, code);
  return (category & U_GC_N_MASK) != 0;
}

/// Category N* one version later: the reference's Digits asks another table than its regular expressions.
[[nodiscard]] inline bool is_numeric(char32_t code) {
  return is_number(code) || (code >= 0x80 && newer::contains(newer::numbers_17, code));
}

/// `\w` of a Unicode regular expression: letters, marks, decimal digits, connectors, joiners (UTS 18, annex C).
[[nodiscard]] inline bool is_word(char32_t code) {
  if (code < 0x80) return is_letter(code) || is_number(code) || code == '_';
  const std::uint32_t category = detail::category_mask(code);
  if ((category & U_GC_CN_MASK) != 0)
    return newer::contains(newer::letters, code) || newer::contains(newer::numbers, code) ||
           newer::contains(newer::marks, code);
  return u_hasBinaryProperty(static_cast<UChar32>(code), UCHAR_ALPHABETIC) ||
         (category & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0 ||
         u_hasBinaryProperty(static_cast<UChar32>(code), UCHAR_JOIN_CONTROL);
}

/// Lower case without context (a final sigma stays an ordinary one). U+0130 alone has a second character, U+0307.
[[nodiscard]] inline char32_t to_lower(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  const auto lower = static_cast<char32_t>(u_tolower(static_cast<UChar32>(code)));
  return lower == code ? newer::to_lower(code) : lower;
}

}  // namespace hpo::text

#pragma once
/// \file  UTF-8: decoding that never fails, and encoding.
/// Layer `core`, tier 0.
///
/// Policy for ill-formed input: each maximal subpart of a broken sequence reads as one U+FFFD, as CPython's
/// `errors="replace"` does (Unicode 15, section 3.9, table 3-8).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hpo {

/// One step of decoding.
struct CodePoint {
  char32_t code;
  std::uint32_t size;  ///< bytes read, 1 to 4
  bool well_formed;
};

/// The code point at the front of `bytes`, which must not be empty.
[[nodiscard]] constexpr CodePoint decode_utf8(std::string_view bytes) {
  constexpr char32_t replacement = 0xFFFD;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  if (lead < 0xC2 || lead > 0xF4) return {replacement, 1, false};
  const std::uint32_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte is narrower after E0 and F0 (overlong), ED (surrogates) and F4 (beyond U+10FFFF).
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  char32_t code = lead & (0x7FU >> size);
  for (std::uint32_t i = 1; i < size; ++i) {
    if (i >= bytes.size() || byte(i) < (i == 1 ? low : 0x80) || byte(i) > (i == 1 ? high : 0xBF))
      return {replacement, i, false};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  return {code, size, true};
}

/// The code point at the front of well-formed `bytes`, without checks.
[[nodiscard]] constexpr CodePoint decode_valid_utf8(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(bytes[i])); };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  if (lead < 0xE0) return {(lead & 0x1F) << 6 | (byte(1) & 0x3F), 2, true};
  if (lead < 0xF0) return {(lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3, true};
  return {(lead & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4, true};
}

/// Whether a byte continues a sequence that an earlier byte began.
[[nodiscard]] constexpr bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Writes the 1 to 4 bytes of a code point to `out`; returns how many.
constexpr std::uint32_t encode_utf8(char32_t code, char* out) {
  const auto byte = [](char32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  if (code < 0x80) {
    out[0] = byte(code);
    return 1;
  }
  if (code < 0x800) {
    out[0] = byte(0xC0 | code >> 6);
    out[1] = byte(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = byte(0xE0 | code >> 12);
    out[1] = byte(0x80 | (code >> 6 & 0x3F));
    out[2] = byte(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = byte(0xF0 | code >> 18);
  out[1] = byte(0x80 | (code >> 12 & 0x3F));
  out[2] = byte(0x80 | (code >> 6 & 0x3F));
  out[3] = byte(0x80 | (code & 0x3F));
  return 4;
}

inline void append_utf8(std::string& out, char32_t code) {
  char bytes[4];
  out.append(bytes, encode_utf8(code, bytes));
}

[[nodiscard]] inline std::string to_utf8(char32_t code) {
  std::string out;
  append_utf8(out, code);
  return out;
}

[[nodiscard]] constexpr bool is_well_formed(std::string_view bytes) {
  while (!bytes.empty()) {
    const CodePoint next = decode_utf8(bytes);
    if (!next.well_formed) return false;
    bytes.remove_prefix(next.size);
  }
  return true;
}

/// The same text with every maximal subpart of a broken sequence replaced by U+FFFD.
[[nodiscard]] inline std::string make_well_formed(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + 8);
  while (!bytes.empty()) {
    const CodePoint next = decode_utf8(bytes);
    append_utf8(out, next.code);
    bytes.remove_prefix(next.size);
  }
  return out;
}

/// Code points of a text, well-formed or not (a maximal subpart counts as one).
[[nodiscard]] constexpr std::int64_t count_code_points(std::string_view bytes) {
  std::int64_t count = 0;
  for (; !bytes.empty(); ++count) bytes.remove_prefix(decode_utf8(bytes).size);
  return count;
}

}  // namespace hpo

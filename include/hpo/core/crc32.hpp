#pragma once
/// \file  The checksum of zlib and PNG, where another program's number must be met.
/// Layer `core`, tier 0.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hpo {

namespace detail {

inline constexpr auto crc32_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) remainder = remainder >> 1 ^ (remainder & 1 ? 0xEDB88320U : 0U);
    table[byte] = remainder;
  }
  return table;
}();

}  // namespace detail

/// The CRC-32 of the bytes; `before` is that of the bytes in front of them, so that a text can be taken in parts.
/// Source   ISO 3309; RFC 1952, section 8.
[[nodiscard]] constexpr std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0) {
  std::uint32_t remainder = ~before;
  for (const char c : bytes)
    remainder = remainder >> 8 ^ detail::crc32_table[(remainder ^ static_cast<unsigned char>(c)) & 0xFF];
  return ~remainder;
}

}  // namespace hpo

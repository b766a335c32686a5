#pragma once
/// \file  A data file as checked text: UTF-8, without byte order mark and NUL.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/utf8.hpp>

namespace hpo::data {

/// 1-based line of a byte of a text.
[[nodiscard]] inline std::int64_t line_of(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, byte);
  return 1 + std::count(before.begin(), before.end(), '\n');
}

namespace detail {
inline std::string hex_byte(char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {'0', 'x', digits[value >> 4], digits[value & 15U]};
}

inline void check_bytes(const std::filesystem::path& path, std::string_view text) {
  require<DataError>(!text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF"), path,
                     ":1: expected UTF-8, got UTF-16; convert it: iconv -f UTF-16 -t UTF-8");
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) - 1U < 0x7FU) {  // plain ASCII, the common case
      ++at;
      continue;
    }
    require<DataError>(text[at] != '\0', path, ":", line_of(text, at),
                       ": expected text, got a NUL byte; the file is binary, UTF-16 or damaged");
    const CodePoint next = decode_utf8(text.substr(at));
    require<DataError>(next.well_formed, path, ":", line_of(text, at), ": expected UTF-8, got the byte ",
                       hex_byte(text[at]), "; if the file is Latin-1, convert it: iconv -f LATIN1 -t UTF-8");
    at += next.size;
  }
}
}  // namespace detail

/// All text of a data file. A leading UTF-8 byte order mark is dropped.
/// Errors   DataError with path and line: cannot be read, empty, not UTF-8, a NUL byte.
[[nodiscard]] inline std::string read_source_text(const std::filesystem::path& path) {
  std::string text = read_file<DataError>(path);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  detail::check_bytes(path, text);
  require<DataError>(text.find_first_not_of(" \t\r\n") != std::string::npos, path,
                     ": expected data, got an empty file");
  return text;
}

}  // namespace hpo::data

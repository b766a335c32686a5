#pragma once
/// \file  Values as the JSON text that Python writes and reads: Optuna's databases are full of it.
/// Layer `space`, tier 0.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <hpo/space/python_json.hpp>
#include <hpo/space/value.hpp>

namespace hpo::space {

namespace detail {

/// As Python prints a float: 0.1, 3.0, 1e-05, 1.5e+16, NaN, -Infinity.
[[nodiscard]] inline std::string python_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char text[64];
  const double size = std::abs(value);
  const bool fixed = value == 0 || (size >= 1e-4 && size < 1e16);
  const auto format = fixed ? std::chars_format::fixed : std::chars_format::scientific;
  std::string printed(text, std::to_chars(text, text + sizeof text, value, format).ptr);
  if (fixed && printed.find('.') == std::string::npos) printed += ".0";
  return printed;
}

/// The code point at a place of a text, U+FFFD where its bytes are not UTF-8, and how many bytes it takes.
[[nodiscard]] inline std::pair<std::uint32_t, std::size_t> code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const std::uint32_t first = byte(at);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  if (size == 1) return {first, 1};
  std::uint32_t code = size == 0 ? 0 : first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return {0xFFFD, 1};
    code = code << 6 | (byte(at + i) & 0x3FU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool legal = size > 0 && code >= least[size] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return legal ? std::pair{code, size} : std::pair<std::uint32_t, std::size_t>{0xFFFD, 1};
}

/// A word in quotes, in ASCII: what is not becomes \\uXXXX.
[[nodiscard]] inline std::string python_string(std::string_view text) {
  std::string out = "\"";
  const auto unit = [&](std::uint32_t code) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += digits[code >> shift & 0xF];
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, size] = code_point_at(text, at);
    constexpr std::string_view special = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
    if (const auto known = code < 0x80 ? special.find(static_cast<char>(code)) : std::string_view::npos;
        known != std::string_view::npos)
      (out += '\\') += letters[known];
    else if (code >= 0x20 && code < 0x7F)
      out += static_cast<char>(code);
    else if (code < 0x10000)
      unit(code);
    else
      unit(0xD800 + ((code - 0x10000) >> 10)), unit(0xDC00 + ((code - 0x10000) & 0x3FF));
    at += size;
  }
  return out + '"';
}

}  // namespace detail

/// Errors   ConfigError for an object or an array.
[[nodiscard]] inline Value value_from_json(const PythonJson& json) {
  switch (json.kind) {
    case PythonJson::Kind::null:
      return std::monostate{};
    case PythonJson::Kind::boolean:
      return json.truth;
    case PythonJson::Kind::whole:
      return json.whole;
    case PythonJson::Kind::word:
      return json.word;
    default:
      return json.require_kind(PythonJson::Kind::real, "a single value").real;
  }
}

/// ASCII, as Python writes it. Bytes that are not UTF-8 become U+FFFD: one bad value makes a whole study unreadable.
[[nodiscard]] inline std::string to_json(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return "null";
  if (const auto* real = std::get_if<double>(&value)) return detail::python_float(*real);
  const auto* word = std::get_if<std::string>(&value);
  return word == nullptr ? to_string(value) : detail::python_string(*word);
}

}  // namespace hpo::space

#pragma once
/// \file  Values as the JSON text that Python writes and reads: Optuna's databases are full of it.
/// Layer `space`, tier 0.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <hpo/core/utf8.hpp>
#include <hpo/space/python_json.hpp>
#include <hpo/space/value.hpp>

namespace hpo::space {

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

namespace detail {

/// A word in quotes, in ASCII: what is not becomes \\uXXXX.
[[nodiscard]] inline std::string python_string(std::string_view text) {
  std::string out = "\"";
  const auto unit = [&](char32_t code) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += digits[code >> shift & 0xF];
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, size, well_formed] = decode_utf8(text.substr(at));
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
  if (const auto* real = std::get_if<double>(&value)) return python_float(*real);
  const auto* word = std::get_if<std::string>(&value);
  return word == nullptr ? to_string(value) : detail::python_string(*word);
}

}  // namespace hpo::space

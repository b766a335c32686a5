#pragma once
/// \file  Values as the JSON text that Python writes and reads: Optuna's databases are full of it.
/// Layer `space`, tier 0.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>

#include <hpo/core/json.hpp>
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

/// JSON has no NaN and no Infinity, Python writes them bare. Each becomes `["NaN"]`: an array is not legal there.
[[nodiscard]] inline std::string wrap_bare_tokens(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view token;
    if (!quoted)
      for (const std::string_view bare : {"NaN", "Infinity", "-Infinity"})
        if (text.substr(i, bare.size()) == bare) token = bare;
    if (!token.empty()) {
      out.append("[\"").append(token).append("\"]");
      i += token.size() - 1;
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    out += text[i];
    if (quoted && text[i] == '\\' && i + 1 < text.size()) out += text[++i];
  }
  return out;
}

}  // namespace detail

/// Reads JSON in which NaN, Infinity and -Infinity may stand bare, as Python writes them; python_number() and
/// value_from_json() understand what becomes of those.
/// Errors   Json::exception if it is not JSON.
[[nodiscard]] inline Json parse_python_json(std::string_view text) { return Json::parse(detail::wrap_bare_tokens(text)); }

[[nodiscard]] inline double python_number(const Json& json) {
  if (json == Json::array({"NaN"})) return std::numeric_limits<double>::quiet_NaN();
  if (json == Json::array({"Infinity"})) return std::numeric_limits<double>::infinity();
  if (json == Json::array({"-Infinity"})) return -std::numeric_limits<double>::infinity();
  return json.get<double>();
}

/// Errors   Json::exception for an object or an array.
[[nodiscard]] inline Value value_from_json(const Json& json) {
  if (json.is_null()) return std::monostate{};
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_string()) return json.get<std::string>();
  return python_number(json);
}

/// ASCII, as Python writes it. Bytes that are not UTF-8 become U+FFFD: one bad value makes a whole study unreadable.
[[nodiscard]] inline std::string to_json(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return "null";
  if (const auto* real = std::get_if<double>(&value)) return detail::python_float(*real);
  const auto* word = std::get_if<std::string>(&value);
  return word == nullptr ? to_string(value) : Json(*word).dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace hpo::space

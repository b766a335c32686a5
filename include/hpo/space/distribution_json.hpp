#pragma once
/// \file  Distributions as the JSON text that Optuna keeps in its database.
/// Layer `space`, tier 0.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/space/distribution.hpp>

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

[[nodiscard]] inline double number_of(const Json& json) {
  if (json == Json::array({"NaN"})) return std::numeric_limits<double>::quiet_NaN();
  if (json == Json::array({"Infinity"})) return std::numeric_limits<double>::infinity();
  if (json == Json::array({"-Infinity"})) return -std::numeric_limits<double>::infinity();
  return json.get<double>();
}

[[nodiscard]] inline std::int64_t whole_of(const Json& json) {
  const double value = json.get<double>();
  require<ConfigError>(value == std::floor(value) && std::abs(value) <= static_cast<double>(largest_int),
                       "expected a whole number within 2^53, got ", json.dump());
  return json.is_number_integer() ? json.get<std::int64_t>() : static_cast<std::int64_t>(value);
}

[[nodiscard]] inline Value value_of(const Json& json) {
  if (json.is_null()) return std::monostate{};
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_string()) return json.get<std::string>();
  return number_of(json);
}

[[nodiscard]] inline Distribution distribution_of(std::string_view kind, const Json& fields) {
  if (kind == "CategoricalDistribution" || kind == "categorical") {
    CategoricalDistribution d;
    for (const auto& choice : fields.at("choices")) d.choices.push_back(value_of(choice));
    return d;
  }
  const bool log =
      kind == "LogUniformDistribution" || kind == "IntLogUniformDistribution" || fields.value("log", false);
  const char* const step_key = kind == "DiscreteUniformDistribution" ? "q" : "step";
  const bool stepped = fields.contains(step_key) && !fields[step_key].is_null();
  if (kind == "IntDistribution" || kind == "int" || kind == "IntUniformDistribution" ||
      kind == "IntLogUniformDistribution") {
    const std::int64_t step = stepped ? whole_of(fields[step_key]) : 1;
    return IntDistribution{whole_of(fields.at("low")), whole_of(fields.at("high")), log, step};
  }
  const bool known = kind == "FloatDistribution" || kind == "float" || kind == "UniformDistribution" ||
                     kind == "LogUniformDistribution" || kind == "DiscreteUniformDistribution";
  require<ConfigError>(known, "no distribution is called '", kind,
                       "'; known: FloatDistribution, IntDistribution, CategoricalDistribution");
  const auto step = stepped ? std::optional(number_of(fields[step_key])) : std::nullopt;
  return FloatDistribution{number_of(fields.at("low")), number_of(fields.at("high")), log, step};
}

[[nodiscard]] inline std::string json_of(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return "null";
  if (const auto* real = std::get_if<double>(&value)) return python_float(*real);
  const auto* word = std::get_if<std::string>(&value);
  return word == nullptr ? to_string(value) : Json(*word).dump(-1, ' ', true);  // true: ASCII, as Python writes it
}

}  // namespace detail

/// Byte for byte what Optuna writes.
/// Source   Optuna, distribution_to_json.
[[nodiscard]] inline std::string to_json(const Distribution& distribution) {
  struct Printer {
    std::string operator()(const FloatDistribution& d) const {
      return concat(R"({"name": "FloatDistribution", "attributes": {"step": )",
                    d.step ? detail::python_float(*d.step) : "null", R"(, "low": )", detail::python_float(d.low),
                    R"(, "high": )", detail::python_float(d.high), R"(, "log": )", d.log, "}}");
    }
    std::string operator()(const IntDistribution& d) const {
      return concat(R"({"name": "IntDistribution", "attributes": {"log": )", d.log, R"(, "step": )", d.step,
                    R"(, "low": )", d.low, R"(, "high": )", d.high, "}}");
    }
    std::string operator()(const CategoricalDistribution& d) const {
      std::string choices;
      for (const auto& choice : d.choices) choices += (choices.empty() ? "" : ", ") + detail::json_of(choice);
      return concat(R"({"name": "CategoricalDistribution", "attributes": {"choices": [)", choices, "]}}");
    }
  };
  return std::visit(Printer{}, distribution);
}

/// Reads Optuna's text: the long form, the short one (`"type": "float"`), and the names used before its version 3.
/// Errors   ConfigError with the text, if it is not JSON, names no known distribution, or is not legal.
[[nodiscard]] inline Distribution from_json(std::string_view text) {
  try {
    const Json json = Json::parse(detail::wrap_bare_tokens(text));
    const bool short_form = json.contains("type");
    auto distribution = short_form ? detail::distribution_of(json.at("type").get<std::string>(), json)
                                   : detail::distribution_of(json.at("name").get<std::string>(), json.at("attributes"));
    validate(distribution, "range");
    return distribution;
  } catch (const Json::exception& error) {
    fail<ConfigError>("distribution ", text, ": ", error.what());
  } catch (const ConfigError& error) {
    fail<ConfigError>("distribution ", text, ": ", error.what());
  }
}

}  // namespace hpo::space

#pragma once
/// \file  Distributions as the JSON text that Optuna keeps in its database.
/// Layer `space`, tier 0.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/space/distribution.hpp>
#include <hpo/space/value_json.hpp>

namespace hpo::space {

namespace detail {

[[nodiscard]] inline std::int64_t whole_of(const Json& json) {
  const double value = json.get<double>();
  require<ConfigError>(value == std::floor(value) && std::abs(value) <= static_cast<double>(largest_int),
                       "expected a whole number within 2^53, got ", json.dump());
  return json.is_number_integer() ? json.get<std::int64_t>() : static_cast<std::int64_t>(value);
}

[[nodiscard]] inline Distribution distribution_of(std::string_view kind, const Json& fields) {
  if (kind == "CategoricalDistribution" || kind == "categorical") {
    CategoricalDistribution d;
    for (const auto& choice : fields.at("choices")) d.choices.push_back(value_from_json(choice));
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
  const auto step = stepped ? std::optional(python_number(fields[step_key])) : std::nullopt;
  return FloatDistribution{python_number(fields.at("low")), python_number(fields.at("high")), log, step};
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
      for (const auto& choice : d.choices) choices += (choices.empty() ? "" : ", ") + to_json(choice);
      return concat(R"({"name": "CategoricalDistribution", "attributes": {"choices": [)", choices, "]}}");
    }
  };
  return std::visit(Printer{}, distribution);
}

/// Reads Optuna's text: the long form, the short one (`"type": "float"`), and the names used before its version 3.
/// Errors   ConfigError with the text, if it is not JSON, names no known distribution, or is not legal.
[[nodiscard]] inline Distribution from_json(std::string_view text) {
  try {
    const Json json = parse_python_json(text);
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

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
#include <hpo/space/distribution.hpp>
#include <hpo/space/value_json.hpp>

namespace hpo::space {

namespace detail {

[[nodiscard]] inline std::int64_t whole_of(const PythonJson& json) {
  if (json.kind == PythonJson::Kind::whole && std::abs(json.whole) <= largest_int) return json.whole;
  const double value = json.number();
  require<ConfigError>(value == std::floor(value) && std::abs(value) <= static_cast<double>(largest_int),
                       "expected a whole number within 2^53, got ", value);
  return static_cast<std::int64_t>(value);
}

[[nodiscard]] inline Distribution distribution_of(std::string_view kind, const PythonJson& fields) {
  if (kind == "CategoricalDistribution" || kind == "categorical") {
    CategoricalDistribution d;
    for (const auto& choice : fields.at("choices").require_kind(PythonJson::Kind::array, "a list of choices").items)
      d.choices.push_back(value_from_json(choice));
    return d;
  }
  const auto* said_log = fields.find("log");
  const bool log = kind == "LogUniformDistribution" || kind == "IntLogUniformDistribution" ||
                   (said_log != nullptr && said_log->require_kind(PythonJson::Kind::boolean, "true or false").truth);
  const auto* step_field = fields.find(kind == "DiscreteUniformDistribution" ? "q" : "step");
  const bool stepped = step_field != nullptr && step_field->kind != PythonJson::Kind::null;
  if (kind == "IntDistribution" || kind == "int" || kind == "IntUniformDistribution" ||
      kind == "IntLogUniformDistribution") {
    const std::int64_t step = stepped ? whole_of(*step_field) : 1;
    return IntDistribution{whole_of(fields.at("low")), whole_of(fields.at("high")), log, step};
  }
  const bool known = kind == "FloatDistribution" || kind == "float" || kind == "UniformDistribution" ||
                     kind == "LogUniformDistribution" || kind == "DiscreteUniformDistribution";
  require<ConfigError>(known, "no distribution is called '", kind,
                       "'; known: FloatDistribution, IntDistribution, CategoricalDistribution");
  const auto step = stepped ? std::optional(step_field->number()) : std::nullopt;
  return FloatDistribution{fields.at("low").number(), fields.at("high").number(), log, step};
}

}  // namespace detail

/// Byte for byte what Optuna writes.
/// Source   Optuna, distribution_to_json.
[[nodiscard]] inline std::string to_json(const Distribution& distribution) {
  struct Printer {
    std::string operator()(const FloatDistribution& d) const {
      return concat(R"({"name": "FloatDistribution", "attributes": {"step": )", d.step ? python_float(*d.step) : "null",
                    R"(, "low": )", python_float(d.low), R"(, "high": )", python_float(d.high), R"(, "log": )", d.log,
                    "}}");
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
    const PythonJson json = parse_python_json(text);
    const auto* short_form = json.find("type");
    const auto& kind = short_form != nullptr ? *short_form : json.at("name");
    auto distribution =
        detail::distribution_of(kind.require_kind(PythonJson::Kind::word, "the name of a distribution").word,
                                short_form != nullptr ? json : json.at("attributes"));
    validate(distribution, "range");
    return distribution;
  } catch (const ConfigError& error) {
    fail<ConfigError>("distribution ", text, ": ", error.what());
  }
}

}  // namespace hpo::space

#pragma once
/// \file  The value of a hyperparameter as its consumer sees it.
/// Layer `space`, tier 0.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <hpo/core/error.hpp>

namespace hpo::space {

/// What a trial runs with: none, a truth value, a whole number, a number or a word.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

/// Same kind and equal; NaN equals NaN, so that a choice can be found again. 1 and 1.0 and true are three values.
[[nodiscard]] inline bool same(const Value& a, const Value& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  if (x != nullptr && y != nullptr && std::isnan(*x) && std::isnan(*y)) return true;
  return a == b;
}

/// The value as a number, if it is a whole number or a number (a truth value is not).
[[nodiscard]] inline std::optional<double> number(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

/// For people: `none`, `true`, `16`, `0.001`, `mean`.
[[nodiscard]] inline std::string to_string(const Value& value) {
  struct Printer {
    std::string operator()(std::monostate) const { return "none"; }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(std::int64_t whole) const { return concat(whole); }
    std::string operator()(double real) const { return concat(real); }
    std::string operator()(const std::string& word) const { return word; }
  };
  return std::visit(Printer{}, value);
}

}  // namespace hpo::space

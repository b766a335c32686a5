#pragma once
/// \file  One TOML value to one field: the kinds that options may have, and the rules on them.
/// Layer `config`, tier 0.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/config/node.hpp>
#include <hpo/core/describe.hpp>
#include <hpo/core/join.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::config {

/// Reads the value into `target`, or leaves that alone and returns what was expected ("a whole number").
[[nodiscard]] inline std::string convert(const Node& node, bool& target) {
  const auto* truth = std::get_if<bool>(&node.value);
  if (truth == nullptr) return "true or false";
  target = *truth;
  return {};
}

[[nodiscard]] inline std::string convert(const Node& node, std::int64_t& target) {
  const auto* whole = std::get_if<std::int64_t>(&node.value);
  if (whole == nullptr) return "a whole number";
  target = *whole;
  return {};
}

/// A whole number will do; nan and inf will not.
[[nodiscard]] inline std::string convert(const Node& node, double& target) {
  if (const auto* whole = std::get_if<std::int64_t>(&node.value)) {
    target = static_cast<double>(*whole);
    return {};
  }
  const auto* real = std::get_if<double>(&node.value);
  if (real == nullptr) return "a number";
  if (!std::isfinite(*real)) return "a finite number";
  target = *real;
  return {};
}

[[nodiscard]] inline std::string convert(const Node& node, std::string& target) {
  const auto* word = std::get_if<std::string>(&node.value);
  if (word == nullptr) return "text in quotes";
  target = *word;
  return {};
}

template <NamedEnum E>
[[nodiscard]] std::string convert(const Node& node, E& target) {
  std::vector<std::string_view> names;
  const auto* word = std::get_if<std::string>(&node.value);
  for (const auto& [name, value] : enum_names(E{})) {
    names.push_back(name);
    if (word == nullptr || *word != name) continue;
    target = value;
    return {};
  }
  const std::string meant = word == nullptr ? "" : nearest(*word, names);
  return "one of " + join(names) + (meant.empty() ? "" : " (did you mean '" + meant + "'?)");
}

template <class T>
[[nodiscard]] std::string convert(const Node& node, std::optional<T>& target) {
  T value{};
  std::string expected = convert(node, value);
  if (expected.empty()) target = std::move(value);
  return expected;
}

template <class T>
[[nodiscard]] std::string convert(const Node& node, std::vector<T>& target) {
  const auto* items = std::get_if<Array>(&node.value);
  std::vector<T> values(items == nullptr ? 0 : items->size());
  std::string expected = items == nullptr ? convert(Node{}, values.emplace_back()) : "";
  for (std::size_t i = 0; items != nullptr && expected.empty() && i < items->size(); ++i)
    expected = convert((*items)[i], values[i]);
  if (!expected.empty()) return "a list in brackets, each " + expected;
  target = std::move(values);
  return {};
}

namespace detail {

/// A rule on a number takes its bounds in the number's own type: at_least(1) must not cut a std::int64_t down to int.
template <class T, class Rule>
[[nodiscard]] const Rule& rule_for(const Rule& rule) {
  return rule;
}
template <class T, class Bound>
[[nodiscard]] AtLeast<T> rule_for(const AtLeast<Bound>& rule) {
  return {static_cast<T>(rule.bound)};
}
template <class T, class Bound>
[[nodiscard]] Above<T> rule_for(const Above<Bound>& rule) {
  return {static_cast<T>(rule.bound)};
}
template <class T, class Bound>
[[nodiscard]] Between<T> rule_for(const Between<Bound>& rule) {
  return {static_cast<T>(rule.low), static_cast<T>(rule.high)};
}

template <class T>
[[nodiscard]] constexpr std::string_view number_name() {
  if constexpr (std::is_same_v<T, std::int64_t>) return "a whole number, ";
  return std::is_same_v<T, double> ? "a number, " : "";
}

}  // namespace detail

/// What was expected of the value ("a whole number, 1 or more"), or "". An optional that is not set breaks no rule; a
/// rule on a list holds for the list, or else for each of its items.
template <class T, class Rule>
[[nodiscard]] std::string broken(const T& value, const Rule& rule) {
  if constexpr (requires { value.has_value(); }) {
    return value ? broken(*value, rule) : "";
  } else if constexpr (
      requires { value.begin(); } && !requires { rule.check(value); }) {
    for (const auto& item : value)
      if (auto expected = broken(item, rule); !expected.empty()) return "each to be " + expected;
    return {};
  } else {
    const std::string expected = detail::rule_for<T>(rule).check(value);
    const bool complete = expected.empty() || expected.starts_with("a ") || expected.starts_with("one of ");
    return complete ? expected : concat(detail::number_name<T>(), expected);
  }
}

}  // namespace hpo::config

#pragma once
/// \file  Conditions of parameters, as written in code: `.when<"head.layers">(space::at_least(2))`.
/// Layer `space`, tier 0.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include <hpo/core/fixed_string.hpp>
#include <hpo/space/literal.hpp>
#include <hpo/space/search_space.hpp>

namespace hpo::space {

/// The parent, a number, lies within bounds.
struct Bounds {
  std::optional<double> least, most;

  template <class ParentKind>
  static constexpr bool fits = std::same_as<ParentKind, double> || std::same_as<ParentKind, std::int64_t>;
  constexpr bool possible(const auto&) const { return true; }
  void write(Condition& condition) const {
    condition.at_least = least;
    condition.at_most = most;
  }
};

/// The parent has one of some values.
template <class Kind, std::size_t N>
struct AnyOf {
  std::array<Literal, N> values;

  /// A number may be compared with a whole number.
  template <class ParentKind>
  static constexpr bool fits = std::same_as<ParentKind, Kind> || std::same_as<ParentKind, Value> ||
                               (std::same_as<ParentKind, double> && std::same_as<Kind, std::int64_t>);

  /// Whether each value is a choice of the parent, if that has choices.
  template <class Parent>
  constexpr bool possible(const Parent& parent) const {
    if constexpr (requires { parent.choices; })
      return std::ranges::all_of(values, [&](const Literal& value) {
        return std::ranges::find(parent.choices, value) != parent.choices.end();
      });
    else
      return true;
  }
  void write(Condition& condition) const { condition.any_of = to_values(values); }
};

/// The parent is `bound` or more.
[[nodiscard]] constexpr Bounds at_least(double bound) {
  return {bound, std::nullopt};
}

/// The parent is `bound` or less.
[[nodiscard]] constexpr Bounds at_most(double bound) {
  return {std::nullopt, bound};
}

/// The parent is one of these.
template <Choosable... Literals>
[[nodiscard]] constexpr auto any_of(const Literals&... literals) {
  return AnyOf<ReadAs<Literals...>, sizeof...(Literals)>{{to_literal(literals)...}};
}

/// The parent is this.
template <Choosable L>
[[nodiscard]] constexpr auto equals(const L& literal) {
  return any_of(literal);
}

/// No condition: the parameter always exists.
struct Always {};

/// A condition on the parameter named `Parent`.
template <FixedString Parent, class Test>
struct When {
  Test test;
  [[nodiscard]] Condition condition() const {
    Condition condition{std::string(Parent.view())};
    test.write(condition);
    return condition;
  }
};

}  // namespace hpo::space

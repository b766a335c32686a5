#pragma once
/// \file  Values written in code: what a choice or a condition is made of at compile time.
/// Layer `space`, tier 0.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <hpo/space/value.hpp>

namespace hpo::space {

/// No value, as a choice: `choice<"train.clip">(none, 0.5, 1.0)`.
inline constexpr std::monostate none{};

/// A Value that can be a constant: words are views of literals.
using Literal = std::variant<std::monostate, bool, std::int64_t, double, std::string_view>;

namespace detail {

template <class T>
struct KindOf;
template <>
struct KindOf<std::monostate> {
  using type = std::monostate;
};
template <>
struct KindOf<bool> {
  using type = bool;
};
template <std::integral T>
struct KindOf<T> {
  using type = std::int64_t;
};
template <std::floating_point T>
struct KindOf<T> {
  using type = double;
};
template <std::convertible_to<std::string_view> T>
struct KindOf<T> {
  using type = std::string;
};

template <class First, class... Rest>
inline constexpr bool one_kind = (std::same_as<typename KindOf<First>::type, typename KindOf<Rest>::type> && ...);

template <class First, class...>
using FirstKind = typename KindOf<First>::type;

template <class T>
[[nodiscard]] constexpr Literal literal(const T& value) {
  using Kind = typename KindOf<T>::type;
  if constexpr (std::same_as<Kind, std::string>)
    return std::string_view(value);
  else
    return static_cast<Kind>(value);
}

}  // namespace detail

/// What may be a choice: none, a truth value, a whole number, a number, a word.
template <class T>
concept Choosable = requires {
  typename detail::KindOf<std::decay_t<T>>::type;
};

/// The type of what is read for some literals: bool, std::int64_t, double or std::string, or Value if they are mixed.
template <Choosable... Literals>
using ReadAs = std::conditional_t<detail::one_kind<std::decay_t<Literals>...>,
                                  detail::FirstKind<std::decay_t<Literals>...>, Value>;

/// The literal as a run-time value.
[[nodiscard]] inline Value to_value(const Literal& literal) {
  struct Converter {
    Value operator()(std::string_view word) const { return std::string(word); }
    Value operator()(auto value) const { return value; }
  };
  return std::visit(Converter{}, literal);
}

template <std::size_t N>
[[nodiscard]] std::vector<Value> to_values(const std::array<Literal, N>& literals) {
  std::vector<Value> values;
  for (const auto& literal : literals) values.push_back(to_value(literal));
  return values;
}

}  // namespace hpo::space

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

/// The kind of an argument taken by reference: a literal is an array of char there.
template <class T>
using Kind = typename KindOf<std::decay_t<const T>>::type;

template <class... T>
struct CommonKind {
  using type = Value;
};
template <class First, class... Rest>
  requires(std::same_as<typename KindOf<First>::type, typename KindOf<Rest>::type> && ...)
struct CommonKind<First, Rest...> {
  using type = typename KindOf<First>::type;
};

}  // namespace detail

/// A choice as a constant.
template <class T>
[[nodiscard]] constexpr Literal to_literal(const T& value) {
  if constexpr (std::same_as<detail::Kind<T>, std::string>)
    return std::string_view(value);
  else
    return static_cast<detail::Kind<T>>(value);
}

/// What may be a choice: none, a truth value, a whole number, a number, a word.
template <class T>
concept Choosable = requires { typename detail::KindOf<std::decay_t<T>>::type; };

/// The type of what is read for some literals: bool, std::int64_t, double or std::string, or Value if they are mixed.
template <Choosable... Literals>
using ReadAs = typename detail::CommonKind<Literals...>::type;

/// The literal as a run-time value.
[[nodiscard]] inline Value to_value(const Literal& literal) {
  return std::visit(
      [](const auto& value) -> Value {
        if constexpr (std::same_as<decltype(value), const std::string_view&>)
          return std::string(value);
        else
          return value;
      },
      literal);
}

template <std::size_t N>
[[nodiscard]] std::vector<Value> to_values(const std::array<Literal, N>& literals) {
  std::vector<Value> values;
  for (const auto& literal : literals) values.push_back(to_value(literal));
  return values;
}

}  // namespace hpo::space

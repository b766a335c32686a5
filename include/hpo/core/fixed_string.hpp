#pragma once
/// \file  A string literal as a template argument: `Param<"optim.lr">`.
/// Layer `core`, tier 0.

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace hpo {

/// A string whose characters are part of a type. `N` counts the terminating zero.
template <std::size_t N>
struct FixedString {
  char text[N]{};

  constexpr FixedString() = default;
  // Implicit, so that a literal can stand where a FixedString argument is expected.
  constexpr FixedString(const char (&literal)[N]) { std::copy_n(literal, N, text); }

  [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }

  template <std::size_t M>
  [[nodiscard]] constexpr bool operator==(const FixedString<M>& other) const {
    return view() == other.view();
  }
};

/// One string after the other, without the zero between them.
template <std::size_t N, std::size_t M>
[[nodiscard]] constexpr FixedString<N + M - 1> operator+(const FixedString<N>& a, const FixedString<M>& b) {
  FixedString<N + M - 1> both;
  std::copy_n(b.text, M, std::copy_n(a.text, N - 1, both.text));
  return both;
}

}  // namespace hpo

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

  // Implicit, so that a literal can stand where a FixedString argument is expected.
  constexpr FixedString(const char (&literal)[N]) { std::copy_n(literal, N, text); }

  [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }

  template <std::size_t M>
  [[nodiscard]] constexpr bool operator==(const FixedString<M>& other) const {
    return view() == other.view();
  }
};

}  // namespace hpo

#pragma once
/// \file  White space around what a file states.
/// Layer `data`, tier 0.

#include <string_view>

namespace hpo::data {

inline constexpr std::string_view blanks = " \t\r\n";

/// A text without the white space at its ends.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace hpo::data

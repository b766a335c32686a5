#pragma once
/// \file  Text that stays on its line.
/// Layer `core`, tier 0.

#include <algorithm>
#include <string>
#include <string_view>

namespace hpo {

/// Control characters become spaces: what a message or a comment quotes stays on its line.
[[nodiscard]] inline std::string one_line(std::string text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  std::ranges::replace_if(text, is_control, ' ');
  return text;
}

/// The first line that says something, without the space around it: libraries append where they threw, and a stack.
[[nodiscard]] inline std::string_view first_line(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start);
  text = text.substr(0, text.find('\n'));
  return text.substr(0, text.find_last_not_of(" \t\r") + 1);
}

}  // namespace hpo

#pragma once
/// \file  A list of words as one text.
/// Layer `core`, tier 0.

#include <string>
#include <string_view>

namespace hpo {

/// "a, b, c".
template <class Names>
[[nodiscard]] std::string join(const Names& names, std::string_view separator = ", ") {
  std::string out;
  for (const auto& name : names) {
    if (!out.empty()) out += separator;
    out += name;
  }
  return out;
}

}  // namespace hpo

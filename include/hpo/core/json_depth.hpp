#pragma once
/// \file  How deep a JSON text goes, before anybody follows it there.
/// Layer `core`, tier 0.

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace hpo {

/// Lists and objects in each other, deeper than any file has them. The JSON library parses any depth, but copies, compares
/// and writes a value by calling itself: a file of brackets would end the process.
inline constexpr std::size_t deepest_json = 256;

/// How many lists and objects of a JSON text are in each other at most. Of text that is no JSON, at least as many as its
/// parser enters before it notices.
[[nodiscard]] constexpr std::size_t json_depth(std::string_view text) {
  std::size_t depth = 0, deepest = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
    } else if (text[at] == '[' || text[at] == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((text[at] == ']' || text[at] == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace hpo

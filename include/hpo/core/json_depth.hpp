#pragma once
/// \file  How deep and how wide a JSON text is, before anybody follows it there.
/// Layer `core`, tier 0.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>

namespace hpo {

/// Lists and objects in each other, deeper than any file has them. The JSON library parses any depth, but copies,
/// compares and writes a value by calling itself: a file of brackets would end the process.
inline constexpr std::size_t deepest_json = 256;
/// Members of one object whose order is kept: each is compared with all before it.
inline constexpr std::size_t widest_json = 25'000;

namespace detail {

/// Calls `visit` with each bracket and comma of a JSON text, but not with those in its texts.
template <class Visit>
constexpr void for_each_json_mark(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
    } else if (c == '[' || c == ']' || c == '{' || c == '}' || c == ',') {
      visit(c);
    }
  }
}

}  // namespace detail

/// How many lists and objects of a JSON text are in each other at most. Of text that is no JSON, at least as many as
/// its parser enters before it notices.
[[nodiscard]] constexpr std::size_t json_depth(std::string_view text) {
  std::size_t depth = 0, deepest = 0;
  detail::for_each_json_mark(text, [&](char c) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
    if ((c == ']' || c == '}') && depth > 0) --depth;
  });
  return deepest;
}

/// How many members the largest object of a JSON text has, an empty one counted as one. Takes memory by its depth.
[[nodiscard]] inline std::size_t json_width(std::string_view text) {
  struct Level {
    std::size_t members;
    bool object;
  };
  std::vector<Level> levels;
  std::size_t widest = 0;
  detail::for_each_json_mark(text, [&](char c) {
    if (c == '[' || c == '{') levels.push_back({1, c == '{'});
    if (c == ',' && !levels.empty()) ++levels.back().members;
    if (!levels.empty() && levels.back().object) widest = std::max(widest, levels.back().members);
    if ((c == ']' || c == '}') && !levels.empty()) levels.pop_back();
  });
  return widest;
}

/// Refuses a JSON text whose value could not be handled, or not in bearable time.
/// Errors   `E`: `<place>: expected at most ...`
template <std::derived_from<Error> E, class Place>
void require_moderate_json(std::string_view text, const Place& place) {
  const std::size_t depth = json_depth(text);
  require<E>(depth <= deepest_json, place, ": expected at most ", deepest_json,
             " lists and objects in each other, got ", depth);
  const std::size_t width = json_width(text);
  require<E>(width <= widest_json, place, ": expected objects of at most ", widest_json, " members, got ", width);
}

}  // namespace hpo

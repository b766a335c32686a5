#pragma once
/// \file  From an answer's place in the text to its place in a window of tokens.
/// Layer `train`, tier 0.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace hpo::train {

/// The first and the last token that the code points [begin, end) of one text of a window touch, or nothing unless the
/// window holds them all. `offsets[t]` has the code points `begin` and `end` of token t, `sequence[t]` says which text it
/// is of (negative: special).
template <class Offsets, class Sequence>
[[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> answer_tokens(const Offsets& offsets,
                                                                                 const Sequence& sequence, int of_text,
                                                                                 std::int64_t begin, std::int64_t end) {
  std::int64_t first = -1, last = -1, window_begin = -1, window_end = -1;
  for (std::size_t t = 0; t < offsets.size(); ++t) {
    if (sequence[t] != of_text || offsets[t].begin >= offsets[t].end) continue;
    if (window_begin < 0) window_begin = offsets[t].begin;
    window_end = offsets[t].end;
    if (offsets[t].end <= begin || offsets[t].begin >= end) continue;
    if (first < 0) first = static_cast<std::int64_t>(t);
    last = static_cast<std::int64_t>(t);
  }
  if (first < 0 || begin < window_begin || end > window_end) return std::nullopt;
  return std::pair(first, last);
}

}  // namespace hpo::train

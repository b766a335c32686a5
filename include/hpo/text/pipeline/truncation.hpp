#pragma once
/// \file  Where long texts are cut: windows with a stride, and what each text of a pair gives away.
/// Layer `text`, tier 0.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/text/pipeline/encoding.hpp>

namespace hpo::text {

/// Tokens of a text, half open.
struct Window {
  std::size_t begin;
  std::size_t end;
};

/// Windows of `kept` tokens over `size`; neighbors share `stride`. The first one is the main encoding: the beginning
/// of the text, or its end when cut from the left. `kept` 0 gives an empty window, then everything.
/// Errors   TokenizerError unless `stride` < `kept`.
[[nodiscard]] inline std::vector<Window> make_windows(std::size_t size, std::size_t kept, std::size_t stride,
                                                      Side direction) {
  if (kept >= size) return {{0, size}};
  if (kept == 0) return {{0, 0}, {0, size}};
  require<TokenizerError>(stride < kept, "truncation: stride: expected less than the ", kept,
                          " tokens that a window keeps of the text, got ", stride);
  std::vector<Window> windows;
  for (std::size_t done = 0;; done += kept - stride) {
    const std::size_t stop = std::min(done + kept, size);
    if (direction == Side::right)
      windows.push_back({done, stop});
    else
      windows.push_back({size - stop, size - done});
    if (stop == size) return windows;
  }
}

/// How many tokens of each text are kept, so that both together have at most `room`.
/// Errors   TokenizerError if the one text that may be cut is too short or is not there.
[[nodiscard]] inline std::pair<std::size_t, std::size_t> kept_lengths(std::size_t first,
                                                                      std::optional<std::size_t> second,
                                                                      std::size_t room, Truncation strategy) {
  const std::size_t other = second.value_or(0);
  if (room == 0) return {0, 0};
  if (first + other <= room) return {first, other};
  const std::size_t over = first + other - room;
  if (strategy == Truncation::longest_first) {
    if (!second) return {room, 0};
    const std::size_t shorter = std::min(first, other);
    std::size_t small = shorter;
    std::size_t large = shorter > room ? shorter : std::max(shorter, room - shorter);
    if (small + large > room) {
      small = room / 2;
      large = small + room % 2;
    }
    return first > other ? std::pair{large, small} : std::pair{small, large};
  }
  const bool cut_first = strategy == Truncation::only_first;
  require<TokenizerError>(cut_first || second.has_value(),
                          "truncation: strategy: expected longest_first or only_first for a "
                          "single text, got only_second");
  const std::size_t cut = cut_first ? first : other;
  require<TokenizerError>(cut > over, "truncation: max_length: the ", cut_first ? "first" : "second", " text has ", cut,
                          " tokens, expected more than the ", over, " that are too many");
  return cut_first ? std::pair{first - over, other} : std::pair{first, other - over};
}

}  // namespace hpo::text

#pragma once
/// \file  A text cut into pieces, and the ways to cut it.
/// Layer `text`, tier 0.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/text/pipeline/aligned_text.hpp>

namespace hpo::text {

/// Bytes of an AlignedText, half open: a known token, or text that is still to be cut and looked up.
struct Piece {
  static constexpr std::int32_t plain = -1;

  std::size_t begin;
  std::size_t end;
  std::int32_t id = plain;  ///< the added token that it is, or `plain`
};

/// What runs through the pre-tokenizers.
struct PieceText {
  AlignedText text;
  std::vector<Piece> pieces;

  void clear() {
    text.clear();
    pieces.clear();
  }
};

/// What becomes of a delimiter.
enum class Delimiter { removed, isolated, merged_with_previous, merged_with_next, contiguous };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, Delimiter>, 5> enum_names(Delimiter) {
  return {{{"Removed", Delimiter::removed},
           {"Isolated", Delimiter::isolated},
           {"MergedWithPrevious", Delimiter::merged_with_previous},
           {"MergedWithNext", Delimiter::merged_with_next},
           {"Contiguous", Delimiter::contiguous}}};
}

/// A stretch that a pattern matched, or one between matches.
struct Stretch {
  std::size_t begin;
  std::size_t end;
  bool match;
};

/// Joins stretches to pieces as `behavior` says; they cover the piece in order. Works in place.
inline void apply_delimiter(Delimiter behavior, std::vector<Stretch>& stretches) {
  std::size_t kept = 0;
  bool previous = false;
  switch (behavior) {
    case Delimiter::isolated:
      return;
    case Delimiter::removed:
      std::erase_if(stretches, [](const Stretch& stretch) { return stretch.match; });
      return;
    case Delimiter::contiguous:
    case Delimiter::merged_with_previous:
      for (const Stretch next : stretches) {
        const bool joins = behavior == Delimiter::contiguous ? next.match == previous : next.match && !previous;
        if (joins && kept > 0)
          stretches[kept - 1].end = next.end;
        else
          stretches[kept++] = next;
        previous = next.match;
      }
      stretches.resize(kept);
      return;
    case Delimiter::merged_with_next:
      for (const Stretch next : stretches) {  // a match joins the stretch after it unless that is a match too
        if (!next.match && previous)
          stretches[kept - 1].end = next.end;
        else
          stretches[kept++] = next;
        previous = next.match;
      }
      stretches.resize(kept);
      return;
  }
}

/// Cuts every plain piece: `find(bytes, stretches)` appends the stretches of a text, without gaps.
template <class Find>
void split_pieces(PieceText& text, Delimiter behavior, Find find) {
  thread_local std::vector<Piece> cut;
  thread_local std::vector<Stretch> stretches;
  cut.clear();
  for (const Piece& piece : text.pieces) {
    if (piece.id != Piece::plain) {
      cut.push_back(piece);
      continue;
    }
    stretches.clear();
    find(std::string_view(text.text.bytes).substr(piece.begin, piece.end - piece.begin), stretches);
    apply_delimiter(behavior, stretches);
    for (const Stretch& stretch : stretches)
      if (stretch.begin < stretch.end)
        cut.push_back({piece.begin + stretch.begin, piece.begin + stretch.end, Piece::plain});
  }
  text.pieces.swap(cut);
}

/// Finds single code points: each one that `matches` is a stretch of its own.
template <class Matches>
void find_code_points(std::string_view text, std::vector<Stretch>& out, Matches matches) {
  std::size_t between = 0;
  for_each_code_point(text, [&](char32_t code, std::size_t at, std::size_t size) {
    if (!matches(code)) return;
    if (between < at) out.push_back({between, at, false});
    out.push_back({at, at + size, true});
    between = at + size;
  });
  if (between < text.size()) out.push_back({between, text.size(), false});
}

}  // namespace hpo::text

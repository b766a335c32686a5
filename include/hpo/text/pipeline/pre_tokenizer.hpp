#pragma once
/// \file  The steps that cut a normalized text into words.
/// Layer `text`, tier 0.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/text/pipeline/aligned_text.hpp>
#include <hpo/text/pipeline/byte_level.hpp>
#include <hpo/text/pipeline/gpt2_pattern.hpp>
#include <hpo/text/pipeline/pattern.hpp>
#include <hpo/text/pipeline/pieces.hpp>
#include <hpo/text/unicode/unicode.hpp>

namespace hpo::text {

namespace detail {

/// Rewrites the text of all pieces: `rewrite(view, out)` appends the new text of a plain one.
template <class Rewrite>
void rewrite_pieces(PieceText& text, Rewrite rewrite) {
  thread_local AlignedText out;
  out.clear();
  for (Piece& piece : text.pieces) {
    const std::size_t begin = out.size();
    const AlignedView view = text.text.view(piece.begin, piece.end);
    if (piece.id == Piece::plain)
      rewrite(view, out);
    else
      out.append(view);
    piece.begin = begin;
    piece.end = out.size();
  }
  std::swap(text.text, out);
}

}  // namespace detail

/// Words between white space, each punctuation sign on its own.
struct BertPreTokenizer {
  void operator()(PieceText& text) const {
    thread_local std::vector<Piece> cut;
    cut.clear();
    for (const Piece& piece : text.pieces) {
      if (piece.id != Piece::plain) {
        cut.push_back(piece);
        continue;
      }
      std::size_t word = piece.begin;
      const auto end_word = [&](std::size_t end) {
        if (word < end) cut.push_back({word, end, Piece::plain});
      };
      const std::string_view bytes = std::string_view(text.text.bytes).substr(piece.begin, piece.end - piece.begin);
      for_each_code_point(bytes, [&](char32_t code, std::size_t at, std::size_t size) {
        const std::size_t begin = piece.begin + at;
        const bool space = is_white_space(code);
        if (!space && !is_punctuation(code)) return;
        end_word(begin);
        word = begin + size;
        if (!space) cut.push_back({begin, word, Piece::plain});
      });
      end_word(piece.end);
    }
    text.pieces.swap(cut);
  }
};

/// GPT-2's words, written in characters that stand for bytes.
struct ByteLevelPreTokenizer {
  bool add_prefix_space = true;
  bool use_regex = true;
  void operator()(PieceText& text) const {
    if (add_prefix_space)
      detail::rewrite_pieces(text, [](const AlignedView& in, AlignedText& out) {
        if (!in.bytes.starts_with(' ')) out.push(' ', in.origin.front());
        out.append(in);
      });
    if (use_regex) split_pieces(text, Delimiter::isolated, find_gpt2_words);
    detail::rewrite_pieces(text, to_byte_characters);
  }
};

/// Runs of word characters and runs of signs, without white space.
struct WhitespacePreTokenizer {
  void operator()(PieceText& text) const {
    split_pieces(text, Delimiter::isolated, [](std::string_view in, std::vector<Stretch>& out) {
      enum class Kind { space, word, sign };
      Kind last = Kind::space;
      for_each_code_point(in, [&](char32_t code, std::size_t at, std::size_t size) {
        const Kind kind = is_word(code) ? Kind::word : is_white_space(code) ? Kind::space : Kind::sign;
        if (kind != Kind::space && kind == last)
          out.back().end = at + size;
        else if (kind != Kind::space)
          out.push_back({at, at + size, true});
        last = kind;
      });
    });
  }
};

/// Words between white space.
struct WhitespaceSplit {
  void operator()(PieceText& text) const {
    split_pieces(text, Delimiter::removed,
                 [](std::string_view in, std::vector<Stretch>& out) { find_code_points(in, out, is_white_space); });
  }
};

/// Cuts at punctuation.
struct PunctuationSplit {
  Delimiter behavior = Delimiter::isolated;
  void operator()(PieceText& text) const {
    split_pieces(text, behavior,
                 [](std::string_view in, std::vector<Stretch>& out) { find_code_points(in, out, is_punctuation); });
  }
};

/// Sets numbers apart, or each digit.
struct DigitsSplit {
  bool individual = false;
  void operator()(PieceText& text) const {
    split_pieces(text, individual ? Delimiter::isolated : Delimiter::contiguous,
                 [](std::string_view in, std::vector<Stretch>& out) { find_code_points(in, out, is_numeric); });
  }
};

/// Cuts at a pattern; `invert`: what lies between matches is the delimiter.
struct PatternSplit {
  Pattern pattern;
  Delimiter behavior;
  bool invert = false;
  void operator()(PieceText& text) const {
    split_pieces(text, behavior, [this](std::string_view in, std::vector<Stretch>& out) {
      pattern.find(in, out);
      if (invert)
        for (Stretch& stretch : out) stretch.match = !stretch.match;
    });
  }
};

/// Writes spaces as a visible character, puts one in front, and cuts before each.
struct Metaspace {
  enum class Prepend { always, first, never };
  std::string replacement = "\u2581";  ///< one character
  Prepend prepend = Prepend::always;   ///< `first`: only at the beginning of the original text
  bool split = true;

  void operator()(PieceText& text) const {
    detail::rewrite_pieces(text, [this](const AlignedView& in, AlignedText& out) { rewrite(in, out); });
    if (!split) return;
    const Pattern pattern(replacement);
    split_pieces(text, Delimiter::merged_with_next,
                 [&pattern](std::string_view in, std::vector<Stretch>& out) { pattern.find(in, out); });
  }

 private:
  void rewrite(const AlignedView& in, AlignedText& out) const {
    const char32_t visible = decode_valid_utf8(replacement).code;
    const bool begins = in.bytes.starts_with(' ') || in.bytes.starts_with(replacement);
    const bool wanted = prepend == Prepend::always || (prepend == Prepend::first && in.base == 0);
    if (wanted && !begins) out.push(visible, in.origin.front());
    for_each_code_point(in.bytes, [&](char32_t code, std::size_t at, std::size_t) {
      out.push(code == ' ' ? visible : code, in.origin[at]);
    });
  }
};

/// One step.
using PreTokenizerStep = std::variant<BertPreTokenizer, ByteLevelPreTokenizer, WhitespacePreTokenizer, WhitespaceSplit,
                                      PunctuationSplit, DigitsSplit, PatternSplit, Metaspace>;

/// All steps, in order.
class PreTokenizer {
 public:
  PreTokenizer() = default;
  explicit PreTokenizer(std::vector<PreTokenizerStep> steps) : steps_(std::move(steps)) {}

  void operator()(PieceText& text) const {
    for (const PreTokenizerStep& step : steps_) std::visit([&](const auto& cut) { cut(text); }, step);
  }

 private:
  std::vector<PreTokenizerStep> steps_;
};

}  // namespace hpo::text

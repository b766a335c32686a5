#pragma once
/// \file  What is put around the tokens of one text or two, and how their offsets are trimmed.
/// Layer `text`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <hpo/text/pipeline/encoding.hpp>
#include <hpo/text/pipeline/truncation.hpp>

namespace hpo::text {

/// A token on its way to an encoding.
struct Token {
  std::int32_t id;
  Span span;
  std::uint16_t leading = 0;   ///< white space (or its byte-level character) at the front of the token, in characters
  std::uint16_t trailing = 0;  ///< and at its end
};

/// Takes the white space of a token out of its offsets, as byte-level tokenizers do.
struct TrimOffsets {
  bool add_prefix_space = true;  ///< then one leading space of the first token is not of the text and stays uncounted

  /// `first`: the token begins its window.
  [[nodiscard]] Span operator()(const Token& token, Span span, bool first) const {
    std::int32_t leading = token.leading;
    const std::int32_t trailing = token.trailing;
    if (leading == 1 && add_prefix_space && (first || span.begin == 0)) leading = 0;
    if (leading > 0) span.begin = std::min(span.begin + leading, span.end);
    if (trailing > 0 && span.end >= trailing) span.end = std::max(span.end - trailing, span.begin);
    return span;
  }
};

/// A place in a template: one of the texts, or special tokens.
struct TemplatePiece {
  enum class Kind { first, second, special };
  Kind kind = Kind::first;
  std::uint8_t type_id = 0;
  std::vector<std::int32_t> ids{};  ///< of the special tokens
};

using Template = std::vector<TemplatePiece>;

/// Specials in a template.
[[nodiscard]] inline std::size_t count_special(const Template& pieces) {
  std::size_t count = 0;
  for (const TemplatePiece& piece : pieces) count += piece.ids.size();
  return count;
}

/// The templates for one text and for two, and the trimming. The default adds nothing.
struct PostProcessor {
  Template single{{TemplatePiece::Kind::first, 0, {}}};
  Template pair{{TemplatePiece::Kind::first, 0, {}}, {TemplatePiece::Kind::second, 1, {}}};
  std::vector<TrimOffsets> trims;

  [[nodiscard]] const Template& pick(bool two) const { return two ? pair : single; }

  /// One window of each text, with special tokens.
  [[nodiscard]] Encoding process(std::span<const Token> first, std::optional<std::span<const Token>> second,
                                 bool add_special) const {
    const Template& pieces = pick(second.has_value());
    Encoding out;
    const std::size_t size =
        first.size() + second.value_or(first.subspan(0, 0)).size() + (add_special ? count_special(pieces) : 0);
    out.ids.reserve(size);
    out.type_ids.reserve(size);
    out.offsets.reserve(size);
    out.special.reserve(size);
    out.sequence.reserve(size);
    for (const TemplatePiece& piece : pieces) {
      if (piece.kind != TemplatePiece::Kind::special) {
        const bool is_first = piece.kind == TemplatePiece::Kind::first;
        append_text(is_first ? first : second.value_or(first.subspan(0, 0)), piece.type_id, is_first ? 0 : 1, out);
      } else if (add_special) {
        out.ids.insert(out.ids.end(), piece.ids.begin(), piece.ids.end());
        append_rows(piece.ids.size(), piece.type_id, 1, -1, out);
        out.offsets.resize(out.ids.size());
      }
    }
    return out;
  }

 private:
  void append_text(std::span<const Token> tokens, std::uint8_t type_id, std::int8_t sequence, Encoding& out) const {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      Span span = tokens[i].span;
      for (const TrimOffsets& trim : trims) span = trim(tokens[i], span, i == 0);
      out.ids.push_back(tokens[i].id);
      out.offsets.push_back(span);
    }
    append_rows(tokens.size(), type_id, 0, sequence, out);
  }

  static void append_rows(std::size_t count, std::uint8_t type_id, std::uint8_t special, std::int8_t sequence,
                          Encoding& out) {
    out.type_ids.insert(out.type_ids.end(), count, type_id);
    out.special.insert(out.special.end(), count, special);
    out.sequence.insert(out.sequence.end(), count, sequence);
  }
};

/// Cuts the tokens of one text or two as `options` say, and processes the main window and those that overflow: of the
/// first text each further window with all windows of the second, then the main one with the second's further windows.
/// Errors   TokenizerError if `max_length` has no room for the special tokens, or as make_windows and kept_lengths.
[[nodiscard]] inline Encoding post_process(const PostProcessor& processor, std::span<const Token> first,
                                           std::optional<std::span<const Token>> second, const EncodeOptions& options) {
  const bool two = second.has_value();
  if (options.max_length <= 0) return processor.process(first, second, options.add_special);
  const auto limit = static_cast<std::size_t>(options.max_length);
  const std::size_t special = options.add_special ? count_special(processor.pick(two)) : 0;
  require<TokenizerError>(limit >= special, "truncation: max_length: expected room for the ", special,
                          " special tokens, got ", limit);
  const auto other = two ? std::optional(second->size()) : std::nullopt;
  const auto [kept_first, kept_second] = kept_lengths(first.size(), other, limit - special, options.strategy);
  const auto stride = static_cast<std::size_t>(std::max(options.stride, 0));
  const auto windows = make_windows(first.size(), kept_first, stride, options.direction);
  const auto others =
      two ? make_windows(second->size(), kept_second, stride, options.direction) : std::vector<Window>{{0, 0}};
  const auto part = [](std::span<const Token> tokens, Window window) {
    return tokens.subspan(window.begin, window.end - window.begin);
  };
  const auto process = [&](std::size_t i, std::size_t j) {
    return processor.process(part(first, windows[i]), two ? std::optional(part(*second, others[j])) : std::nullopt,
                             options.add_special);
  };
  Encoding main = process(0, 0);
  main.overflow.reserve(windows.size() * others.size() - 1);
  for (std::size_t i = 1; i < windows.size(); ++i)
    for (std::size_t j = 0; j < others.size(); ++j) main.overflow.push_back(process(i, j));
  for (std::size_t j = 1; j < others.size(); ++j) main.overflow.push_back(process(0, j));
  return main;
}

}  // namespace hpo::text

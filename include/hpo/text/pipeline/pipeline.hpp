#pragma once
/// \file  From a text to tokens: added tokens, normalizer, pre-tokenizer, model.
/// Layer `text`, tier 0.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/utf8.hpp>
#include <hpo/text/models/model.hpp>
#include <hpo/text/pipeline/normalizer.hpp>
#include <hpo/text/pipeline/pieces.hpp>
#include <hpo/text/pipeline/post_processor.hpp>
#include <hpo/text/pipeline/pre_tokenizer.hpp>
#include <hpo/text/vocabulary/added_tokens.hpp>

namespace hpo::text {

/// The parts of a tokenizer, as tokenizer.json names them.
struct TokenizerParts {
  Normalizer normalizer;
  PreTokenizer pre_tokenizer;
  Model model;
  PostProcessor post_processor;
  std::vector<AddedToken> added_tokens;  ///< each content and id once
  std::int32_t pad_id = 0;
};

/// Runs the parts. Const and thread-safe: what changes lies in buffers of the thread.
class Pipeline {
 public:
  explicit Pipeline(TokenizerParts parts)
      : parts_(std::move(parts)), raw_(finder(false)), normalized_(finder(true)), space_counts_(count_spaces()) {}

  [[nodiscard]] const TokenizerParts& parts() const { return parts_; }

  /// Appends the tokens of a text, which need not be well-formed UTF-8.
  /// Errors   TokenizerError for a text of 2 GiB or more.
  void tokenize(std::string_view text, bool parse_special, std::vector<Token>& out) const {
    require<TokenizerError>(text.size() < std::numeric_limits<std::int32_t>::max() / 4,
                            "text: expected less than 512 MiB, got ", text.size(), " bytes");
    thread_local PieceText pieces;
    if (is_well_formed(text))
      normalize(text, parse_special, pieces);
    else
      normalize(make_well_formed(text), parse_special, pieces);
    parts_.pre_tokenizer(pieces);
    std::visit([&](const auto& model) { look_up(model, pieces, out); }, parts_.model);
    if (pieces.text.bytes.capacity() > kept_buffer) pieces = {};
  }

 private:
  static constexpr std::size_t kept_buffer = std::size_t{1}
                                             << 22;  // bytes; a rare long text must not hold memory for ever

  struct SpaceCount {
    std::uint16_t leading, trailing;
  };

  [[nodiscard]] AddedTokenFinder finder(bool normalized) const {
    std::vector<std::pair<std::string, AddedToken>> patterns;
    for (const AddedToken& token : parts_.added_tokens)
      if (token.normalized == normalized)
        patterns.emplace_back(normalized ? normal_form_of(token.content) : token.content, token);
    return AddedTokenFinder(std::move(patterns));
  }

  [[nodiscard]] std::string normal_form_of(std::string_view content) const {
    AlignedText original, out;
    original.assign_original(content);
    parts_.normalizer(original.view(0, original.size()), out);
    return out.bytes;
  }

  void normalize(std::string_view text, bool parse_special, PieceText& pieces) const {
    thread_local AlignedText original;
    original.assign_original(text);
    pieces.clear();
    raw_.split(text, parse_special, [&](std::size_t begin, std::size_t end, const AddedToken* token) {
      const std::size_t start = pieces.text.size();
      const AlignedView view = original.view(begin, end);
      if (token != nullptr) {
        pieces.text.append(view);
        pieces.pieces.push_back({start, pieces.text.size(), token->id});
        return;
      }
      parts_.normalizer(view, pieces.text);
      const std::string_view changed = std::string_view(pieces.text.bytes).substr(start);
      normalized_.split(changed, parse_special, [&](std::size_t from, std::size_t to, const AddedToken* found) {
        pieces.pieces.push_back({start + from, start + to, found == nullptr ? Piece::plain : found->id});
      });
    });
    if (original.bytes.capacity() > kept_buffer) original = {};
  }

  template <class OneModel>
  void look_up(const OneModel& model, const PieceText& pieces, std::vector<Token>& out) const {
    thread_local std::vector<WordToken> words;
    const std::vector<Span>& origin = pieces.text.origin;
    for (const Piece& piece : pieces.pieces) {
      const std::string_view bytes = std::string_view(pieces.text.bytes).substr(piece.begin, piece.end - piece.begin);
      if (piece.id != Piece::plain) {
        const SpaceCount spaces = space_counts_.empty() ? SpaceCount{} : count_spaces(bytes);
        out.push_back(
            {piece.id, {origin[piece.begin].begin, origin[piece.end - 1].end}, spaces.leading, spaces.trailing});
        continue;
      }
      words.clear();
      model.tokenize(bytes, words);
      for (const WordToken& word : words) {
        const Span span{origin[piece.begin + word.begin].begin, origin[piece.begin + word.end - 1].end};
        const SpaceCount spaces = spaces_of(model, word, bytes);
        out.push_back({word.id, span, spaces.leading, spaces.trailing});
      }
    }
  }

  template <class OneModel>
  [[nodiscard]] SpaceCount spaces_of(const OneModel& model, const WordToken& token, std::string_view word) const {
    if (space_counts_.empty()) return {};
    if constexpr (requires { model.keeps_text(token.id); })
      if (model.keeps_text(token.id)) return count_spaces(word.substr(token.begin, token.end - token.begin));
    return space_counts_[static_cast<std::size_t>(token.id)];
  }

  [[nodiscard]] static SpaceCount count_spaces(std::string_view token) {
    std::size_t leading = 0, trailing = 0, count = 0;
    for_each_code_point(token, [&](char32_t code, std::size_t, std::size_t) {
      const bool space = code == byte_space || is_white_space(code);
      if (space && leading == count) ++leading;
      trailing = space ? trailing + 1 : 0;
      ++count;
    });
    const auto clamp = [](std::size_t n) { return static_cast<std::uint16_t>(std::min<std::size_t>(n, 0xFFFF)); };
    return {clamp(leading), clamp(trailing)};
  }

  /// By id; empty if no offsets are trimmed.
  [[nodiscard]] std::vector<SpaceCount> count_spaces() const {
    std::vector<SpaceCount> counts;
    if (parts_.post_processor.trims.empty()) return counts;
    const Vocabulary& vocabulary = vocabulary_of(parts_.model);
    for (std::size_t id = 0; id < vocabulary.id_limit(); ++id)
      counts.push_back(count_spaces(vocabulary.token(static_cast<std::int32_t>(id))));
    return counts;
  }

  TokenizerParts parts_;
  AddedTokenFinder raw_;
  AddedTokenFinder normalized_;
  std::vector<SpaceCount> space_counts_;
};

}  // namespace hpo::text

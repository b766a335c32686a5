#pragma once
/// \file  The WordPiece model: greedy longest match from the left.
/// Layer `text`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/utf8.hpp>
#include <hpo/text/vocabulary/vocabulary.hpp>
#include <hpo/text/vocabulary/word_token.hpp>

namespace hpo::text {

struct WordPieceOptions {
  std::string unknown = "[UNK]";
  std::string continuing_prefix = "##";
  std::int64_t max_word_length = 100;  ///< code points; a longer word is one unknown token
};

/// Splits a word into the longest token of the vocabulary that begins it, then the longest continuing token ..., or
/// gives the whole word as unknown if that comes to a stop.
/// Source   Wu et al., arXiv:1609.08144, as in BERT.
class WordPiece {
 public:
  /// Errors   TokenizerError, naming `where`, if the unknown token is not in the vocabulary.
  WordPiece(Vocabulary vocabulary, WordPieceOptions options, std::string_view where)
      : vocabulary_(std::move(vocabulary)), options_(std::move(options)), unknown_(vocabulary_.find(options_.unknown)) {
    require<TokenizerError>(unknown_ != Vocabulary::none, where,
                            ": unk_token: expected a token of the vocabulary, got '", options_.unknown, "'");
    continuing_.add(options_.continuing_prefix);
  }

  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }

  /// Appends the tokens of a well-formed word.
  void tokenize(std::string_view word, std::vector<WordToken>& out) const {
    const std::size_t before = out.size();
    const auto whole = static_cast<std::uint32_t>(word.size());
    if (!too_long(word)) {
      if (const std::int32_t id = vocabulary_.find(word); id != Vocabulary::none) {
        out.push_back({id, 0, whole});
        return;
      }
      if (split(word, out)) return;
      out.resize(before);
    }
    out.push_back({unknown_, 0, whole});
  }

 private:
  [[nodiscard]] bool too_long(std::string_view word) const {
    const auto limit = static_cast<std::size_t>(options_.max_word_length);
    return word.size() > limit && static_cast<std::size_t>(count_code_points(word)) > limit;
  }

  [[nodiscard]] bool split(std::string_view word, std::vector<WordToken>& out) const {
    for (std::size_t begin = 0; begin < word.size();) {
      const WordToken token = begin == 0 ? longest(word, 0, {}, TokenHash{})
                                         : longest(word, begin, options_.continuing_prefix, continuing_);
      if (token.id == Vocabulary::none) return false;
      out.push_back(token);
      begin = token.end;
    }
    return true;
  }

  /// The longest token `prefix + word[begin, end)`; `hash` is that of the prefix.
  [[nodiscard]] WordToken longest(std::string_view word, std::size_t begin, std::string_view prefix,
                                  TokenHash hash) const {
    WordToken best{Vocabulary::none, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin)};
    const std::size_t limit = begin + vocabulary_.longest() - std::min(vocabulary_.longest(), prefix.size());
    for (std::size_t end = begin; end < word.size() && end < limit;) {
      do hash.add(word[end++]);
      while (end < word.size() && is_continuation(word[end]));
      if (const std::int32_t id = vocabulary_.find(prefix, word.substr(begin, end - begin), hash);
          id != Vocabulary::none)
        best = {id, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }
    return best;
  }

  Vocabulary vocabulary_;
  WordPieceOptions options_;
  std::int32_t unknown_;
  TokenHash continuing_;
};

}  // namespace hpo::text

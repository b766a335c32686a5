#pragma once
/// \file  Tokens that are cut out of a text before the model sees it: "[MASK]", "</s>", and what users add.
/// Layer `text`, tier 0.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/utf8.hpp>
#include <hpo/text/unicode/unicode.hpp>
#include <hpo/text/vocabulary/vocabulary.hpp>

namespace hpo::text {

/// A token added to a model's vocabulary.
struct AddedToken {
  std::string content;
  std::int32_t id = Vocabulary::none;
  bool single_word = false;  ///< only where no word character touches it
  bool lstrip = false;       ///< takes the white space before it along
  bool rstrip = false;       ///< and after it
  bool normalized = true;    ///< looked for in the normalized text, in normalized form; else in the raw text
  bool special = false;      ///< put there by post-processors; can be told to be plain text in user input
};

/// A token that post-processors may put in, found in the raw text.
[[nodiscard]] inline AddedToken special_token(std::string_view content, std::int32_t id = Vocabulary::none) {
  AddedToken token;
  token.content = content;
  token.id = id;
  token.normalized = false;
  token.special = true;
  return token;
}

/// Finds tokens in a text: leftmost first, then longest.
class AddedTokenFinder {
 public:
  AddedTokenFinder() = default;

  /// `patterns`: what each token looks like in the text that will be searched. An empty pattern is never found.
  explicit AddedTokenFinder(std::vector<std::pair<std::string, AddedToken>> patterns) {
    std::vector<std::pair<std::string, std::int32_t>> indexed;
    for (auto& [pattern, token] : patterns) {
      if (pattern.empty()) continue;
      std::vector<std::size_t>& lengths = lengths_[static_cast<unsigned char>(pattern.front())];
      if (std::ranges::find(lengths, pattern.size()) == lengths.end()) lengths.push_back(pattern.size());
      indexed.emplace_back(pattern, static_cast<std::int32_t>(tokens_.size()));
      tokens_.push_back(std::move(token));
    }
    for (auto& lengths : lengths_) std::ranges::sort(lengths, std::greater<>());
    patterns_ = Vocabulary(indexed, "added_tokens");
  }

  /// Calls `visit(begin, end, token)` for stretches that cover `text` in order; the token is null between matches.
  /// Where a token has taken the white space after it and the next one begins with that, both have it, as in the
  /// reference. With `parse_special` false, special tokens are not told from the text around them.
  template <class Visit>
  void split(std::string_view text, bool parse_special, Visit visit) const {
    std::size_t done = 0;
    for (std::size_t at = 0; !tokens_.empty() && at < text.size();) {
      const std::optional<Match> match = match_at(text, at);
      if (!match) {
        ++at;
        continue;
      }
      const AddedToken& token = *match->token;
      std::size_t begin = at;
      std::size_t end = at + match->size;
      at = end;
      if ((token.special && !parse_special) || (token.single_word && touches_word(text, begin, end))) continue;
      if (token.lstrip) begin = std::max(space_before(text, begin), done);
      if (begin >= end) continue;  // white space that an earlier token took; the reference stops the process
      if (token.rstrip) end = space_after(text, end);
      if (done < begin) visit(done, begin, static_cast<const AddedToken*>(nullptr));
      visit(begin, end, &token);
      done = end;
    }
    if (done < text.size()) visit(done, text.size(), static_cast<const AddedToken*>(nullptr));
  }

 private:
  struct Match {
    const AddedToken* token;
    std::size_t size;
  };

  [[nodiscard]] std::optional<Match> match_at(std::string_view text, std::size_t at) const {
    for (const std::size_t size : lengths_[static_cast<unsigned char>(text[at])]) {
      if (size > text.size() - at) continue;
      if (const std::int32_t found = patterns_.find(text.substr(at, size)); found != Vocabulary::none)
        return Match{&tokens_[static_cast<std::size_t>(found)], size};
    }
    return std::nullopt;
  }

  [[nodiscard]] static char32_t code_before(std::string_view text, std::size_t& at) {
    do --at;
    while (at > 0 && is_continuation(text[at]));
    return decode_valid_utf8(text.substr(at)).code;
  }

  [[nodiscard]] static bool touches_word(std::string_view text, std::size_t begin, std::size_t end) {
    return (begin > 0 && is_word(code_before(text, begin))) ||
           (end < text.size() && is_word(decode_valid_utf8(text.substr(end)).code));
  }

  [[nodiscard]] static std::size_t space_before(std::string_view text, std::size_t begin) {
    for (std::size_t at = begin; at > 0; begin = at)
      if (!is_white_space(code_before(text, at))) break;
    return begin;
  }

  [[nodiscard]] static std::size_t space_after(std::string_view text, std::size_t end) {
    while (end < text.size()) {
      const CodePoint next = decode_valid_utf8(text.substr(end));
      if (!is_white_space(next.code)) break;
      end += next.size;
    }
    return end;
  }

  std::vector<AddedToken> tokens_;
  Vocabulary patterns_;
  std::array<std::vector<std::size_t>, 256> lengths_{};  ///< of the patterns that begin with a byte, longest first
};

}  // namespace hpo::text

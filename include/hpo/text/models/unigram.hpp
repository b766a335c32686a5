#pragma once
/// \file  The unigram model: the most probable way to cut a word.
/// Layer `text`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/utf8.hpp>
#include <hpo/text/vocabulary/byte_tokens.hpp>
#include <hpo/text/vocabulary/vocabulary.hpp>
#include <hpo/text/vocabulary/word_cache.hpp>
#include <hpo/text/vocabulary/word_token.hpp>

namespace hpo::text {

struct UnigramOptions {
  std::int32_t unknown = Vocabulary::none;  ///< the id of the unknown token, if there is one
  bool byte_fallback = false;               ///< unknown text becomes <0xE9>-like tokens if all of its bytes have one
};

/// Cuts a word into the tokens whose scores (log probabilities) have the largest sum; the first found wins a tie.
/// Unknown characters cost 10 more than the worst token, and neighbors become one unknown token.
/// Source   Kudo, ACL 2018; the Viterbi search of sentencepiece.
class Unigram {
 public:
  using Scored = std::vector<std::pair<std::string, double>>;  ///< the id is the place in the list

  /// Errors   TokenizerError, naming `where`, if the unknown id is no place in the list.
  Unigram(const Scored& tokens, UnigramOptions options, std::string_view where)
      : vocabulary_(numbered(tokens), where), options_(options) {
    require<TokenizerError>(options_.unknown == Vocabulary::none ||
                                (options_.unknown >= 0 && static_cast<std::size_t>(options_.unknown) < tokens.size()),
                            where, ".unk_id: expected a place in a list of ", tokens.size(), ", got ",
                            options_.unknown);
    double lowest = std::numeric_limits<double>::infinity();
    for (const auto& [token, score] : tokens) {
      scores_.push_back(score);
      lowest = std::min(lowest, score);
    }
    unknown_score_ = lowest - 10.0;
  }

  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }

  /// An unknown token keeps its text: white space in it counts when offsets are trimmed.
  [[nodiscard]] bool keeps_text(std::int32_t id) const { return id == options_.unknown; }

  /// Appends the tokens of a well-formed word.
  /// Errors   TokenizerError for a character that no better token covers if there is no unknown token.
  void tokenize(std::string_view word, std::vector<WordToken>& out) const {
    cached(cache_id_, word, out,
           [this](std::string_view text, std::vector<WordToken>& tokens) { search(text, tokens); });
  }

 private:
  /// The best way to a byte: the last token of it.
  struct Step {
    double score = 0;
    std::int32_t id = Vocabulary::none;
    std::int64_t begin = -1;  ///< -1: no way yet
  };

  [[nodiscard]] static bool improves(const Step& step, double score) { return step.begin < 0 || score > step.score; }

  [[nodiscard]] static std::vector<std::pair<std::string, std::int32_t>> numbered(const Scored& tokens) {
    std::vector<std::pair<std::string, std::int32_t>> list;
    list.reserve(tokens.size());
    for (const auto& [token, score] : tokens) list.emplace_back(token, static_cast<std::int32_t>(list.size()));
    return list;
  }

  void search(std::string_view word, std::vector<WordToken>& out) const {
    thread_local std::vector<Step> best;
    best.assign(word.size() + 1, Step{});
    for (std::size_t begin = 0; begin < word.size();) {
      const std::size_t next = begin + decode_valid_utf8(word.substr(begin)).size;
      extend(word, begin, next, best);
      begin = next;
    }
    append_path(word, best, out);
    if (best.capacity() > kept_buffer) best = {};
  }

  /// Offers every token that begins at `begin`, and the unknown token if none is just the character up to `next`.
  void extend(std::string_view word, std::size_t begin, std::size_t next, std::vector<Step>& best) const {
    const auto offer = [&](std::size_t end, double score, std::int32_t id) {
      Step& step = best[end];
      const double total = score + best[begin].score;
      if (improves(step, total)) step = {total, id, static_cast<std::int64_t>(begin)};
    };
    bool single = false;
    TokenHash hash;
    const std::size_t limit = std::min(word.size(), begin + vocabulary_.longest());
    for (std::size_t end = begin; end < limit;) {
      do hash.add(word[end++]);
      while (end < word.size() && is_continuation(word[end]));
      const std::int32_t id = vocabulary_.find({}, word.substr(begin, end - begin), hash);
      if (id == Vocabulary::none) continue;
      offer(end, scores_[static_cast<std::size_t>(id)], id);
      single = single || end == next;
    }
    if (single || !improves(best[next], unknown_score_ + best[begin].score)) return;
    require<TokenizerError>(options_.unknown != Vocabulary::none,
                            "tokenizer: unk_id: expected one for the unknown text '", word.substr(begin, next - begin),
                            "', got none");
    offer(next, unknown_score_, options_.unknown);
  }

  /// Walks the best way back, then appends its tokens in order, unknown neighbors as one.
  void append_path(std::string_view word, const std::vector<Step>& best, std::vector<WordToken>& out) const {
    thread_local std::vector<WordToken> path;
    path.clear();
    for (std::size_t end = word.size(); end > 0;) {
      const auto begin = static_cast<std::size_t>(best[end].begin);
      if (!path.empty() && best[end].id == options_.unknown && path.back().id == options_.unknown)
        path.back().begin = static_cast<std::uint32_t>(begin);
      else
        path.push_back({best[end].id, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
      end = begin;
    }
    for (std::size_t i = path.size(); i-- > 0;) {
      if (path[i].id == options_.unknown)
        append_unknown(word, path[i], out);
      else
        out.push_back(path[i]);
    }
  }

  /// Unknown neighbors that together are a token are that token.
  void append_unknown(std::string_view word, WordToken token, std::vector<WordToken>& out) const {
    const std::string_view text = word.substr(token.begin, token.end - token.begin);
    if (const std::int32_t id = vocabulary_.find(text); id != Vocabulary::none) token.id = id;
    std::vector<std::int32_t> bytes;
    if (token.id == options_.unknown && options_.byte_fallback && find_byte_tokens(vocabulary_, text, bytes)) {
      for (const std::int32_t id : bytes) out.push_back({id, token.begin, token.end});
      return;
    }
    out.push_back(token);
  }

  static constexpr std::size_t kept_buffer = std::size_t{1} << 18;  // steps

  Vocabulary vocabulary_;
  std::vector<double> scores_;
  UnigramOptions options_;
  double unknown_score_ = 0;
  std::uint32_t cache_id_ = next_cache_id();
};

}  // namespace hpo::text

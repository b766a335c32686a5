#pragma once
/// \file  Exact match and token F1 of answers, as SQuAD measures them.
/// Layer `train`, tier 0. Unicode comes from ICU.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace hpo::train {

namespace detail {
inline bool is_word_character(UChar32 c) {
  const auto category = U_GET_GC_MASK(c);
  return (category & (U_GC_L_MASK | U_GC_N_MASK)) != 0 || c == '_';
}

inline bool is_ascii_punctuation(UChar32 c) {
  return (c >= 0x21 && c <= 0x2F) || (c >= 0x3A && c <= 0x40) || (c >= 0x5B && c <= 0x60) || (c >= 0x7B && c <= 0x7E);
}

// Python's str.split() also splits at the four ASCII separators 1C-1F, which Unicode's White_Space leaves out.
inline bool is_space(UChar32 c) {
  return u_isUWhiteSpace(c) || (c >= 0x1C && c <= 0x1F);
}

// The maximal runs of word characters that are an article become one space each: `\b(a|an|the)\b`.
inline icu::UnicodeString without_articles(const icu::UnicodeString& text) {
  icu::UnicodeString out, run;
  const auto flush = [&] {
    const bool article = run.compare(u"a", 1) == 0 || run.compare(u"an", 2) == 0 || run.compare(u"the", 3) == 0;
    if (article) run.setTo(u' ');
    out.append(run);
    run.remove();
  };
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (is_word_character(c)) {
      run.append(c);
    } else {
      flush();
      out.append(c);
    }
  }
  flush();
  return out;
}
}  // namespace detail

/// The words of an answer, compared instead of its text: lower case, no ASCII punctuation, no articles, no spaces.
/// Source   Rajpurkar et al., SQuAD, EMNLP 2016; the normalization of its official evaluation script, version 2.0.
[[nodiscard]] inline std::vector<std::string> answer_words(std::string_view answer) {
  auto lower = icu::UnicodeString::fromUTF8(icu::StringPiece(answer.data(), static_cast<std::int32_t>(answer.size())));
  lower.toLower(icu::Locale::getRoot());
  icu::UnicodeString kept;
  for (std::int32_t i = 0; i < lower.length(); i = lower.moveIndex32(i, 1))
    if (const UChar32 c = lower.char32At(i); !detail::is_ascii_punctuation(c)) kept.append(c);

  std::vector<std::string> words;
  icu::UnicodeString word;
  const auto flush = [&] {
    if (!word.isEmpty()) word.toUTF8String(words.emplace_back());
    word.remove();
  };
  const icu::UnicodeString text = detail::without_articles(kept);
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (detail::is_space(c)) {
      flush();
    } else {
      word.append(c);
    }
  }
  flush();
  return words;
}

/// How well an answer fits the truth: both from 0 to 1.
struct AnswerScores {
  double exact = 0.0;
  double f1 = 0.0;
};

/// One prediction against one true answer.
[[nodiscard]] inline AnswerScores score_answer(std::string_view predicted, std::string_view truth) {
  const auto said = answer_words(predicted), meant = answer_words(truth);
  if (said.empty() || meant.empty()) {  // "no answer" agrees only with itself
    const double agrees = said.empty() && meant.empty() ? 1.0 : 0.0;
    return {agrees, agrees};
  }
  std::map<std::string, std::int64_t> left;
  for (const auto& word : meant) ++left[word];
  std::int64_t common = 0;
  for (const auto& word : said)
    if (auto found = left.find(word); found != left.end() && found->second > 0) {
      --found->second;
      ++common;
    }
  // 2PR/(P+R) with P = common/|said| and R = common/|meant|
  const double f1 = 2.0 * static_cast<double>(common) / static_cast<double>(said.size() + meant.size());
  return {said == meant ? 1.0 : 0.0, f1};
}

/// One prediction against several true answers: the best of each score. No true answer that has a word means that the
/// question has no answer, and only an empty prediction is right.
[[nodiscard]] inline AnswerScores score_answer(std::string_view predicted, std::span<const std::string> truths) {
  AnswerScores best;
  bool any = false;
  for (const auto& truth : truths) {
    if (answer_words(truth).empty()) continue;
    any = true;
    const AnswerScores scores = score_answer(predicted, truth);
    best = {std::max(best.exact, scores.exact), std::max(best.f1, scores.f1)};
  }
  return any ? best : score_answer(predicted, std::string_view());
}

/// Mean scores over examples, apart for those with and without an answer.
class AnswerTally {
 public:
  void add(std::string_view predicted, std::span<const std::string> truths) {
    const bool answerable = std::ranges::any_of(truths, [](const auto& truth) { return !answer_words(truth).empty(); });
    const AnswerScores scores = score_answer(predicted, truths);
    Sum& sum = answerable ? answerable_ : unanswerable_;
    sum.exact += scores.exact;
    sum.f1 += scores.f1;
    ++sum.count;
  }

  [[nodiscard]] std::int64_t answerable() const { return answerable_.count; }
  [[nodiscard]] std::int64_t unanswerable() const { return unanswerable_.count; }
  /// Over the examples that have an answer, and over those that have none: SQuAD 2's HasAns and NoAns.
  [[nodiscard]] AnswerScores of_answerable() const { return mean(answerable_); }
  [[nodiscard]] AnswerScores of_unanswerable() const { return mean(unanswerable_); }
  [[nodiscard]] AnswerScores overall() const {
    return mean({answerable_.exact + unanswerable_.exact, answerable_.f1 + unanswerable_.f1,
                 answerable_.count + unanswerable_.count});
  }

 private:
  struct Sum {
    double exact = 0.0, f1 = 0.0;
    std::int64_t count = 0;
  };
  static AnswerScores mean(const Sum& sum) {
    const double count = static_cast<double>(std::max<std::int64_t>(1, sum.count));
    return {sum.exact / count, sum.f1 / count};
  }
  Sum answerable_, unanswerable_;
};

}  // namespace hpo::train

#pragma once
/// \file  What became of the answers that a file states: counts, and a list of those that do not stand where it says.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/take.hpp>

#include <hpo/core/error.hpp>

namespace hpo::data {

/// How a stated answer fits its context, compared character by character.
enum class AnswerFit {
  exact,        ///< the context holds the very text at the stated start
  white_space,  ///< it does but for white space around the text: used, without that white space
  elsewhere,    ///< the context holds the text, but at another place, or more than once and no start is stated
  absent,       ///< the context does not hold the text, or ends before the stated place
};

/// An answer that is not where it should be.
struct UnalignedAnswer {
  std::string id = {};  ///< of the example
  std::int64_t row = 0;
  std::string reason = {};
};

/// What alignment found in a file: how many rows and answers there were and what happened to those that do not fit.
struct AlignmentReport {
  std::int64_t rows = 0;
  std::int64_t exact = 0;  ///< answers, as AnswerFit says; so the next three
  std::int64_t white_space = 0;
  std::int64_t elsewhere = 0;
  std::int64_t absent = 0;
  std::int64_t dropped = 0;                     ///< rows
  std::int64_t made_unanswerable = 0;           ///< rows
  std::vector<UnalignedAnswer> unaligned = {};  ///< every answer elsewhere or absent; a row may have several

  [[nodiscard]] std::int64_t answers() const { return exact + misaligned(); }

  /// Answers of which context[start, start + length) is not the stated text, white space included.
  [[nodiscard]] std::int64_t misaligned() const { return white_space + elsewhere + absent; }

  void count(AnswerFit fit) {
    switch (fit) {
      case AnswerFit::exact:
        ++exact;
        break;
      case AnswerFit::white_space:
        ++white_space;
        break;
      case AnswerFit::elsewhere:
        ++elsewhere;
        break;
      case AnswerFit::absent:
        ++absent;
        break;
    }
  }

  void add(AlignmentReport more) {
    rows += more.rows;
    exact += more.exact;
    white_space += more.white_space;
    elsewhere += more.elsewhere;
    absent += more.absent;
    dropped += more.dropped;
    made_unanswerable += more.made_unanswerable;
    std::ranges::move(more.unaligned, std::back_inserter(unaligned));
  }

  /// One line, with at most `most` of the unaligned answers listed; empty if every answer is exact.
  [[nodiscard]] std::string summary(std::size_t most = 3) const {
    if (misaligned() == 0) return {};
    std::string text = concat(
        misaligned(), " of ", answers(), " answers are not exactly where they should be: ", white_space,
        " but for white space around them (used without it), ", elsewhere, " elsewhere in their context, ", absent,
        " not in it (", dropped, " of ", rows, " rows dropped, ", made_unanswerable, " counted as unanswerable)");
    for (const auto& [i, one] : ranges::views::enumerate(unaligned) | ranges::views::take(most))
      text += concat(i == 0 ? ": " : "; ", "row ", one.row, " (", one.id, "): ", one.reason);
    return text + (unaligned.size() > most ? "; ..." : "");
  }
};

}  // namespace hpo::data

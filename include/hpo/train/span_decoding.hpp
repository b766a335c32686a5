#pragma once
/// \file  From start and end scores of an example's windows to the one best answer.
/// Layer `train`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include <range/v3/view/enumerate.hpp>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>

namespace hpo::train {

struct SpanDecodingOptions {
  std::int64_t max_answer_tokens = 30;
  bool may_be_unanswerable = false;
  double null_threshold = 0.0;
};

template <class Visitor>
void describe(Visitor& v, SpanDecodingOptions& o) {
  v.field("max_answer_tokens", o.max_answer_tokens, "longest answer, in tokens", at_least<std::int64_t>(1));
  v.field("may_be_unanswerable", o.may_be_unanswerable, "whether 'no answer' is a possible answer");
  v.field("null_threshold", o.null_threshold, "by how much 'no answer' must beat the best answer");
}

/// One window: scores [T] of each token as the first and as the last of the answer, and which tokens are context (as
/// opposed to question, special or padding tokens). The score of 'no answer' is that of the token at `null_token`.
struct SpanWindow {
  std::span<const float> start, end;
  std::span<const std::uint8_t> context;
  std::size_t null_token = 0;
};

/// Tokens [first, last] of window `window`, both included.
struct TokenSpan {
  std::size_t window = 0, first = 0, last = 0;
  double score = 0.0;
};

/// What decoding found. `answer` is empty if 'no answer' won, or if no window has context.
struct DecodedSpan {
  std::optional<TokenSpan> answer;
  double null_score = std::numeric_limits<double>::infinity();  ///< the least over the windows
};

namespace detail {
inline void raise_best(std::optional<TokenSpan>& best, const SpanWindow& window, std::size_t number,
                       std::size_t longest) {
  for (std::size_t first = 0; first < window.start.size(); ++first) {
    if (window.context[first] == 0) continue;
    const std::size_t stop = std::min(window.end.size(), first + longest);
    for (std::size_t last = first; last < stop && window.context[last] != 0; ++last) {
      const double score = static_cast<double>(window.start[first]) + static_cast<double>(window.end[last]);
      if (!best || score > best->score) best = TokenSpan{number, first, last, score};
    }
  }
}
}  // namespace detail

/// The best answer over all windows of one example: start <= end, at most `max_answer_tokens` long, context
/// tokens only. Searched exhaustively (T * max_answer_tokens sums a window), not among a few best starts and
/// ends; the first of equals.
///
/// Errors   ShapeError if the parts of a window differ in length.
/// Source   Devlin et al., BERT, NAACL 2019, 4.2-4.3: s_null = S.C + E.C against the best s_ij plus a threshold.
[[nodiscard]] inline DecodedSpan decode_span(std::span<const SpanWindow> windows, const SpanDecodingOptions& options) {
  DecodedSpan decoded;
  for (const auto& [number, window] : ranges::views::enumerate(windows)) {
    const std::size_t length = window.start.size();
    require<ShapeError>(window.end.size() == length && window.context.size() == length && window.null_token < length,
                        "span decoding: expected ", length, " end scores and context marks, got ", window.end.size(),
                        " and ", window.context.size());
    const double null_score =
        static_cast<double>(window.start[window.null_token]) + static_cast<double>(window.end[window.null_token]);
    decoded.null_score = std::min(decoded.null_score, null_score);
    detail::raise_best(decoded.answer, window, number, static_cast<std::size_t>(options.max_answer_tokens));
  }
  const bool null_wins = options.may_be_unanswerable && decoded.answer &&
                         decoded.null_score - decoded.answer->score > options.null_threshold;
  if (null_wins) decoded.answer.reset();
  return decoded;
}

}  // namespace hpo::train

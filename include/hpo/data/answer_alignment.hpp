#pragma once
/// \file  Whether a stated answer stands where it is said to stand. What could be meant otherwise is not searched for.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/utf8.hpp>
#include <hpo/data/alignment_report.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/white_space.hpp>
#include <hpo/text/unicode/code_point_map.hpp>

namespace hpo::data {

/// An answer as a file states it. Code points; `end` is the one after the last.
struct StatedAnswer {
  std::string text = {};
  std::optional<std::int64_t> start = {};
  std::optional<std::int64_t> end = {};

  /// Says that the context holds no answer. -1 is a common way to write no start.
  [[nodiscard]] bool none() const { return text.empty() && start.value_or(-1) == -1 && end.value_or(-1) == -1; }
};

/// The answer, or why there is none.
struct AlignedAnswer {
  std::optional<SpanExample::Answer> answer = {};
  AnswerFit fit = AnswerFit::exact;
  std::string reason = {};
};

namespace detail {
/// The text for a message: one line of at most 40 code points.
inline std::string excerpt(std::string_view text) {
  const text::CodePointMap map(text);
  std::string cut(text.substr(0, map.byte_of(40)));
  std::ranges::replace_if(
      cut, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return "'" + cut + (map.size() > 40 ? "...'" : "'");
}

inline std::size_t occurrences(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

/// No answer: its text is somewhere else, or nowhere.
template <class... Parts>
AlignedAnswer unaligned(std::string_view context, std::string_view text, const Parts&... reason) {
  const bool held = !text.empty() && context.find(text) != std::string_view::npos;
  return {{}, held ? AnswerFit::elsewhere : AnswerFit::absent, concat(reason...)};
}

inline AlignedAnswer align_at(std::string_view context, const text::CodePointMap& map, const StatedAnswer& stated) {
  const std::int64_t start = *stated.start, size = static_cast<std::int64_t>(map.size());
  const std::string_view text = trimmed(stated.text);
  if (start < 0 || start >= size)
    return unaligned(context, text, "expected a start within the context's ", size, " characters, got ", start);
  if (stated.end && (*stated.end <= start || *stated.end > size))
    return unaligned(context, text, "expected an end after ", start, " and at most ", size, ", got ", *stated.end);
  const std::size_t from = map.byte_of(static_cast<std::size_t>(start));
  const std::size_t first = std::min(context.find_first_not_of(blanks, from), context.size());
  const std::size_t last = map.code_point_of(first) + static_cast<std::size_t>(count_code_points(text));
  const std::size_t stop = std::max(first, map.byte_of(stated.end ? static_cast<std::size_t>(*stated.end) : last));
  const std::string_view there = context.substr(first, stop - first);
  const std::string_view found = stated.end ? trimmed(there) : there;
  if (!text.empty() && found != text)
    return unaligned(context, text, "expected ", excerpt(text), " at ", start, ", got ", excerpt(found));
  if (found.empty()) return unaligned(context, text, "expected an answer, got white space");
  const std::string_view whole =
      stated.end ? context.substr(from, stop - from) : context.substr(from, stated.text.size());
  const bool exact = whole == (stated.text.empty() ? found : std::string_view(stated.text));
  return {SpanExample::Answer{std::string(found), static_cast<std::int64_t>(map.code_point_of(first))},
          exact ? AnswerFit::exact : AnswerFit::white_space,
          {}};
}
}  // namespace detail

/// Aligns one answer. With a start (and a text, an end, or both) the context must hold the answer there; with a text
/// alone the context must hold it exactly once. White space around an answer does not count, and is not part of the
/// result. `map` was built for `context`.
[[nodiscard]] inline AlignedAnswer align_answer(std::string_view context, const text::CodePointMap& map,
                                                const StatedAnswer& stated) {
  const std::string_view text = trimmed(stated.text);
  if (stated.start && (!text.empty() || stated.end)) return detail::align_at(context, map, stated);
  if (text.empty()) return detail::unaligned(context, text, "expected a text, or a start and an end, got neither");
  const std::size_t count = detail::occurrences(context, text);
  if (count == 0)
    return detail::unaligned(context, text, "expected a context that holds ", detail::excerpt(text), ", got none");
  if (count > 1)
    return detail::unaligned(context, text, "expected one ", detail::excerpt(text), " in the context or a start, got ",
                             count, " of them");
  const bool exact = context.find(stated.text) != std::string_view::npos;
  return {SpanExample::Answer{std::string(text), static_cast<std::int64_t>(map.code_point_of(context.find(text)))},
          exact ? AnswerFit::exact : AnswerFit::white_space,
          {}};
}

/// Gives an example its answers. Answers that do not fit are reported; a row without one that fits is treated as
/// `policy` says. \return whether the example is kept.
/// Errors   DataError at `place` under UnalignedPolicy::error.
inline bool align(SpanExample& example, const std::vector<StatedAnswer>& stated, UnalignedPolicy policy,
                  std::string_view place, AlignmentReport& report) {
  ++report.rows;
  const text::CodePointMap map(example.context);
  for (const auto& answer : stated) {
    auto aligned = align_answer(example.context, map, answer);
    report.count(aligned.fit);
    if (aligned.answer) {
      example.answers.push_back(std::move(*aligned.answer));
      continue;
    }
    require<DataError>(policy != UnalignedPolicy::error, place, ": ", aligned.reason,
                       "; to go on without such rows, set data.unaligned = \"drop\"");
    report.unaligned.push_back({example.id, example.row, std::move(aligned.reason)});
  }
  if (!example.answers.empty()) return true;
  example.impossible = true;
  if (stated.empty()) return true;  // the file says so
  ++(policy == UnalignedPolicy::drop ? report.dropped : report.made_unanswerable);
  return policy != UnalignedPolicy::drop;
}

}  // namespace hpo::data

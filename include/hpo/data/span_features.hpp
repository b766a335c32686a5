#pragma once
/// \file  Between characters and tokens: where an answer stands in the windows of its context, and back.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/utf8.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/token_store.hpp>
#include <hpo/data/white_space.hpp>
#include <hpo/text/unicode/code_point_map.hpp>
#include <hpo/text/unicode/span.hpp>

namespace hpo::data {

/// Tokens of a window, both ends included.
struct TokenRange {
  std::size_t first = 0;
  std::size_t last = 0;

  [[nodiscard]] bool operator==(const TokenRange&) const = default;
};

/// One window of an example: a row of the store, and the first and last token of the answer in it; 0, 0 (the first
/// special token) if the window does not hold the whole answer.
struct AnswerWindow {
  std::size_t row = 0;
  std::size_t example = 0;
  std::int64_t start = 0;
  std::int64_t end = 0;

  [[nodiscard]] bool operator==(const AnswerWindow&) const = default;
};

struct SpanWindows {
  std::vector<AnswerWindow> windows;  ///< one for each row of the store
  std::vector<std::size_t> not_held;  ///< examples with an answer that no window holds whole: all theirs are 0, 0
};

/// The context's tokens of a window, or nothing if it has none. `context` is the context's number in `sequence`.
[[nodiscard]] inline std::optional<TokenRange> context_tokens(std::span<const std::int8_t> sequence,
                                                              std::int8_t context) {
  const auto first = std::ranges::find(sequence, context);
  if (first == sequence.end()) return std::nullopt;
  auto last = first;
  while (last + 1 != sequence.end() && *(last + 1) == context) ++last;
  return TokenRange{static_cast<std::size_t>(first - sequence.begin()),
                    static_cast<std::size_t>(last - sequence.begin())};
}

/// The tokens among `among` that share a character with `answer`: the fewest whose text covers it (a token may stick
/// out). Nothing if no token does.
[[nodiscard]] inline std::optional<TokenRange> tokens_of(std::span<const text::Span> offsets, TokenRange among,
                                                         text::Span answer) {
  std::optional<TokenRange> found;
  for (std::size_t t = among.first; t <= among.last; ++t) {
    if (offsets[t].end <= answer.begin || offsets[t].begin >= answer.end) continue;
    if (!found) found = TokenRange{t, t};
    found->last = t;
  }
  return found;
}

namespace detail {
/// Whether the window's part of the context reaches over the whole answer. The first window begins and the last one
/// ends with the context, whatever the tokenizer makes of the characters there.
inline bool covers(std::span<const text::Span> offsets, TokenRange context, text::Span answer, bool first, bool last) {
  return (first || offsets[context.first].begin <= answer.begin) && (last || offsets[context.last].end >= answer.end);
}

inline std::optional<text::Span> answer_of(const SpanExample& example) {
  if (example.answers.empty()) return std::nullopt;
  const auto& answer = example.answers.front();
  return text::Span{static_cast<std::int32_t>(answer.start),
                    static_cast<std::int32_t>(answer.start + count_code_points(answer.text))};
}
}  // namespace detail

/// Labels every row of a store that tokenize() filled with these examples. The first answer is the one trained on.
[[nodiscard]] inline SpanWindows answer_windows(const TokenStore& store, std::span<const SpanExample> examples) {
  SpanWindows found;
  std::vector<bool> held(examples.size(), false);
  for (std::size_t row = 0; row < store.size(); ++row) {
    AnswerWindow window{row, store.example(row)};
    const SpanExample& example = examples[window.example];
    const auto answer = detail::answer_of(example);
    const auto context = context_tokens(store.sequence(row), example.question ? std::int8_t{1} : std::int8_t{0});
    const bool first = row == 0 || store.example(row - 1) != window.example;
    const bool last = row + 1 == store.size() || store.example(row + 1) != window.example;
    if (answer && context && detail::covers(store.offsets(row), *context, *answer, first, last))
      if (const auto tokens = tokens_of(store.offsets(row), *context, *answer)) {
        window.start = static_cast<std::int64_t>(tokens->first);
        window.end = static_cast<std::int64_t>(tokens->last);
        held[window.example] = true;
      }
    found.windows.push_back(window);
  }
  for (std::size_t i = 0; i < examples.size(); ++i)
    if (!examples[i].answers.empty() && !held[i]) found.not_held.push_back(i);
  return found;
}

/// The characters that a range of tokens covers.
[[nodiscard]] inline text::Span characters_of(std::span<const text::Span> offsets, TokenRange tokens) {
  return {offsets[tokens.first].begin, offsets[tokens.last].end};
}

/// The text of a span, without white space around it.
[[nodiscard]] inline std::string text_of(std::string_view context, text::Span span) {
  return std::string(trimmed(text::CodePointMap(context).slice(context, span)));
}

}  // namespace hpo::data

#pragma once
/// \file  From the logits of all windows to one answer per example.
/// Layer `train`, tier 2.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/zip.hpp>

#include <hpo/core/error.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/span_features.hpp>
#include <hpo/train/span_decoding.hpp>
#include <hpo/train/span_rows.hpp>

namespace hpo::train {

/// What the model answers to one example.
struct SpanAnswer {
  std::string text = {};            ///< a part of the context, without white space around it; empty: no answer
  std::int64_t begin = 0, end = 0;  ///< code points of the context
  double score = 0.0;               ///< start logit + end logit
  double null_score = 0.0;          ///< that of no answer
};

/// Collects the logits of every window and answers each example once all are there.
template <OffsetRows S>
class AnswerCollector {
 public:
  AnswerCollector(const WindowRows<S>& data, const SpanDecodingOptions& options)
      : data_(&data), options_(options), logits_(data.size()) {}

  /// Shapes   logits [B, T, 2], start first.
  void add(std::span<const std::size_t> rows, const at::Tensor& logits, const SpanBatch&) {
    require<ShapeError>(logits.dim() == 3 && logits.size(2) == 2, "train: expected 2 span logits a token, got ",
                        logits.size(-1));
    const at::Tensor sides = logits.to(at::kCPU, at::kFloat).permute({2, 0, 1}).contiguous();  // [B, T, 2] -> [2, B, T]
    const auto width = static_cast<std::size_t>(sides.size(2));
    const float* starts = sides.template data_ptr<float>();
    const float* ends = starts + rows.size() * width;
    for (const auto& [i, row] : ranges::views::enumerate(rows)) {
      const auto length = static_cast<std::size_t>(data_->lengths()[row]);
      Logits& own = logits_[row];
      own.start.assign(starts + i * width, starts + i * width + length);
      own.end.assign(ends + i * width, ends + i * width + length);
      for (const auto& [start, end] : ranges::views::zip(own.start, own.end))
        finite_ = finite_ && std::isfinite(start + end);
    }
  }

  [[nodiscard]] bool finite() const { return finite_; }

  /// One answer per example that has a window, with the example's number.
  [[nodiscard]] std::vector<std::pair<std::size_t, SpanAnswer>> answers() const {
    std::vector<std::vector<std::size_t>> windows_of(data_->examples().size());
    for (const auto& [row, window] : ranges::views::enumerate(data_->windows()))
      windows_of[window.example].push_back(row);
    std::vector<std::pair<std::size_t, SpanAnswer>> all;
    for (const auto& [example, rows] : ranges::views::enumerate(windows_of))
      if (!rows.empty()) all.emplace_back(example, answer(example, rows));
    return all;
  }

 private:
  struct Logits {
    std::vector<float> start, end;
  };

  [[nodiscard]] SpanAnswer answer(std::size_t example, std::span<const std::size_t> rows) const {
    const data::SpanExample& source = data_->examples()[example];
    const int context_sequence = source.question ? 1 : 0;
    std::vector<std::vector<std::uint8_t>> context;
    std::vector<SpanWindow> windows;
    for (const std::size_t row : rows) {
      auto& marks = context.emplace_back();
      for (const std::int8_t sequence : data_->store().sequence(data_->windows()[row].row))
        marks.push_back(sequence == context_sequence ? 1 : 0);
    }
    for (const auto& [row, marks] : ranges::views::zip(rows, context))
      windows.push_back({logits_[row].start, logits_[row].end, marks});
    const DecodedSpan decoded = decode_span(windows, options_);
    if (!decoded.answer) return {.null_score = decoded.null_score};
    const auto [window, first, last, score] = *decoded.answer;
    const auto offsets = data_->store().offsets(data_->windows()[rows[window]].row);
    const auto place = data::characters_of(offsets, {first, last});
    return {.text = data::text_of(source.context, place),
            .begin = place.begin,
            .end = place.end,
            .score = score,
            .null_score = decoded.null_score};
  }

  const WindowRows<S>* data_;
  SpanDecodingOptions options_;
  std::vector<Logits> logits_;
  bool finite_ = true;
};

}  // namespace hpo::train

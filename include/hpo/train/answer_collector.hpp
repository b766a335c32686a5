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
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto length = static_cast<std::size_t>(data_->lengths()[rows[i]]);
      Logits& own = logits_[rows[i]];
      own.start.assign(starts + i * width, starts + i * width + length);
      own.end.assign(ends + i * width, ends + i * width + length);
      for (std::size_t t = 0; t < length; ++t) finite_ = finite_ && std::isfinite(own.start[t] + own.end[t]);
    }
  }

  [[nodiscard]] bool finite() const { return finite_; }

  /// One answer per example that has a window, with the example's number.
  [[nodiscard]] std::vector<std::pair<std::size_t, SpanAnswer>> answers() const {
    std::vector<std::vector<std::size_t>> windows_of(data_->examples().size());
    for (std::size_t row = 0; row < data_->size(); ++row) windows_of[data_->windows()[row].example].push_back(row);
    std::vector<std::pair<std::size_t, SpanAnswer>> all;
    for (std::size_t example = 0; example < windows_of.size(); ++example)
      if (!windows_of[example].empty()) all.emplace_back(example, answer(example, windows_of[example]));
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
    for (std::size_t w = 0; w < rows.size(); ++w)
      windows.push_back({logits_[rows[w]].start, logits_[rows[w]].end, context[w]});
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

#pragma once
/// \file  Span extraction as fit() sees it: two cross entropies, and answers compared as text.
/// Layer `train`, tier 2.

#include <concepts>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/data/examples.hpp>
#include <hpo/nn/model/loss.hpp>
#include <hpo/train/answer_collector.hpp>
#include <hpo/train/answer_metrics.hpp>
#include <hpo/train/fit_result.hpp>
#include <hpo/train/span_decoding.hpp>
#include <hpo/train/span_rows.hpp>

namespace hpo::train {

/// Turns the tally of answers into the metric that counts and the others.
template <class F>
concept AnswerScore = requires(const F& score, const AnswerTally& tally) {
  { score(tally) } -> std::convertible_to<Scores>;
};

/// The mean of two cross entropies; answers are compared with the true ones as text. Logits that are not finite make
/// the metric NaN.
template <AnswerScore Score>
class SpanObjective {
 public:
  SpanObjective(const SpanDecodingOptions& options, Score score) : options_(options), score_(std::move(score)) {}

  [[nodiscard]] at::Tensor loss(const at::Tensor& logits, const SpanBatch& batch) const {
    return nn::span_loss(logits, batch.starts, batch.ends);
  }

  template <OffsetRows S>
  class Evaluator : public AnswerCollector<S> {
   public:
    Evaluator(const WindowRows<S>& data, const SpanDecodingOptions& options, const Score& score)
        : AnswerCollector<S>(data, options), examples_(data.examples()), score_(&score) {}

    [[nodiscard]] Scores scores() const {
      AnswerTally tally;
      for (const auto& [example, answer] : this->answers()) {
        std::vector<std::string> truths;
        if (!examples_[example].impossible)
          for (const auto& truth : examples_[example].answers) truths.push_back(truth.text);
        tally.add(answer.text, truths);
      }
      Scores scores = (*score_)(tally);
      if (!this->finite()) scores.metric = std::numeric_limits<double>::quiet_NaN();
      return scores;
    }

   private:
    std::span<const data::SpanExample> examples_;
    const Score* score_;
  };

  template <OffsetRows S>
  [[nodiscard]] Evaluator<S> evaluator(const WindowRows<S>& data) const {
    return {data, options_, score_};
  }

 private:
  SpanDecodingOptions options_;
  Score score_;
};

}  // namespace hpo::train

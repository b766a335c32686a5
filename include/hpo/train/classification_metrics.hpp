#pragma once
/// \file  Confusion matrix and the scores that follow from it.
/// Layer `train`, tier 0.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <hpo/core/error.hpp>

namespace hpo::train {

/// Scores of one class. A ratio whose denominator is zero is 0.
struct ClassScores {
  double precision = 0.0;
  double recall = 0.0;
  double f1 = 0.0;
  std::int64_t support = 0;  ///< rows that truly belong to the class
};

/// Counts of (true class, predicted class), from which every classification score follows.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(std::int64_t classes) : classes_(classes) {
    require<ConfigError>(classes >= 2, "metrics: expected 2 classes or more, got ", classes);
    counts_.resize(static_cast<std::size_t>(classes * classes));
  }

  /// Errors   DataError if a class is outside [0, classes).
  void add(std::int64_t truth, std::int64_t predicted) {
    require<DataError>(in_range(truth) && in_range(predicted), "metrics: expected classes below ", classes_, ", got ",
                       truth, " predicted as ", predicted);
    ++counts_[index(truth, predicted)];
    ++total_;
  }

  [[nodiscard]] std::int64_t classes() const { return classes_; }
  [[nodiscard]] std::int64_t total() const { return total_; }
  [[nodiscard]] std::int64_t count(std::int64_t truth, std::int64_t predicted) const {
    return counts_[index(truth, predicted)];
  }

  /// Fraction of rows predicted right; 0 without rows.
  [[nodiscard]] double accuracy() const {
    std::int64_t right = 0;
    for (std::int64_t c = 0; c < classes_; ++c) right += count(c, c);
    return ratio(right, total_);
  }

  [[nodiscard]] ClassScores of_class(std::int64_t c) const {
    const std::int64_t hits = count(c, c), truths = truths_of(c), predictions = predictions_of(c);
    return {ratio(hits, predictions), ratio(hits, truths), ratio(2 * hits, truths + predictions), truths};
  }

  /// Unweighted mean of the classes' F1. Classes that neither occur nor are predicted are left out, as scikit-learn
  /// does when it is not given the labels: otherwise a small validation set of many classes could never reach 1.
  [[nodiscard]] double macro_f1() const {
    double sum = 0.0;
    std::int64_t present = 0;
    for (std::int64_t c = 0; c < classes_; ++c) {
      if (truths_of(c) + predictions_of(c) == 0) continue;
      sum += of_class(c).f1;
      ++present;
    }
    return present == 0 ? 0.0 : sum / static_cast<double>(present);
  }

 private:
  static double ratio(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  }
  [[nodiscard]] bool in_range(std::int64_t c) const { return c >= 0 && c < classes_; }
  [[nodiscard]] std::size_t index(std::int64_t truth, std::int64_t predicted) const {
    return static_cast<std::size_t>(truth * classes_ + predicted);
  }
  [[nodiscard]] std::int64_t truths_of(std::int64_t c) const {
    std::int64_t sum = 0;
    for (std::int64_t other = 0; other < classes_; ++other) sum += count(c, other);
    return sum;
  }
  [[nodiscard]] std::int64_t predictions_of(std::int64_t c) const {
    std::int64_t sum = 0;
    for (std::int64_t other = 0; other < classes_; ++other) sum += count(other, c);
    return sum;
  }

  std::int64_t classes_;
  std::vector<std::int64_t> counts_;
  std::int64_t total_ = 0;
};

}  // namespace hpo::train

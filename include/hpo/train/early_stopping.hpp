#pragma once
/// \file  Which evaluation was the best, and when waiting for a better one is over.
/// Layer `train`, tier 0.

#include <cstdint>

namespace hpo::train {

/// Follows a metric. The best evaluation is the one with the best value, the earlier of equals; patience counts the
/// evaluations since the value last moved by more than `min_delta`, so that many tiny gains do not prolong a run.
/// A NaN is never an improvement.
class EarlyStopping {
 public:
  /// `patience` 0 never stops.
  EarlyStopping(bool minimize, std::int64_t patience, double min_delta)
      : sign_(minimize ? -1.0 : 1.0), patience_(patience), min_delta_(min_delta) {}

  /// Takes the value of the next evaluation. \return whether it is the best so far.
  bool improves(double metric) {
    ++seen_;
    const double value = sign_ * metric;
    if (!(value == value)) return false;
    if (reference_at_ == 0 || value > reference_ + min_delta_) {
      reference_ = value;
      reference_at_ = seen_;
    }
    if (best_at_ != 0 && value <= best_) return false;
    best_ = value;
    best_at_ = seen_;
    return true;
  }

  /// Number of the best evaluation, from 1; 0 if there is none.
  [[nodiscard]] std::int64_t best_evaluation() const { return best_at_; }
  [[nodiscard]] bool exhausted() const { return patience_ > 0 && seen_ - reference_at_ >= patience_; }

 private:
  double sign_;
  std::int64_t patience_;
  double min_delta_;
  std::int64_t seen_ = 0;
  double best_ = 0.0, reference_ = 0.0;
  std::int64_t best_at_ = 0, reference_at_ = 0;
};

}  // namespace hpo::train

#pragma once
/// \file  Pruning by comparison with the complete trials at the same step.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

#include <hpo/search/pruner.hpp>

namespace hpo::search {

struct PercentileOptions {
  double percentile = 50;           ///< 25 keeps the best quarter
  std::int64_t startup_trials = 5;  ///< complete trials before the first is pruned
  std::int64_t warmup_steps = 0;    ///< steps of a trial before it can be pruned
  std::int64_t interval_steps = 1;  ///< steps between two looks at a trial
  std::int64_t min_trials = 1;      ///< complete trials that must have reported the step
};

/// The p-th percentile with linear interpolation between ranks. `values` is not empty; it is reordered.
[[nodiscard]] inline double percentile(std::vector<double>& values, double p) {
  std::ranges::sort(values);
  const double place = p / 100 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

/// Prunes a trial whose best report so far is worse than the percentile of what complete trials reported at this step.
/// A trial that has reported nothing but NaN is pruned.
/// Source   Optuna, PercentilePruner.
class PercentilePruner {
 public:
  PercentilePruner() = default;
  explicit PercentilePruner(PercentileOptions options) : options_(options) {}

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    if (request.trial.intermediate.empty()) return false;
    const std::int64_t step = request.trial.intermediate.rbegin()->first;
    std::int64_t complete = 0, at_step = 0;
    std::vector<double> others;
    for (const auto& trial : request.history.trials()) {
      if (trial.state != TrialState::complete) continue;
      ++complete;
      const auto found = trial.intermediate.find(step);
      if (found == trial.intermediate.end()) continue;
      ++at_step;
      if (!std::isnan(found->second)) others.push_back(found->second);
    }
    if (complete == 0 || complete < options_.startup_trials || !is_time(request.trial, step)) return false;
    const auto best = best_report(request);
    if (!best) return true;
    if (others.empty() || at_step < options_.min_trials) return false;
    const bool minimize = request.direction == Direction::minimize;
    return request.better(percentile(others, minimize ? options_.percentile : 100 - options_.percentile), *best);
  }

 private:
  /// Past the warm-up, and the first report of its interval.
  [[nodiscard]] bool is_time(const FrozenTrial& trial, std::int64_t step) const {
    if (step < options_.warmup_steps) return false;
    const std::int64_t begin =
        (step - options_.warmup_steps) / options_.interval_steps * options_.interval_steps + options_.warmup_steps;
    const auto last = std::prev(trial.intermediate.end());
    return last == trial.intermediate.begin() || std::prev(last)->first < begin;
  }

  static std::optional<double> best_report(const PruneRequest& request) {
    std::optional<double> best;
    for (const auto& [step, value] : request.trial.intermediate)
      if (!std::isnan(value) && (!best || request.better(value, *best))) best = value;
    return best;
  }

  PercentileOptions options_;
};

static_assert(Pruner<PercentilePruner>);

/// The better half goes on: PercentilePruner at 50.
class MedianPruner : public PercentilePruner {
 public:
  explicit MedianPruner(std::int64_t startup_trials = 5, std::int64_t warmup_steps = 0)
      : PercentilePruner({.startup_trials = startup_trials, .warmup_steps = warmup_steps}) {}
};

static_assert(Pruner<MedianPruner>);

}  // namespace hpo::search

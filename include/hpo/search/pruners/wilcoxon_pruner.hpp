#pragma once
/// \file  Pruning of trials whose steps are folds, seeds or instances, by a test against the best trial's.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/pruners/signed_rank.hpp>

namespace hpo::search {

struct WilcoxonOptions {
  double p_threshold = 0.1;        ///< a trial is pruned if it is worse at this level; larger prunes more
  std::int64_t startup_steps = 2;  ///< steps in common with the best trial before it is tested; never fewer than 2
};

template <class Visitor>
void describe(Visitor& v, WilcoxonOptions& o) {
  v.field("p_threshold", o.p_threshold, "a trial is pruned if it is worse at this level", between(0.0, 1.0));
  v.field("startup_steps", o.startup_steps, "steps in common with the best trial before it is tested",
          at_least(std::int64_t{0}));
}

/// Compares the trial's reports with those of the best complete trial at the same steps, where a step is not a time but
/// names a fold, a seed or an instance, in any order. Prunes if a signed-rank test says that the trial is worse, and
/// its mean is worse too. A trial with a report that is not finite is let alone, and so is everybody if the best trial
/// has one.
///
/// The best trial is that with the best value; in a study of several objectives, where no value is that of the reports,
/// the one with the best mean of its reports. The test is repeated at each report, so that more than `p_threshold` of
/// equal trials are pruned in the end.
///
/// Errors   ConfigError if an option is out of range.
/// Source   Optuna's WilcoxonPruner.
class WilcoxonPruner {
 public:
  explicit WilcoxonPruner(WilcoxonOptions options = {}) : options_(options) {
    require<ConfigError>(options.p_threshold >= 0 && options.p_threshold <= 1,
                         "pruner.p_threshold: expected a number from 0 to 1, got ", options.p_threshold);
    require<ConfigError>(options.startup_steps >= 0, "pruner.startup_steps: expected 0 or more, got ",
                         options.startup_steps);
  }

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    const auto& curve = request.trial.intermediate;
    const FrozenTrial* best = best_trial(request);
    if (curve.empty() || best == nullptr || !usable(curve) || !usable(best->intermediate)) return false;
    std::vector<double> differences;
    for (const auto& [step, value] : curve)
      if (const auto theirs = best->intermediate.find(step); theirs != best->intermediate.end())
        differences.push_back(value - theirs->second);
    if (differences.size() < static_cast<std::size_t>(std::max<std::int64_t>(2, options_.startup_steps))) return false;
    const bool minimize = request.direction == Direction::minimize;
    const double p = signed_rank_test(differences, minimize ? Alternative::greater : Alternative::less);
    return p < options_.p_threshold && request.better(mean(best->intermediate), mean(curve));
  }

 private:
  using Curve = std::map<std::int64_t, double>;

  static bool usable(const Curve& curve) {
    return !curve.empty() &&
           std::ranges::all_of(curve, [](const auto& report) { return std::isfinite(report.second); });
  }

  static double mean(const Curve& curve) {
    if (curve.empty()) return std::numeric_limits<double>::quiet_NaN();
    const double sum = std::accumulate(curve.begin(), curve.end(), 0.0,
                                       [](double total, const auto& report) { return total + report.second; });
    return sum / static_cast<double>(curve.size());
  }

  /// The earliest of equals.
  [[nodiscard]] const FrozenTrial* best_trial(const PruneRequest& request) const {
    const History& history = request.history;
    if (identity_ != history.identity() || direction_ != request.direction) {
      identity_ = history.identity();
      direction_ = request.direction;
      seen_ = 0;
      best_ = nobody;
    }
    const auto worth = [](const FrozenTrial& trial) {
      return trial.values.size() == 1 ? trial.values.front() : mean(trial.intermediate);
    };
    for (; seen_ < history.finished().size(); ++seen_) {
      const std::size_t position = history.finished()[seen_];
      const auto& trial = history.trials()[position];
      if (trial.state != TrialState::complete || std::isnan(worth(trial))) continue;
      const bool wins = best_ == nobody || request.better(worth(trial), worth(history.trials()[best_])) ||
                        (worth(trial) == worth(history.trials()[best_]) && position < best_);
      if (wins) best_ = position;
    }
    return best_ == nobody ? nullptr : &history.trials()[best_];
  }

  static constexpr auto nobody = static_cast<std::size_t>(-1);

  WilcoxonOptions options_;
  mutable std::uint64_t identity_ = 0;  // mutable: these only save time
  mutable Direction direction_ = Direction::minimize;
  mutable std::size_t seen_ = 0, best_ = nobody;
};

static_assert(Pruner<WilcoxonPruner>);

}  // namespace hpo::search

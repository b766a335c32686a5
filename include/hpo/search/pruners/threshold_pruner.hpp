#pragma once
/// \file  Pruning by fixed bounds.
/// Layer `search`, tier 0.

#include <cmath>
#include <cstdint>
#include <limits>

#include <hpo/core/error.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/pruners/report_interval.hpp>

namespace hpo::search {

struct ThresholdOptions {
  double lower = -std::numeric_limits<double>::infinity();  ///< a report below it ends the trial
  double upper = std::numeric_limits<double>::infinity();   ///< a report above it ends the trial
  std::int64_t warmup_steps = 0;                            ///< steps of a trial before it can be pruned
  std::int64_t interval_steps = 1;                          ///< steps between two looks at a trial
};

/// Prunes a trial whose last report is outside the bounds, or NaN: one that diverges, or shows nothing by now.
///
/// Errors   ConfigError if neither bound is given, the lower is above the upper, one is NaN, or another option is out
///          of range.
/// Source   Optuna's ThresholdPruner.
class ThresholdPruner {
 public:
  explicit ThresholdPruner(ThresholdOptions options) : options_(options) {
    const auto& o = options_;
    require<ConfigError>(!std::isnan(o.lower), "pruner.lower: expected a number, got nan");
    require<ConfigError>(!std::isnan(o.upper), "pruner.upper: expected a number, got nan");
    require<ConfigError>(
        o.lower > -std::numeric_limits<double>::infinity() || o.upper < std::numeric_limits<double>::infinity(),
        "pruner.name: expected lower or upper with 'threshold', got neither");
    require<ConfigError>(o.lower <= o.upper, "pruner.lower: expected at most upper (", o.upper, "), got ", o.lower);
    require<ConfigError>(o.warmup_steps >= 0, "pruner.warmup_steps: expected 0 or more, got ", o.warmup_steps);
    require<ConfigError>(o.interval_steps >= 1, "pruner.interval_steps: expected 1 or more, got ", o.interval_steps);
  }

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    if (request.trial.intermediate.empty()) return false;
    if (!is_due(request.trial, options_.warmup_steps, options_.interval_steps)) return false;
    const double last = request.trial.intermediate.rbegin()->second;
    return !(last >= options_.lower && last <= options_.upper);  // so that NaN is outside
  }

 private:
  ThresholdOptions options_;
};

static_assert(Pruner<ThresholdPruner>);

}  // namespace hpo::search

#pragma once
/// \file  Pruning by fixed bounds.
/// Layer `search`, tier 0.

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/pruners/report_interval.hpp>

namespace hpo::search {

struct ThresholdOptions {
  std::optional<double> lower{};    ///< a report below it ends the trial
  std::optional<double> upper{};    ///< a report above it ends the trial
  std::int64_t warmup_steps = 0;    ///< steps of a trial before it can be pruned
  std::int64_t interval_steps = 1;  ///< steps between two looks at a trial
};

template <class Visitor>
void describe(Visitor& v, ThresholdOptions& o) {
  v.field("lower", o.lower, "a report below it ends the trial");
  v.field("upper", o.upper, "a report above it ends the trial");
  v.field("warmup_steps", o.warmup_steps, "steps of a trial before it can be pruned", at_least(std::int64_t{0}));
  v.field("interval_steps", o.interval_steps, "steps between two looks at a trial", at_least(std::int64_t{1}));
}

/// Prunes a trial whose last report is outside the bounds, or NaN: one that diverges, or shows nothing by now.
///
/// Errors   ConfigError if neither bound is given, the lower is above the upper, one is NaN, or another option is out
///          of range.
/// Source   Optuna's ThresholdPruner.
class ThresholdPruner {
 public:
  explicit ThresholdPruner(ThresholdOptions options)
      : options_(options), lower_(options.lower.value_or(-infinity)), upper_(options.upper.value_or(infinity)) {
    const auto& o = options_;
    require<ConfigError>(!std::isnan(lower_), "pruner.lower: expected a number, got nan");
    require<ConfigError>(!std::isnan(upper_), "pruner.upper: expected a number, got nan");
    require<ConfigError>(lower_ > -infinity || upper_ < infinity,
                         "pruner.name: expected lower or upper with 'threshold', got neither");
    require<ConfigError>(lower_ <= upper_, "pruner.lower: expected at most upper (", upper_, "), got ", lower_);
    require<ConfigError>(o.warmup_steps >= 0, "pruner.warmup_steps: expected 0 or more, got ", o.warmup_steps);
    require<ConfigError>(o.interval_steps >= 1, "pruner.interval_steps: expected 1 or more, got ", o.interval_steps);
  }

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    if (request.trial.intermediate.empty()) return false;
    if (!is_due(request.trial, options_.warmup_steps, options_.interval_steps)) return false;
    const double last = request.trial.intermediate.rbegin()->second;
    return !(last >= lower_ && last <= upper_);  // so that NaN is outside
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  ThresholdOptions options_;
  double lower_, upper_;
};

static_assert(Pruner<ThresholdPruner>);

}  // namespace hpo::search

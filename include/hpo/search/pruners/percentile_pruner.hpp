#pragma once
/// \file  Pruning by comparison with the finished trials at the same step.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/pruners/report_interval.hpp>
#include <hpo/search/sampling/intermediate_values.hpp>

namespace hpo::search {

struct PercentileOptions {
  double percentile = 50;           ///< 25 keeps the best quarter
  std::int64_t startup_trials = 5;  ///< finished trials that count before the first is pruned
  std::int64_t warmup_steps = 0;    ///< steps of a trial before it can be pruned
  std::int64_t interval_steps = 1;  ///< steps between two looks at a trial
  std::int64_t min_trials = 1;      ///< finished trials that must have reported the step
  bool count_pruned = true;         ///< pruned trials' curves count; false: complete trials only, as in Optuna
};

/// PercentileOptions at 50.
struct MedianOptions {
  std::int64_t startup_trials = PercentileOptions{}.startup_trials;
  std::int64_t warmup_steps = PercentileOptions{}.warmup_steps;
  std::int64_t interval_steps = PercentileOptions{}.interval_steps;
  std::int64_t min_trials = PercentileOptions{}.min_trials;
  bool count_pruned = PercentileOptions{}.count_pruned;
};

/// What the median and the percentile pruner have in common.
template <class Visitor, class Options>
void describe_comparison(Visitor& v, Options& o) {
  const auto any = at_least(std::int64_t{0}), some = at_least(std::int64_t{1});
  v.field("startup_trials", o.startup_trials, "finished trials before any is pruned", any);
  v.field("warmup_steps", o.warmup_steps, "steps of a trial before it can be pruned", any);
  v.field("interval_steps", o.interval_steps, "steps between two looks at a trial", some);
  v.field("min_trials", o.min_trials, "finished trials that must have reported the step", some);
  v.field("count_pruned", o.count_pruned, "pruned trials' curves count; false: complete trials only, as in Optuna");
}

template <class Visitor>
void describe(Visitor& v, MedianOptions& o) {
  describe_comparison(v, o);
}

template <class Visitor>
void describe(Visitor& v, PercentileOptions& o) {
  v.field("percentile", o.percentile, "25 keeps the best quarter", between(0.0, 100.0));
  describe_comparison(v, o);
}

/// The p-th percentile of ascending values, at least one, with linear interpolation between ranks. NaN between -inf and
/// inf.
[[nodiscard]] inline double percentile(std::span<const double> sorted, double p) {
  const double place = static_cast<double>(sorted.size() - 1) * (p / 100);
  const auto below = static_cast<std::size_t>(place);
  const double a = sorted[below], b = sorted[std::min(below + 1, sorted.size() - 1)];
  const double t = place - static_cast<double>(below);
  if (t == 0 || a == b) return a;
  if (std::isinf(a) || std::isinf(b)) return a + b;
  return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

/// Prunes a trial whose best report so far is worse than the percentile of what finished trials reported at this step.
/// A trial that has reported nothing but NaN is pruned.
///
/// A pruned trial's report is as true as a complete one's: without it, a trial would be compared with survivors only,
/// and the more was pruned, the harder it would be to stay. So it counts, unless `count_pruned` is false. A failed
/// trial's reports never count: what made it fail may have spoilt them.
///
/// Errors   ConfigError if an option is out of range.
/// Source   Optuna's PercentilePruner, whose decisions are those with `count_pruned = false`. (Where a complete trial
///          reported an infinity, numpy's percentile is NaN and nobody is pruned; here infinities have their rank.)
class PercentilePruner {
 public:
  PercentilePruner() = default;
  explicit PercentilePruner(PercentileOptions options) : options_(options) {
    const auto& o = options_;
    require<ConfigError>(o.percentile >= 0 && o.percentile <= 100,
                         "pruner.percentile: expected a number from 0 to 100, got ", o.percentile);
    require<ConfigError>(o.startup_trials >= 0, "pruner.startup_trials: expected 0 or more, got ", o.startup_trials);
    require<ConfigError>(o.warmup_steps >= 0, "pruner.warmup_steps: expected 0 or more, got ", o.warmup_steps);
    require<ConfigError>(o.interval_steps >= 1, "pruner.interval_steps: expected 1 or more, got ", o.interval_steps);
    require<ConfigError>(o.min_trials >= 1, "pruner.min_trials: expected 1 or more, got ", o.min_trials);
  }

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    if (request.trial.intermediate.empty()) return false;
    const std::int64_t step = request.trial.intermediate.rbegin()->first;
    columns_.update(request.history, [&](const FrozenTrial& trial, const auto& add) {
      if (!counts(trial)) return false;
      for (const auto& [at, value] : trial.intermediate) add(at, value);
      return true;
    });
    if (columns_.counted() == 0 || columns_.counted() < static_cast<std::size_t>(options_.startup_trials)) return false;
    if (!is_due(request.trial, options_.warmup_steps, options_.interval_steps)) return false;
    const auto best = best_report(request);
    if (!best) return true;
    const auto& others = columns_.at(step);
    if (others.sorted.empty() || others.present < static_cast<std::size_t>(options_.min_trials)) return false;
    const bool minimize = request.direction == Direction::minimize;
    const double bound = percentile(others.sorted, minimize ? options_.percentile : 100 - options_.percentile);
    return request.better(bound, *best);
  }

 private:
  [[nodiscard]] bool counts(const FrozenTrial& trial) const {
    return trial.state == TrialState::complete || (options_.count_pruned && trial.state == TrialState::pruned);
  }

  static std::optional<double> best_report(const PruneRequest& request) {
    std::optional<double> best;
    for (const auto& [step, value] : request.trial.intermediate)
      if (!std::isnan(value) && (!best || request.better(value, *best))) best = value;
    return best;
  }

  PercentileOptions options_;
  mutable IntermediateValues columns_;  // mutable: it only saves time
};

static_assert(Pruner<PercentilePruner>);

/// The better half goes on: PercentilePruner at 50.
class MedianPruner : public PercentilePruner {
 public:
  explicit MedianPruner(MedianOptions options = {})
      : PercentilePruner({.percentile = 50,
                          .startup_trials = options.startup_trials,
                          .warmup_steps = options.warmup_steps,
                          .interval_steps = options.interval_steps,
                          .min_trials = options.min_trials,
                          .count_pruned = options.count_pruned}) {}
};

static_assert(Pruner<MedianPruner>);

}  // namespace hpo::search

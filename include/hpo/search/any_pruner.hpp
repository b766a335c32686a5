#pragma once
/// \file  A pruner that options name at run time.
/// Layer `search`, tier 0.

#include <concepts>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/asha_pruner.hpp>
#include <hpo/search/percentile_pruner.hpp>
#include <hpo/search/pruner.hpp>

namespace hpo::search {

struct PrunerOptions {
  std::string name = "none";
  std::int64_t startup_trials = PercentileOptions{}.startup_trials;
  std::int64_t warmup_steps = PercentileOptions{}.warmup_steps;
  std::int64_t interval_steps = PercentileOptions{}.interval_steps;
  std::int64_t min_trials = PercentileOptions{}.min_trials;
  double percentile = PercentileOptions{}.percentile;
  std::int64_t min_resource = AshaOptions{}.min_resource;
  std::int64_t reduction_factor = AshaOptions{}.reduction_factor;
  std::int64_t min_early_stopping_rate = AshaOptions{}.min_early_stopping_rate;
  std::int64_t bootstrap_count = AshaOptions{}.bootstrap_count;
};

template <class Visitor>
void describe(Visitor& v, PrunerOptions& o) {
  const auto any = at_least(std::int64_t{0}), some = at_least(std::int64_t{1});
  v.field("name", o.name, "which running trials are stopped early", one_of({"none", "median", "percentile", "asha"}));
  v.field("startup_trials", o.startup_trials, "median, percentile: complete trials before any is pruned", any);
  v.field("warmup_steps", o.warmup_steps, "median, percentile: steps of a trial before it can be pruned", any);
  v.field("interval_steps", o.interval_steps, "median, percentile: steps between two looks at a trial", some);
  v.field("min_trials", o.min_trials, "median, percentile: complete trials that must have reported the step", some);
  v.field("percentile", o.percentile, "percentile: 25 keeps the best quarter", between(0.0, 100.0));
  v.field("min_resource", o.min_resource, "asha: step of the first rung; 0 for a hundredth of the longest trial", any);
  v.field("reduction_factor", o.reduction_factor, "asha: one trial in so many reaches the next rung",
          at_least(std::int64_t{2}));
  v.field("min_early_stopping_rate", o.min_early_stopping_rate, "asha: rungs left out at the beginning", any);
  v.field("bootstrap_count", o.bootstrap_count, "asha: trials that must be in a rung before any goes on", any);
}

/// One of the pruners; a Pruner itself.
class AnyPruner {
 public:
  AnyPruner() = default;
  template <class One>
  requires(!std::same_as<One, AnyPruner> && Pruner<One>) explicit(false) AnyPruner(One pruner)
      : kind_(std::move(pruner)) {}

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    return std::visit([&](const auto& pruner) { return pruner.prune(request); }, kind_);
  }

 private:
  std::variant<NopPruner, PercentilePruner, AshaPruner> kind_;
};

static_assert(Pruner<AnyPruner>);

/// Errors   ConfigError if no pruner has that name.
[[nodiscard]] inline AnyPruner make_pruner(const PrunerOptions& options) {
  if (options.name == "none") return NopPruner{};
  if (options.name == "asha")
    return AshaPruner({.min_resource = options.min_resource,
                       .reduction_factor = options.reduction_factor,
                       .min_early_stopping_rate = options.min_early_stopping_rate,
                       .bootstrap_count = options.bootstrap_count});
  const auto expected = one_of({"none", "median", "percentile", "asha"}).check(options.name);
  require<ConfigError>(expected.empty(), "pruner.name: expected ", expected, ", got '", options.name, "'");
  return PercentilePruner({.percentile = options.name == "median" ? 50.0 : options.percentile,
                           .startup_trials = options.startup_trials,
                           .warmup_steps = options.warmup_steps,
                           .interval_steps = options.interval_steps,
                           .min_trials = options.min_trials});
}

}  // namespace hpo::search

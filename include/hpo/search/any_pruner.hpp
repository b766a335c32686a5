#pragma once
/// \file  A pruner that options name at run time.
/// Layer `search`, tier 0.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/pruners/asha_pruner.hpp>
#include <hpo/search/pruners/hyperband_pruner.hpp>
#include <hpo/search/pruners/patient_pruner.hpp>
#include <hpo/search/pruners/percentile_pruner.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/pruners/threshold_pruner.hpp>
#include <hpo/search/pruners/wilcoxon_pruner.hpp>

namespace hpo::search {

struct PrunerOptions {
  std::string name = "none";
  std::int64_t patience = 0;
  double min_delta = PatientOptions{}.min_delta;
  std::int64_t startup_trials = PercentileOptions{}.startup_trials;
  std::int64_t warmup_steps = PercentileOptions{}.warmup_steps;
  std::int64_t interval_steps = PercentileOptions{}.interval_steps;
  std::int64_t min_trials = PercentileOptions{}.min_trials;
  double percentile = PercentileOptions{}.percentile;
  bool count_pruned = PercentileOptions{}.count_pruned;
  std::int64_t min_resource = AshaOptions{}.min_resource;
  std::int64_t max_resource = HyperbandOptions{}.max_resource;
  std::optional<std::int64_t> reduction_factor = {};
  std::int64_t min_early_stopping_rate = AshaOptions{}.min_early_stopping_rate;
  std::int64_t bootstrap_count = AshaOptions{}.bootstrap_count;
  std::optional<double> lower = {};
  std::optional<double> upper = {};
  double p_threshold = WilcoxonOptions{}.p_threshold;
  std::int64_t startup_steps = WilcoxonOptions{}.startup_steps;
};

/// What `PrunerOptions::name` may be.
[[nodiscard]] inline OneOf pruner_names() {
  return one_of({"none", "median", "percentile", "asha", "hyperband", "threshold", "wilcoxon"});
}

template <class Visitor>
void describe(Visitor& v, PrunerOptions& o) {
  const auto any = at_least(std::int64_t{0}), some = at_least(std::int64_t{1});
  v.field("name", o.name, "which running trials are stopped early", pruner_names());
  v.field("patience", o.patience,
          "reports in a row worse than the best before that a trial may have before it is judged; 0: always judged",
          any);
  v.field("min_delta", o.min_delta, "patience: by how much a report must be worse to count", at_least(0.0));
  v.field("startup_trials", o.startup_trials, "median, percentile: finished trials before any is pruned", any);
  v.field("warmup_steps", o.warmup_steps, "median, percentile, threshold: steps of a trial before it can be pruned",
          any);
  v.field("interval_steps", o.interval_steps, "median, percentile, threshold: steps between two looks at a trial",
          some);
  v.field("min_trials", o.min_trials, "median, percentile: finished trials that must have reported the step", some);
  v.field("percentile", o.percentile, "percentile: 25 keeps the best quarter", between(0.0, 100.0));
  v.field("count_pruned", o.count_pruned,
          "median, percentile: pruned trials' curves count; false: complete trials only, as in Optuna");
  v.field("min_resource", o.min_resource,
          "asha, hyperband: step of the first rung; 0, asha only: a hundredth of the first complete trial", any);
  v.field("max_resource", o.max_resource,
          "hyperband: steps of a whole trial; 0: as many as the first complete trial has", any);
  v.field("reduction_factor", o.reduction_factor,
          "asha, hyperband: one trial in so many reaches the next rung; 4 for asha, 3 for hyperband",
          at_least(std::int64_t{2}));
  v.field("min_early_stopping_rate", o.min_early_stopping_rate, "asha: rungs left out at the beginning", any);
  v.field("bootstrap_count", o.bootstrap_count, "asha, hyperband: trials that must be in a rung before any goes on",
          any);
  v.field("lower", o.lower, "threshold: a report below it ends the trial");
  v.field("upper", o.upper, "threshold: a report above it ends the trial");
  v.field("p_threshold", o.p_threshold, "wilcoxon: a trial is pruned if it is worse at this level", between(0.0, 1.0));
  v.field("startup_steps", o.startup_steps, "wilcoxon: steps in common with the best trial before it is tested", any);
}

/// One of the pruners, with patience or without; a Pruner itself.
class AnyPruner {
  using Kind = std::variant<NopPruner, PercentilePruner, AshaPruner, HyperbandPruner, ThresholdPruner, WilcoxonPruner,
                            AlwaysPruner>;

 public:
  AnyPruner() = default;
  template <class One>
    requires(!std::same_as<One, AnyPruner> && Pruner<One> && std::constructible_from<Kind, One>)
  explicit(false) AnyPruner(One pruner) : kind_(std::move(pruner)) {}

  /// Judges only when patience is exhausted, as PatientPruner does.
  AnyPruner(AnyPruner inner, Patience patience) : kind_(std::move(inner.kind_)), patience_(patience) {
    require<ConfigError>(!inner.patience_, "AnyPruner: expected a pruner without patience, got one that has it");
  }

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    const auto ask = [&](const PruneRequest& question) {
      return std::visit([&](const auto& pruner) { return pruner.prune(question); }, kind_);
    };
    return patience_ ? patience_->exhausted(request) && ask(patience_->inner(request)) : ask(request);
  }

 private:
  Kind kind_;
  std::optional<Patience> patience_;
};

static_assert(Pruner<AnyPruner>);

/// Of Hyperband's brackets, if that is the pruner: a sampler may learn from the trials of one bracket.
[[nodiscard]] inline std::optional<HyperbandOptions> hyperband_options(const PrunerOptions& o) {
  if (o.name != "hyperband") return std::nullopt;
  return HyperbandOptions{.min_resource = o.min_resource,
                          .max_resource = o.max_resource,
                          .reduction_factor = o.reduction_factor.value_or(HyperbandOptions{}.reduction_factor),
                          .bootstrap_count = o.bootstrap_count};
}

namespace detail {

[[nodiscard]] inline AnyPruner impatient_pruner(const PrunerOptions& o) {
  if (o.name == "none") return NopPruner{};
  if (o.name == "median" || o.name == "percentile")
    return PercentilePruner({.percentile = o.name == "median" ? 50.0 : o.percentile,
                             .startup_trials = o.startup_trials,
                             .warmup_steps = o.warmup_steps,
                             .interval_steps = o.interval_steps,
                             .min_trials = o.min_trials,
                             .count_pruned = o.count_pruned});
  if (o.name == "asha")
    return AshaPruner({.min_resource = o.min_resource,
                       .reduction_factor = o.reduction_factor.value_or(AshaOptions{}.reduction_factor),
                       .min_early_stopping_rate = o.min_early_stopping_rate,
                       .bootstrap_count = o.bootstrap_count});
  if (const auto hyperband = hyperband_options(o)) return HyperbandPruner(*hyperband);
  if (o.name == "threshold")
    return ThresholdPruner({.lower = o.lower.value_or(ThresholdOptions{}.lower),
                            .upper = o.upper.value_or(ThresholdOptions{}.upper),
                            .warmup_steps = o.warmup_steps,
                            .interval_steps = o.interval_steps});
  if (o.name == "wilcoxon") return WilcoxonPruner({.p_threshold = o.p_threshold, .startup_steps = o.startup_steps});
  fail<ConfigError>("pruner.name: expected ", pruner_names().check(o.name), ", got '", o.name, "'");
}

}  // namespace detail

/// The pruner that is named, wrapped in patience if that is 1 or more. `none` with patience prunes whatever is past its
/// best.
///
/// Errors   ConfigError if no pruner has that name, or an option is nothing for the one that has.
[[nodiscard]] inline AnyPruner make_pruner(const PrunerOptions& options) {
  auto pruner = detail::impatient_pruner(options);
  if (options.patience == 0) return pruner;
  if (options.name == "none") pruner = AlwaysPruner{};
  return {std::move(pruner), Patience({.patience = options.patience, .min_delta = options.min_delta})};
}

}  // namespace hpo::search

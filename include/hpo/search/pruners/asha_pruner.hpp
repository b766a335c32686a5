#pragma once
/// \file  Asynchronous successive halving: rungs at growing steps, the best part of those who reach one goes on.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/sampling/intermediate_values.hpp>
#include <hpo/search/sampling/trial_length.hpp>

namespace hpo::search {

struct AshaOptions {
  std::int64_t min_resource = 1;             ///< step of the first rung; 0: a hundredth of the first complete trial
  std::int64_t reduction_factor = 4;         ///< one in so many goes on, and the next rung is so many times farther
  std::int64_t min_early_stopping_rate = 0;  ///< rungs to leave out at the beginning
  std::int64_t bootstrap_count = 0;          ///< trials that must be in a rung before any leaves it upwards
};

template <class Visitor>
void describe(Visitor& v, AshaOptions& o) {
  const auto any = at_least(std::int64_t{0});
  v.field("min_resource", o.min_resource, "step of the first rung; 0: a hundredth of the first complete trial", any);
  v.field("reduction_factor", o.reduction_factor, "one trial in so many reaches the next rung",
          at_least(std::int64_t{2}));
  v.field("min_early_stopping_rate", o.min_early_stopping_rate, "rungs left out at the beginning", any);
  v.field("bootstrap_count", o.bootstrap_count, "trials that must be in a rung before any goes on", any);
}

/// A trial enters rung k with its first report at or beyond step min_resource * reduction_factor^(rate + k), whatever
/// becomes of it: pruned and failed trials' curves compete as well. It goes on if its value is among the best
/// 1/reduction_factor of the rung (or the best, while the rung is small).
///
/// Rungs are read from the curves, so that trials compete that were never judged here: run by another program, or
/// reported without asking. Optuna keeps what it has judged as attributes of the trial instead. Where each report is
/// judged and none reaches two rungs at once, the decisions are equal. They may differ where
///   - a report reaches two rungs and is pruned at the first: it still competes in the second here;
///   - `min_resource` is learned: curves from before it was known compete here, and nobody is judged at a rung that
///   lies
///     behind;
///   - a trial is judged late, as with patience: it is compared by what it had at the rung, as the others are, where
///     Optuna compares what it has by then with what others had earlier.
///
/// Errors   ConfigError if an option is out of range.
/// Source   Li et al., MLSys 2020; the rule is that of Optuna's SuccessiveHalvingPruner.
class AshaPruner {
 public:
  AshaPruner() = default;
  explicit AshaPruner(AshaOptions options) : options_(options) {
    const auto& o = options_;
    require<ConfigError>(o.min_resource >= 0, "pruner.min_resource: expected 0 or more, got ", o.min_resource);
    require<ConfigError>(o.reduction_factor >= 2, "pruner.reduction_factor: expected 2 or more, got ",
                         o.reduction_factor);
    require<ConfigError>(o.min_early_stopping_rate >= 0, "pruner.min_early_stopping_rate: expected 0 or more, got ",
                         o.min_early_stopping_rate);
    require<ConfigError>(o.bootstrap_count >= 0, "pruner.bootstrap_count: expected 0 or more, got ", o.bootstrap_count);
  }

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    return prune(request, [](const FrozenTrial&) { return true; });
  }

  /// Among the trials for which `competes(trial)` holds: the same ones in every call.
  template <std::predicate<const FrozenTrial&> Competes>
  [[nodiscard]] bool prune(const PruneRequest& request, const Competes& competes) const {
    if (request.trial.intermediate.empty()) return false;
    const std::int64_t step = request.trial.intermediate.rbegin()->first;
    const auto first = first_rung(request.history);
    if (first) enter_finished(request.history, *first, competes);
    for (auto rung = first; rung && *rung <= step; rung = next_rung(*rung)) {
      if (request.judged && *rung <= *request.judged) continue;  // it was let through before
      if (leaves(request, *rung, competes)) return true;
    }
    return false;
  }

 private:
  /// Nothing if it is beyond all steps.
  [[nodiscard]] std::optional<std::int64_t> next_rung(std::int64_t rung) const {
    if (rung > std::numeric_limits<std::int64_t>::max() / options_.reduction_factor) return std::nullopt;
    return rung * options_.reduction_factor;
  }

  [[nodiscard]] std::optional<std::int64_t> first_rung(const History& history) const {
    std::optional<std::int64_t> rung = options_.min_resource;
    if (options_.min_resource == 0) {
      rung = length_(history);
      if (rung) rung = std::max<std::int64_t>(*rung / 100, 1);
    }
    for (std::int64_t i = 0; rung && i < options_.min_early_stopping_rate; ++i) rung = next_rung(*rung);
    return rung;
  }

  /// Brings the columns up to date: one for each rung.
  template <class Competes>
  void enter_finished(const History& history, std::int64_t first, const Competes& competes) const {
    if (first != entered_from_) columns_.clear();
    entered_from_ = first;
    columns_.update(history, [&](const FrozenTrial& trial, const auto& add) {
      if (trial.intermediate.empty() || !competes(trial)) return false;
      const std::int64_t last = trial.intermediate.rbegin()->first;
      for (auto rung = std::optional(first); rung && *rung <= last; rung = next_rung(*rung))
        add(*rung, trial.intermediate.lower_bound(*rung)->second);
      return true;
    });
  }

  /// Whether the trial, which is in the rung, ends there.
  template <class Competes>
  [[nodiscard]] bool leaves(const PruneRequest& request, std::int64_t rung, const Competes& competes) const {
    const double value = request.trial.intermediate.lower_bound(rung)->second;
    if (std::isnan(value)) return true;
    const auto entry = [&](const FrozenTrial& trial) -> std::optional<double> {
      const auto first = trial.intermediate.lower_bound(rung);
      if (first == trial.intermediate.end() || !competes(trial)) return std::nullopt;
      return first->second;
    };
    const auto& finished = columns_.at(rung).sorted;
    std::size_t competing = 1 + finished.size(), better = count_better(finished, value, request.direction);
    for (const std::size_t position : request.history.unfinished()) {
      const auto& other = request.history.trials()[position];
      const auto theirs = other.id == request.trial.id ? std::nullopt : entry(other);
      if (!theirs || std::isnan(*theirs)) continue;
      ++competing;
      if (request.better(*theirs, value)) ++better;
    }
    if (competing <= static_cast<std::size_t>(options_.bootstrap_count)) return true;
    const std::size_t promoted =
        std::max<std::size_t>(competing / static_cast<std::size_t>(options_.reduction_factor), 1);
    return better >= promoted;
  }

  AshaOptions options_;
  mutable IntermediateValues columns_;  // mutable: these only save time
  mutable TrialLength length_;
  mutable std::int64_t entered_from_ = 0;  // the first rung of the columns
};

static_assert(Pruner<AshaPruner>);

}  // namespace hpo::search

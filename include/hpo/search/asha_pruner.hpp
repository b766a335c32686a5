#pragma once
/// \file  Asynchronous successive halving: rungs at growing steps, the best part of those who reach one goes on.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <hpo/search/pruner.hpp>

namespace hpo::search {

struct AshaOptions {
  std::int64_t min_resource = 1;             ///< step of the first rung; 0: a hundredth of the longest complete trial
  std::int64_t reduction_factor = 4;         ///< one in so many goes on, and the next rung is so many times farther
  std::int64_t min_early_stopping_rate = 0;  ///< rungs to leave out at the beginning
  std::int64_t bootstrap_count = 0;          ///< trials that must be in a rung before any leaves it upwards
};

/// A trial enters rung k with its first report at or beyond step min_resource * reduction_factor^(rate + k), whatever
/// becomes of it: pruned and failed trials' curves compete as well. It goes on if its value is among the best
/// 1/reduction_factor of the rung (or the best, while the rung is small).
/// Source   Li et al., MLSys 2020; the rule is that of Optuna's SuccessiveHalvingPruner, with rungs read from the
/// curves.
class AshaPruner {
 public:
  AshaPruner() = default;
  explicit AshaPruner(AshaOptions options) : options_(options) {}

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    const auto first = first_rung(request.history);
    if (!first || request.trial.intermediate.empty()) return false;
    const std::int64_t step = request.trial.intermediate.rbegin()->first;
    const double value = request.trial.intermediate.rbegin()->second;
    for (std::int64_t rung = *first; rung <= step && rung != out_of_reach; rung = next_rung(rung)) {
      if (request.judged && rung <= *request.judged) continue;  // it was let through before
      if (leaves(request, rung, value)) return true;
    }
    return false;
  }

 private:
  static constexpr std::int64_t out_of_reach = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] std::int64_t next_rung(std::int64_t rung) const {
    return rung > out_of_reach / options_.reduction_factor ? out_of_reach : rung * options_.reduction_factor;
  }

  [[nodiscard]] std::optional<std::int64_t> first_rung(const History& history) const {
    std::int64_t rung = options_.min_resource;
    if (rung == 0) {
      std::optional<std::int64_t> longest;
      for (const auto& trial : history.trials())
        if (trial.state == TrialState::complete && !trial.intermediate.empty())
          longest = std::max(longest.value_or(0), trial.intermediate.rbegin()->first);
      if (!longest) return std::nullopt;
      rung = std::max<std::int64_t>(*longest / 100, 1);
    }
    for (std::int64_t i = 0; i < options_.min_early_stopping_rate; ++i) rung = next_rung(rung);
    return rung;
  }

  /// Whether a trial that enters the rung with this value ends there.
  [[nodiscard]] bool leaves(const PruneRequest& request, std::int64_t rung, double value) const {
    if (std::isnan(value)) return true;
    std::size_t competing = 1, better = 0;
    for (const auto& other : request.history.trials()) {
      if (other.id == request.trial.id) continue;
      const auto entry = other.intermediate.lower_bound(rung);
      if (entry == other.intermediate.end() || std::isnan(entry->second)) continue;
      ++competing;
      if (request.better(entry->second, value)) ++better;
    }
    if (competing <= static_cast<std::size_t>(options_.bootstrap_count)) return true;
    const std::size_t promoted =
        std::max<std::size_t>(competing / static_cast<std::size_t>(options_.reduction_factor), 1);
    return better >= promoted;
  }

  AshaOptions options_;
};

static_assert(Pruner<AshaPruner>);

}  // namespace hpo::search

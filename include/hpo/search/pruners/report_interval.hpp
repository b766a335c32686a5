#pragma once
/// \file  Which reports of a trial a pruner looks at: those past a warm-up, one in each interval of steps.
/// Layer `search`, tier 0.

#include <cstdint>
#include <iterator>

#include <hpo/search/sampling/sampler.hpp>

namespace hpo::search {

/// Whether the last report of the trial, which has one, is past the warm-up and the first of its interval. Intervals
/// begin at `warmup_steps` and every `interval_steps` after it.
[[nodiscard]] inline bool is_due(const FrozenTrial& trial, std::int64_t warmup_steps, std::int64_t interval_steps) {
  const auto last = std::prev(trial.intermediate.end());
  if (last->first < warmup_steps) return false;
  const std::int64_t begin = (last->first - warmup_steps) / interval_steps * interval_steps + warmup_steps;
  return last == trial.intermediate.begin() || std::prev(last)->first < begin;
}

}  // namespace hpo::search

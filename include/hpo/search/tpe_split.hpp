#pragma once
/// \file  Which trials of a study are good: TPE's split, free of any randomness.
/// Layer `search`, tier 0.
/// Source   Optuna 5, TPESampler: default_gamma, default_weights, _split_trials.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// How many of n finished trials count as good: a tenth, rounded up, at most 25.
[[nodiscard]] inline std::size_t tpe_gamma(std::size_t n) {
  return std::min<std::size_t>((n + 9) / 10, 25);
}

/// Weights of n observations in the order of their trials, then of the prior: the newest 25 count fully, the older
/// ones fade linearly down to 1/n.
[[nodiscard]] inline std::vector<double> tpe_weights(std::size_t n, double prior_weight) {
  constexpr std::size_t full = 25;
  std::vector<double> weights(n + 1, 1.0);
  if (n >= full) {
    const std::size_t ramp = n - full;
    const double first = 1.0 / static_cast<double>(n);
    for (std::size_t i = 0; i < ramp; ++i)
      weights[i] = ramp == 1 ? first : first + (1 - first) * static_cast<double>(i) / static_cast<double>(ramp - 1);
  }
  weights[n] = prior_weight;
  return weights;
}

/// What the split looks at. Smaller is better.
struct Rank {
  bool pruned = false;
  std::int64_t last_step = std::numeric_limits<std::int64_t>::min();  ///< of a pruned trial; the minimum if it has none
  double value = std::numeric_limits<double>::infinity();  ///< sign turned for maximisation, NaN as +infinity

  /// Nothing if the trial has no result: failed, unfinished, or complete with NaN.
  [[nodiscard]] static std::optional<Rank> of(const storage::FrozenTrial& trial, storage::Direction direction) {
    const double sign = direction == storage::Direction::minimize ? 1 : -1;
    if (trial.state == storage::TrialState::complete) {
      if (trial.values.empty() || std::isnan(trial.values[0])) return std::nullopt;
      return Rank{.value = sign * trial.values[0]};
    }
    if (trial.state != storage::TrialState::pruned) return std::nullopt;
    Rank rank{.pruned = true};
    if (trial.intermediate.empty()) return rank;
    const auto& [step, value] = *trial.intermediate.rbegin();
    rank.last_step = step;
    if (!std::isnan(value)) rank.value = sign * value;
    return rank;
  }

  /// Complete before pruned; complete ones by value; pruned ones by how far they came, then by value.
  friend bool operator<(const Rank& a, const Rank& b) {
    if (a.pruned != b.pruned) return b.pruned;
    if (a.last_step != b.last_step) return a.last_step > b.last_step;
    return a.value < b.value;
  }
};

/// The `count` best of the ranks (earlier first among equals), as ascending indices.
[[nodiscard]] inline std::vector<std::size_t> best_ranks(std::span<const Rank> ranks, std::size_t count) {
  std::vector<std::size_t> order(ranks.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  count = std::min(count, order.size());
  const auto better = [&](std::size_t a, std::size_t b) {
    if (ranks[a] < ranks[b]) return true;
    return !(ranks[b] < ranks[a]) && a < b;
  };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), better);
  order.resize(count);
  std::ranges::sort(order);
  return order;
}

}  // namespace hpo::search

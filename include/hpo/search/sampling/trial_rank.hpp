#pragma once
/// \file  Which trials of a study are good: the order of trials that TPE, CMA-ES and the Gaussian process learn from.
/// Layer `search`, tier 0.
/// Source   Optuna 5, TPESampler: _split_trials.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/pareto/hypervolume.hpp>
#include <hpo/search/pareto/nondominated_sort.hpp>
#include <hpo/search/pareto/reference_point.hpp>
#include <hpo/search/pareto/signed_values.hpp>
#include <hpo/storage/trial.hpp>
#include <hpo/storage/violation.hpp>

namespace hpo::search {

/// What a trial is compared by. Smaller is better.
struct Rank {
  double violation = 0;  ///< of the constraints
  bool pruned = false;
  std::int64_t last_step = std::numeric_limits<std::int64_t>::min();  ///< of a pruned trial; the minimum if it has none
  double value = std::numeric_limits<double>::infinity();  ///< sign turned for maximization, NaN as +infinity
  std::vector<double> losses{};                            ///< of a complete trial, if there are several objectives

  /// Nothing if the trial has no result: failed, unfinished, complete with NaN, or in a study without objectives.
  /// Errors   StorageError if a constraint is no number.
  [[nodiscard]] static std::optional<Rank> of(const storage::FrozenTrial& trial,
                                              std::span<const storage::Direction> directions) {
    const bool complete = trial.state == storage::TrialState::complete;
    if ((!complete && trial.state != storage::TrialState::pruned) || directions.empty()) return std::nullopt;
    Rank rank{.violation = storage::violation(trial).value_or(0), .pruned = !complete};
    if (complete) {
      auto all = search::signed_values(trial, directions);
      if (!all) return std::nullopt;
      rank.value = all->front();
      if (all->size() > 1) rank.losses = *std::move(all);
      return rank;
    }
    if (trial.intermediate.empty()) return rank;
    const auto& [step, value] = *trial.intermediate.rbegin();
    rank.last_step = step;
    if (!std::isnan(value)) rank.value = directions.front() == storage::Direction::minimize ? value : -value;
    return rank;
  }

  /// What keeps the constraints before what does not, that by how far it is off; complete before pruned; complete ones
  /// by value, pruned ones by how far they came, then by value.
  friend bool operator<(const Rank& a, const Rank& b) {
    if (a.violation > 0 || b.violation > 0) return a.violation < b.violation;
    if (a.pruned != b.pruned) return b.pruned;
    if (a.last_step != b.last_step) return a.last_step > b.last_step;
    return a.value < b.value;
  }
};

namespace detail {

/// Of points of several losses: front after front, and of the one that does not fit those that leave the most room.
[[nodiscard]] inline std::vector<std::size_t> best_points(std::span<const std::vector<double>> points,
                                                          std::size_t count) {
  const auto ranks = nondominated_ranks(points);
  std::vector<std::size_t> sizes(points.size() + 1);
  for (const auto rank : ranks) ++sizes[rank];
  std::size_t last = 0, fitting = 0;
  while (fitting + sizes[last] <= count && last < points.size()) fitting += sizes[last++];
  std::vector<std::size_t> best, front;
  std::vector<std::vector<double>> tie;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (ranks[i] < last) best.push_back(i);
    if (ranks[i] != last) continue;
    front.push_back(i);
    tie.push_back(points[i]);
  }
  if (fitting == count || tie.empty()) return best;
  for (const std::size_t i : hypervolume_subset(tie, count - fitting, reference_point(tie))) best.push_back(front[i]);
  return best;
}

}  // namespace detail

/// The `count` best of the ranks (earlier first among equals), as ascending indices.
/// Source   of several objectives: Ozaki et al., Multiobjective tree-structured Parzen estimator. JAIR 2022.
[[nodiscard]] inline std::vector<std::size_t> best_ranks(std::span<const Rank* const> ranks, std::size_t count) {
  std::vector<std::size_t> order(ranks.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  count = std::min(count, order.size());
  std::vector<std::size_t> front;
  std::vector<std::vector<double>> points;
  for (const std::size_t i : order)
    if (!ranks[i]->losses.empty() && !(ranks[i]->violation > 0)) {
      front.push_back(i);
      points.push_back(ranks[i]->losses);
    }
  if (points.size() > count) {  // the constraints and the state decide nothing
    auto best = detail::best_points(points, count);
    for (auto& i : best) i = front[i];
    std::ranges::sort(best);
    return best;
  }
  const auto better = [&](std::size_t a, std::size_t b) {
    if (*ranks[a] < *ranks[b]) return true;
    return !(*ranks[b] < *ranks[a]) && a < b;
  };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), better);
  order.resize(count);
  std::ranges::sort(order);
  return order;
}

}  // namespace hpo::search

#pragma once
/// \file  Who is better than whom where several losses count.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <hpo/search/math/argsort.hpp>

namespace hpo::search {

/// Whether `a` is as good as `b` in every loss and better in one. Both have as many.
[[nodiscard]] inline bool dominates(std::span<const double> a, std::span<const double> b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

/// The rank of each point: 0 if no other dominates it (the Pareto front), 1 if only such of rank 0 do, and so on. Equal
/// points have equal ranks.
///
/// Shapes   n points of m losses, no NaN: O(n log n) for m <= 2, O(m n^2) at worst for more.
/// Source   Zhang, Tian, Cheng, Jin: An efficient approach to nondominated sorting. IEEE TEVC 2015 (ENS-BS).
[[nodiscard]] inline std::vector<std::size_t> nondominated_ranks(std::span<const std::vector<double>> points) {
  std::vector<std::size_t> ranks(points.size());
  std::vector<std::vector<std::size_t>> fronts;
  const bool last_decides = !points.empty() && points.front().size() <= 2;  // it has the smallest second loss
  const auto dominated_in = [&](const std::vector<std::size_t>& front, std::size_t point) {
    const auto beats = [&](std::size_t member) { return dominates(points[member], points[point]); };
    return last_decides ? beats(front.back()) : std::any_of(front.rbegin(), front.rend(), beats);
  };
  for (const std::size_t point : argsort(points)) {
    // Who is dominated in one front is so in all before it.
    const auto front = std::ranges::partition_point(
        fronts, [&](const std::vector<std::size_t>& members) { return dominated_in(members, point); });
    ranks[point] = static_cast<std::size_t>(front - fronts.begin());
    if (front == fronts.end())
      fronts.push_back({point});
    else
      front->push_back(point);
  }
  return ranks;
}

/// Ranks where constraints count: first the points that violate none, as above; then the others, the smaller violation
/// first. A violation of nothing is unknown: worse than any, unless it is unknown of all.
///
/// Source   Deb, Pratap, Agarwal, Meyarivan: NSGA-II. IEEE TEVC 2002, constrained domination.
[[nodiscard]] inline std::vector<std::size_t> nondominated_ranks(std::span<const std::vector<double>> points,
                                                                 std::span<const std::optional<double>> violations) {
  const auto known = [](const std::optional<double>& violation) { return violation.has_value(); };
  if (std::ranges::none_of(violations, known)) return nondominated_ranks(points);
  std::vector<std::vector<double>> feasible;
  std::vector<double> levels;  // of the others
  constexpr double unknown = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (violations[i] == 0.0)
      feasible.push_back(points[i]);
    else
      levels.push_back(violations[i].value_or(unknown));
  }
  const auto inner = nondominated_ranks(feasible);
  const std::size_t first = inner.empty() ? 0 : *std::ranges::max_element(inner) + 1;
  std::ranges::sort(levels);
  levels.erase(std::ranges::unique(levels).begin(), levels.end());
  std::vector<std::size_t> ranks;
  auto next = inner.begin();
  for (const auto& violation : violations) {
    const auto level = std::ranges::lower_bound(levels, violation.value_or(unknown)) - levels.begin();
    ranks.push_back(violation == 0.0 ? *next++ : first + static_cast<std::size_t>(level));
  }
  return ranks;
}

}  // namespace hpo::search

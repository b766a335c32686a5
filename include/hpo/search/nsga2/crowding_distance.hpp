#pragma once
/// \file  How much room a point of a front has for itself.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace hpo::search {

/// For each point the sum over the losses of the distance between its two neighbors, as a part of the range of that
/// loss; infinite for the points at the ends. Equal points share one place: the later ones have no room at all.
///
/// Shapes   n points of m losses, no NaN: O(m n log n).
/// Source   Deb, Pratap, Agarwal, Meyarivan: NSGA-II. IEEE TEVC 2002, III.B.
[[nodiscard]] inline std::vector<double> crowding_distance(std::span<const std::vector<double>> points) {
  std::vector<double> distance(points.size(), 0);
  if (points.empty()) return distance;
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, [&](std::size_t a, std::size_t b) { return points[a] != points[b] ? points[a] < points[b] : a < b; });
  const auto repeated =
      std::ranges::unique(order, [&](std::size_t a, std::size_t b) { return points[a] == points[b]; });
  order.erase(repeated.begin(), repeated.end());
  for (std::size_t loss = 0; loss < points.front().size(); ++loss) {
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return points[a][loss] < points[b][loss]; });
    const double range = points[order.back()][loss] - points[order.front()][loss];
    if (range == 0) continue;  // all alike: nobody is at an end
    distance[order.front()] = distance[order.back()] = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i + 1 < order.size(); ++i) {
      const double part = (points[order[i + 1]][loss] - points[order[i - 1]][loss]) / range;
      distance[order[i]] += std::isnan(part) ? 0 : part;  // of an infinite range
    }
  }
  return distance;
}

}  // namespace hpo::search

#pragma once
/// \file  How much of the space of losses a set of points dominates, and which few of them dominate most of it.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/math/argsort.hpp>
#include <hpo/search/pareto/nondominated_sort.hpp>

namespace hpo::search {

/// The volume between a point and the reference point, which is worse in every loss; 0 if it is not.
[[nodiscard]] inline double box_volume(std::span<const double> point, std::span<const double> reference) {
  double volume = 1;
  for (std::size_t i = 0; i < point.size(); ++i) volume *= std::max(reference[i] - point[i], 0.0);
  return volume;
}

[[nodiscard]] double hypervolume(std::span<const std::vector<double>> points, std::span<const double> reference);

/// What a point adds to the hypervolume of others.
[[nodiscard]] inline double hypervolume_contribution(std::span<const double> point,
                                                     std::span<const std::vector<double>> others,
                                                     std::span<const double> reference) {
  std::vector<std::vector<double>> shared;  // what the others dominate of the point's box
  for (const auto& other : others) {
    auto& corner = shared.emplace_back(point.begin(), point.end());
    for (std::size_t i = 0; i < corner.size(); ++i) corner[i] = std::max(corner[i], other[i]);
  }
  return box_volume(point, reference) - hypervolume(shared, reference);
}

/// The volume that at least one of the points dominates, up to the reference point.
///
/// Shapes   n points of m losses, no NaN: O(n log n) for m = 2, exponential in n at worst for m > 2, where a few dozen
///          points of a front take milliseconds.
/// Source   While, Bradstreet, Barone: A fast way of calculating exact hypervolumes. IEEE TEVC 2012.
[[nodiscard]] inline double hypervolume(std::span<const std::vector<double>> points,
                                        std::span<const double> reference) {
  std::vector<std::vector<double>> front;
  for (const std::size_t i : argsort(points)) {
    const auto& point = points[i];
    const auto covers = [&](const std::vector<double>& other) { return other == point || dominates(other, point); };
    const bool covered =
        point.size() <= 2 ? !front.empty() && covers(front.back()) : std::ranges::any_of(front, covers);
    if (!covered) front.push_back(point);
  }
  double volume = 0;
  if (!front.empty() && front.front().size() == 2) {
    double above = reference[1];
    for (const auto& point : front) {
      const double ceiling = std::min(above, reference[1]);
      volume += std::max(reference[0] - point[0], 0.0) * std::max(ceiling - point[1], 0.0);
      above = std::min(above, point[1]);
    }
    return volume;
  }
  for (std::size_t i = 0; i < front.size(); ++i)
    volume += hypervolume_contribution(front[i], std::span(front).subspan(i + 1), reference);
  return volume;
}

/// Positions, ascending, of `count` points that together dominate much: each time the one that adds most, the earliest
/// of equals in the order of their losses. Points that are equal to a chosen one come last.
///
/// Meaning   at least 1 - 1/e of the best possible volume.
/// Source    Guerreiro, Fonseca, Paquete: Greedy hypervolume subset selection in low dimensions. Evol. Comput. 2016.
[[nodiscard]] inline std::vector<std::size_t> hypervolume_subset(std::span<const std::vector<double>> points,
                                                                 std::size_t count, std::span<const double> reference) {
  std::vector<std::size_t> chosen, candidates, equals;
  for (const std::size_t i : argsort(points))
    (candidates.empty() || points[candidates.back()] != points[i] ? candidates : equals).push_back(i);
  // What a candidate would add at most, the sign turned: a contribution never grows while more are chosen.
  std::vector<double> bound;
  for (const std::size_t i : candidates) bound.push_back(-box_volume(points[i], reference));
  std::vector<std::vector<double>> taken;
  for (count = std::min(count, points.size()); chosen.size() < count && !candidates.empty();) {
    const auto by_bound = argsort(bound);
    std::size_t best = by_bound.front();
    double most = 1;
    for (const std::size_t i : by_bound) {
      if (bound[i] > most) break;
      bound[i] = -hypervolume_contribution(points[candidates[i]], taken, reference);
      if (bound[i] < most || (bound[i] == most && i < best)) most = bound[best = i];
    }
    chosen.push_back(candidates[best]);
    taken.push_back(points[candidates[best]]);
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(best));
    bound.erase(bound.begin() + static_cast<std::ptrdiff_t>(best));
  }
  std::ranges::sort(equals);
  for (std::size_t i = 0; chosen.size() < count; ++i) chosen.push_back(equals[i]);
  std::ranges::sort(chosen);
  return chosen;
}

}  // namespace hpo::search

#pragma once
/// \file  Which individuals of a population live on.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/nsga2/crowding_distance.hpp>
#include <hpo/search/pareto/nondominated_sort.hpp>

namespace hpo::search {

/// A trial with a result.
struct Individual {
  std::size_t row = 0;  ///< its position in the history
  std::int64_t number = 0;
  std::vector<double> losses{};
  std::optional<double> violation{};  ///< of the constraints
  std::size_t rank = 0;               ///< of its front, among those it was selected with
  double crowding_distance = 0;       ///< its crowding distance in that front

  /// By trial number.
  friend bool operator<(const Individual& a, const Individual& b) { return a.number < b.number; }
};

/// Whether `a` is the better parent: of a better front, or with more room in the same.
[[nodiscard]] inline bool fitter(const Individual& a, const Individual& b) {
  return a.rank != b.rank ? a.rank < b.rank : a.crowding_distance > b.crowding_distance;
}

/// The `count` fittest, best first: front after front, and of the one that does not fit those with the most room, the
/// earlier trials among equals. Their ranks and distances are set.
///
/// Source   Deb, Pratap, Agarwal, Meyarivan: NSGA-II. IEEE TEVC 2002, III.C and VI.
[[nodiscard]] inline std::vector<Individual> nsga2_elite(std::vector<Individual> all, std::size_t count) {
  std::vector<std::vector<double>> points;
  std::vector<std::optional<double>> violations;
  for (const auto& individual : all) {
    points.push_back(individual.losses);
    violations.push_back(individual.violation);
  }
  const auto ranks = nondominated_ranks(points, violations);
  std::vector<std::vector<std::size_t>> fronts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (ranks[i] >= fronts.size()) fronts.resize(ranks[i] + 1);
    fronts[ranks[i]].push_back(i);
  }
  for (const auto& front : fronts) {
    std::vector<std::vector<double>> members;
    for (const std::size_t i : front) members.push_back(points[i]);
    const auto distances = crowding_distance(members);
    for (std::size_t k = 0; k < front.size(); ++k) {
      all[front[k]].rank = ranks[front[k]];
      all[front[k]].crowding_distance = distances[k];
    }
  }
  std::ranges::sort(all,
                    [](const Individual& a, const Individual& b) { return fitter(a, b) || (!fitter(b, a) && a < b); });
  all.resize(std::min(count, all.size()));
  return all;
}

}  // namespace hpo::search

#pragma once
/// \file  The best trials of a study with several objectives.
/// Layer `search`, tier 0.

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/pareto/nondominated_sort.hpp>
#include <hpo/search/pareto/signed_values.hpp>
#include <hpo/storage/trial.hpp>
#include <hpo/storage/violation.hpp>

namespace hpo::search {

/// Positions in `trials`, ascending, of the complete ones that no other dominates. Trials that violate a constraint are
/// left out, those without constraints are not. For one objective: all trials with the best value.
///
/// Errors   StorageError if the constraints of a trial cannot be read.
[[nodiscard]] inline std::vector<std::size_t> pareto_front(std::span<const storage::FrozenTrial> trials,
                                                           std::span<const storage::Direction> directions) {
  std::vector<std::size_t> positions;
  std::vector<std::vector<double>> points;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    auto point = signed_values(trials[i], directions);
    if (!point || storage::violation(trials[i]).value_or(0) > 0) continue;
    positions.push_back(i);
    points.push_back(std::move(*point));
  }
  const auto ranks = nondominated_ranks(points);
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < positions.size(); ++i)
    if (ranks[i] == 0) front.push_back(positions[i]);
  return front;
}

}  // namespace hpo::search

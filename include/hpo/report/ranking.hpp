#pragma once
/// \file  The trials of a study, best first.
/// Layer `report`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <hpo/search/pareto/better.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::report {

/// The complete trials with a value, best first, earlier before later among equals; at most `most` of them. Points into
/// `trials`.
[[nodiscard]] inline std::vector<const storage::FrozenTrial*> ranked(std::span<const storage::FrozenTrial> trials,
                                                                     storage::Direction direction, std::size_t most) {
  std::vector<const storage::FrozenTrial*> best;
  for (const auto& trial : trials)
    if (trial.state == storage::TrialState::complete && trial.values.size() == 1 && !std::isnan(trial.values.front()))
      best.push_back(&trial);
  std::ranges::stable_sort(best, [&](const storage::FrozenTrial* a, const storage::FrozenTrial* b) {
    return search::better(a->values.front(), b->values.front(), direction);
  });
  best.resize(std::min(best.size(), most));
  return best;
}

}  // namespace hpo::report

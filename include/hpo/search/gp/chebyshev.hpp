#pragma once
/// \file  Several objectives as one, weighted anew for each trial.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <hpo/core/philox.hpp>

namespace hpo::search {

/// Weights that sum to 1, uniformly distributed among all such.
[[nodiscard]] inline std::vector<double> draw_weights(std::size_t objectives, PhiloxStream& random) {
  std::vector<double> weights(objectives);
  double sum = 0;
  for (double& weight : weights) sum += weight = -std::log(1 - random.uniform());
  for (double& weight : weights) weight = sum > 0 ? weight / sum : 1 / static_cast<double>(objectives);
  return weights;
}

/// The augmented Chebyshev value of each trial, for minimization: the largest weighted objective, and a twentieth of
/// their sum. With one weighting or another its minimum lies all along the Pareto front, concave parts included, which
/// no weighted sum reaches.
///
/// Each objective is first brought to [0, 1] by its extremes here.
/// \param objectives the values of each objective, one per trial, smaller is better, all finite.
/// Source   Knowles: ParEGO. IEEE Trans. Evolutionary Computation 10 (2006).
[[nodiscard]] inline std::vector<double> chebyshev(std::span<const std::vector<double>> objectives,
                                                   std::span<const double> weights) {
  if (objectives.empty()) return {};
  std::vector<double> largest(objectives.front().size(), 0), sum(largest.size(), 0);
  for (std::size_t k = 0; k < objectives.size(); ++k) {
    if (objectives[k].empty()) continue;
    const auto [low, high] = std::ranges::minmax(objectives[k]);
    const double scale = high > low ? weights[k] / (high - low) : 0;
    for (std::size_t i = 0; i < largest.size(); ++i) {
      const double weighted = scale * (objectives[k][i] - low);
      largest[i] = std::max(largest[i], weighted);
      sum[i] += weighted;
    }
  }
  for (std::size_t i = 0; i < largest.size(); ++i) largest[i] += 0.05 * sum[i];
  return largest;
}

}  // namespace hpo::search

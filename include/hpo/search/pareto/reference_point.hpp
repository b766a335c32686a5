#pragma once
/// \file  The point up to which the volume that a front dominates is measured.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace hpo::search {

/// A little worse than the worst loss of each objective, so that the outermost points of a front dominate something.
///
/// Shapes   n points of m losses, n >= 1, no NaN; the answer has m.
/// Source   Optuna 5, TPESampler: _get_reference_point.
[[nodiscard]] inline std::vector<double> reference_point(std::span<const std::vector<double>> points) {
  std::vector<double> reference = points.front();
  for (std::size_t m = 0; m < reference.size(); ++m) {
    for (const auto& point : points) reference[m] = std::max(reference[m], point[m]);
    reference[m] = std::max(1.1 * reference[m], 0.9 * reference[m]);
    if (reference[m] == 0) reference[m] = 1e-12;
  }
  return reference;
}

}  // namespace hpo::search

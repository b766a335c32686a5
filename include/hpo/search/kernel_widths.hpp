#pragma once
/// \file  How wide the kernel around each observation is.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace hpo::search {

/// Widths for observations that are sorted, all within [low, high]: the distance to the farther of the two neighbours.
/// The bounds are the neighbours of a single observation; of several, the first and the last look inwards only.
/// Then none is narrower than the range / min(100, n + 2), nor wider than the range.
/// Source   Optuna 5, _ParzenEstimator: neighbour distances without end points, magic clip with the prior counted.
[[nodiscard]] inline std::vector<double> kernel_widths(std::span<const double> sorted, double low, double high) {
  const std::size_t n = sorted.size();
  const double range = high - low;
  const double narrowest = range / std::min(100.0, static_cast<double>(n) + 2.0);
  std::vector<double> widths(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double left = i > 0 ? sorted[i] - sorted[i - 1] : n > 1 ? 0 : sorted[i] - low;
    const double right = i + 1 < n ? sorted[i + 1] - sorted[i] : n > 1 ? 0 : high - sorted[i];
    widths[i] = std::clamp(std::max(left, right), narrowest, range);
  }
  return widths;
}

}  // namespace hpo::search

#pragma once
/// \file  How wide the kernel around each observation is.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace hpo::search {

/// No kernel of n observations is narrower: the range / min(100, n + 2).
[[nodiscard]] inline double narrowest_kernel(std::size_t n, double range) {
  return range / std::min(100.0, static_cast<double>(n) + 2.0);
}

/// The width for one of n observations that are sorted, all within [low, high]: the distance to the farther of its two
/// neighbors. The bounds are the neighbors of a single observation; of several, the first and the last look inwards
/// only. None is narrower than narrowest_kernel, nor wider than the range.
/// \param at gives the i-th observation.
/// Source   Optuna 5, _ParzenEstimator: neighbor distances without end points, magic clip with the prior counted.
template <class At>
[[nodiscard]] double kernel_width(std::size_t n, std::size_t i, double low, double high, At&& at) {
  const double left = i > 0 ? at(i) - at(i - 1) : n > 1 ? 0 : at(i) - low;
  const double right = i + 1 < n ? at(i + 1) - at(i) : n > 1 ? 0 : high - at(i);
  return std::clamp(std::max(left, right), narrowest_kernel(n, high - low), high - low);
}

/// The widths for all of them.
[[nodiscard]] inline std::vector<double> kernel_widths(std::span<const double> sorted, double low, double high) {
  std::vector<double> widths(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i)
    widths[i] = kernel_width(sorted.size(), i, low, high, [&](std::size_t k) { return sorted[k]; });
  return widths;
}

}  // namespace hpo::search

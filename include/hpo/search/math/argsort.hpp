#pragma once
/// \file  The order of numbers and points as positions: one sort for all who need one.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace hpo::search {

/// Positions of the keys, the smallest first, the earlier of equals first. No key is NaN.
[[nodiscard]] inline std::vector<std::size_t> argsort(std::span<const double> keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order,
                    [&](std::size_t a, std::size_t b) { return keys[a] != keys[b] ? keys[a] < keys[b] : a < b; });
  return order;
}

/// Positions of the points by their first number, where that is equal by their second, and so on; the earlier of equals
/// first. In this order no point dominates an earlier one.
[[nodiscard]] inline std::vector<std::size_t> argsort(std::span<const std::vector<double>> points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, [&](std::size_t a, std::size_t b) { return points[a] != points[b] ? points[a] < points[b] : a < b; });
  return order;
}

}  // namespace hpo::search

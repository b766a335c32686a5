#pragma once
/// \file  Normal vectors that spread more evenly than chance has it.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <hpo/core/philox.hpp>

namespace hpo::search {

/// The `index`-th of an endless row of standard normal vectors, addressed like all random numbers. Each by itself is as
/// normal as any; but in each block of `block` vectors every second one is the opposite of the one before it, and the
/// others are orthogonal to each other (d at a time, for d dimensions).
///
/// Source   Wang, Emmerich, Baeck: Mirrored orthogonal sampling for covariance matrix adaptation evolution strategies.
///          Evolutionary Computation 2019. CMA-ES needs fewer trials with it than with independent vectors.
[[nodiscard]] inline std::vector<double> mirrored_normal(std::uint64_t seed, std::uint64_t index, std::size_t block,
                                                         std::size_t dimensions) {
  PhiloxStream random(seed, index / block, "cmaes.block");
  const auto dot = [](std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  };
  const std::size_t within = index % block, wanted = within / 2;
  std::vector<std::vector<double>> directions;  // of unit length, of the group
  std::vector<double> vector(dimensions);
  for (std::size_t i = 0; i <= wanted; ++i) {
    if (i % dimensions == 0) directions.clear();
    for (double& x : vector) x = random.normal();
    const double length = std::sqrt(dot(vector, vector));
    for (double& x : vector) x = random.normal();  // a direction that knows nothing of the length
    for (const auto& other : directions) {
      const double along = dot(vector, other);
      for (std::size_t j = 0; j < dimensions; ++j) vector[j] -= along * other[j];
    }
    const double rest = std::max(std::sqrt(dot(vector, vector)), 1e-300);
    for (double& x : vector) x /= rest;
    directions.push_back(vector);
    for (double& x : vector) x *= within % 2 == 0 ? length : -length;
  }
  return vector;
}

}  // namespace hpo::search

#pragma once
/// \file  What a child has of two parents: operators on numbers between 0 and 1.
/// Layer `search`, tier 0.

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <hpo/core/philox.hpp>

namespace hpo::search {

/// uniform: the value of one parent. blx: anywhere in the interval of both, made half as wide again on each side. sbx:
/// near one of them, as near as they are to each other.
enum class Crossover { uniform, blx, sbx };

constexpr auto enum_names(Crossover) {
  return std::array<std::pair<std::string_view, Crossover>, 3>{
      {{"uniform", Crossover::uniform}, {"blx", Crossover::blx}, {"sbx", Crossover::sbx}}};
}

/// Blend crossover with alpha 1/2, cut off at the bounds.
/// Source   Eshelman, Schaffer: Real-coded genetic algorithms and interval-schemata. FOGA 1993.
[[nodiscard]] inline double blend(double a, double b, PhiloxStream& random) {
  const double low = std::min(a, b), wide = std::abs(b - a);
  return std::clamp(low + wide * (2 * random.uniform() - 0.5), 0.0, 1.0);
}

/// Simulated binary crossover with the index eta, within the bounds; the child nearer to `a`.
/// Source   Deb, Agrawal: Simulated binary crossover for continuous search space. Complex Systems 1995.
[[nodiscard]] inline double simulated_binary(double a, double b, double eta, PhiloxStream& random) {
  const double u = random.uniform(), distance = std::abs(a - b);
  if (distance < 1e-14) return a;
  // The spread is cut off where the child would leave the box on either side.
  const double nearest = std::min(std::min(a, b), 1 - std::max(a, b));
  const double alpha = 2 - std::pow(1 + 2 * nearest / distance, -(eta + 1));
  const double spread =
      u * alpha <= 1 ? std::pow(u * alpha, 1 / (eta + 1)) : std::pow(1 / (2 - u * alpha), 1 / (eta + 1));
  const double middle = (a + b) / 2, half = spread * distance / 2;
  return std::clamp(a < b ? middle - half : middle + half, 0.0, 1.0);
}

}  // namespace hpo::search

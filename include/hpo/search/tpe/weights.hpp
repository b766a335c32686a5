#pragma once
/// \file  How many trials TPE takes for good, and how much each observation weighs.
/// Layer `search`, tier 0.
/// Source   Optuna 5, TPESampler: default_gamma, default_weights.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace hpo::search {

/// How the number of good trials grows: a tenth of all, or a quarter of the square root, as hyperopt has it.
enum class TpeGamma { linear, sqrt };

constexpr auto enum_names(TpeGamma) {
  return std::array<std::pair<std::string_view, TpeGamma>, 2>{{{"linear", TpeGamma::linear}, {"sqrt", TpeGamma::sqrt}}};
}

/// How many of n finished trials count as good, rounded up. At most 25, unless there are several objectives: a front
/// needs more of them.
[[nodiscard]] inline std::size_t tpe_gamma(std::size_t n, TpeGamma gamma = TpeGamma::linear,
                                           std::size_t objectives = 1) {
  const auto count = gamma == TpeGamma::linear
                         ? (n + 9) / 10
                         : static_cast<std::size_t>(std::ceil(0.25 * std::sqrt(static_cast<double>(n))));
  return objectives > 1 ? count : std::min<std::size_t>(count, 25);
}

/// Weights of n observations in the order of their trials, then of the prior: the newest 25 count fully, the older
/// ones fade linearly down to 1/n.
[[nodiscard]] inline std::vector<double> tpe_weights(std::size_t n, double prior_weight) {
  constexpr std::size_t full = 25;
  std::vector<double> weights(n + 1, 1.0);
  if (n >= full) {
    const std::size_t ramp = n - full;
    const double first = 1.0 / static_cast<double>(n);
    for (std::size_t i = 0; i < ramp; ++i)
      weights[i] = ramp == 1 ? first : first + (1 - first) * static_cast<double>(i) / static_cast<double>(ramp - 1);
  }
  weights[n] = prior_weight;
  return weights;
}

}  // namespace hpo::search

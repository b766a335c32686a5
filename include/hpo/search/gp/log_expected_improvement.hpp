#pragma once
/// \file  The logarithm of expected improvement, with its digits where the improvement itself is below any double.
/// Layer `search`, tier 0.
/// Source   Ament et al.: Unexpected improvements to expected improvement. NeurIPS 2023.

#include <cmath>
#include <numbers>

namespace hpo::search {

/// ln h(z) and its derivative, of h(z) = E[max(z + N, 0)] = phi(z) + z Phi(z) with a standard normal N.
struct LogImprovement {
  double value, slope;

  [[nodiscard]] static LogImprovement at(double z) {
    const double log_density = -0.5 * z * z - 0.5 * std::log(2 * std::numbers::pi);
    if (z > -5) {
      const double below = 0.5 * std::erfc(-z * std::numbers::sqrt2 / 2);
      const double h = std::exp(log_density) + z * below;
      return {std::log(h), below / h};
    }
    // With t = -z, Phi(z) = phi(z) / (t + c) for the continued fraction c = 1/(t + 2/(t + 3/(t + ...))): then
    // h = phi(z) c / (t + c), free of cancellation.
    const double t = -z;
    double c = 0;
    for (int k = 24; k > 0; --k) c = k / (t + c);
    return {log_density + std::log(c / (t + c)), 1 / c};
  }
};

/// ln E[max(best - Y, 0)] of a normal Y, for minimization, and its derivatives.
struct LogExpectedImprovement {
  double value, by_mean, by_deviation;

  [[nodiscard]] static LogExpectedImprovement at(double mean, double deviation, double best) {
    const double z = (best - mean) / deviation;
    const auto h = LogImprovement::at(z);
    return {std::log(deviation) + h.value, -h.slope / deviation, (1 - h.slope * z) / deviation};
  }
};

}  // namespace hpo::search

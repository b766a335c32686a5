#pragma once
/// \file  The normal distribution between two bounds, in logarithms, so that far tails keep their digits.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hpo::search {

/// ln Phi(x), the logarithm of the normal distribution function.
[[nodiscard]] inline double log_normal_cdf(double x) {
  constexpr double root_half = std::numbers::sqrt2 / 2;
  if (x > 5) return std::log1p(-0.5 * std::erfc(x * root_half));
  if (x > -30) return std::log(0.5 * std::erfc(-x * root_half));
  // Phi(x) = phi(x) / -x * (1 - 1/x^2 + 3/x^4 - 15/x^6 + ...): below -30 the next term is 1e-14.
  const double r = 1 / (x * x);
  const double series = 1 - r * (1 - 3 * r * (1 - 5 * r * (1 - 7 * r * (1 - 9 * r))));
  return -0.5 * x * x - std::log(-x) - 0.5 * std::log(2 * std::numbers::pi) + std::log(series);
}

/// ln(Phi(b) - Phi(a)) for a <= b.
[[nodiscard]] inline double log_normal_mass(double a, double b) {
  if (a > 0) return log_normal_mass(-b, -a);  // the left tail keeps digits that the right one loses to 1
  if (b <= 0) {
    const double log_b = log_normal_cdf(b);
    return log_b + std::log1p(-std::exp(log_normal_cdf(a) - log_b));
  }
  constexpr double root_half = std::numbers::sqrt2 / 2;
  return std::log1p(-0.5 * std::erfc(-a * root_half) - 0.5 * std::erfc(b * root_half));
}

/// The x with Phi(x) = p, for 0 < p <= 1/2.
/// Source   Abramowitz and Stegun 26.2.23 (error 4.5e-4), then two steps of Halley's method, each cubing the error.
[[nodiscard]] inline double normal_quantile(double p) {
  const double t = std::sqrt(-2 * std::log(p));
  double x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (int step = 0; step < 2; ++step) {
    const double density = std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
    const double newton = (0.5 * std::erfc(-x * std::numbers::sqrt2 / 2) - p) / density;
    x -= newton / (1 + 0.5 * x * newton);
  }
  return x;
}

/// The point below which the fraction `u` of a normal distribution between `low` and `high` lies.
/// 0 <= u < 1 and low <= mean <= high.
[[nodiscard]] inline double truncated_normal_quantile(double u, double mean, double sigma, double low, double high) {
  constexpr double root_half = std::numbers::sqrt2 / 2;
  const double below = 0.5 * std::erfc((mean - low) / sigma * root_half);
  const double above = 0.5 * std::erfc((high - mean) / sigma * root_half);
  const double mass = 1 - below - above;
  const double p = below + u * mass, q = above + (1 - u) * mass;
  const double tail = std::max(std::min(p, q), 1e-300);
  const double x = p < q ? normal_quantile(tail) : -normal_quantile(tail);
  return std::clamp(mean + sigma * x, low, high);
}

}  // namespace hpo::search

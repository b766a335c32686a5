#pragma once
/// \file  Which kernel a study's values speak for: maximum a posteriori.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <hpo/search/gp/gaussian_process.hpp>
#include <hpo/search/gp/matern_kernel.hpp>
#include <hpo/search/math/lbfgsb.hpp>

namespace hpo::search {

/// Ranges in which kernels are sought; values are standardized and points lie in the unit cube.
inline constexpr double lowest_relevance = 1e-4, highest_relevance = 1e4;
inline constexpr double lowest_scale = 1e-3, highest_scale = 1e3;
inline constexpr double lowest_noise = 1e-6, highest_noise = 1;

/// ln of the prior density, up to a constant, and its derivatives by the logarithms of the parameters: relevances near
/// 1 (neither flat nor wild), Gamma(2, 1) on the scale, Gamma(1.1, 30) on the noise.
///
/// Source   Optuna 5, GPSampler's default prior.
[[nodiscard]] inline double log_kernel_prior(const KernelParams& params, std::span<double> gradient) {
  const std::size_t d = params.relevance.size();
  double sum = std::log(params.scale) - params.scale + 0.1 * std::log(params.noise) - 30 * params.noise;
  gradient[d] = 1 - params.scale;
  gradient[d + 1] = 0.1 - 30 * params.noise;
  for (std::size_t i = 0; i < d; ++i) {
    const double r = params.relevance[i];
    sum -= 0.1 / r + 0.1 * r;
    gradient[i] = 0.1 / r - 0.1 * r;
  }
  return sum;
}

/// The parameters of highest posterior density that L-BFGS-B finds from each of the starts.
/// \param starts at least one; ties go to the first.
[[nodiscard]] inline KernelParams fit_kernel(const GpPoints& points, std::span<const double> values,
                                             std::span<const KernelParams> starts, double gradient_tolerance = 1e-2) {
  const std::size_t d = points.dimensions();
  std::vector<double> low(d + 2, std::log(lowest_relevance)), high(d + 2, std::log(highest_relevance));
  low[d] = std::log(lowest_scale), high[d] = std::log(highest_scale);
  low[d + 1] = std::log(lowest_noise), high[d + 1] = std::log(highest_noise);
  const auto from_logs = [d](std::span<const double> logs) {
    KernelParams params;
    for (std::size_t i = 0; i < d; ++i) params.relevance.push_back(std::exp(logs[i]));
    params.scale = std::exp(logs[d]);
    params.noise = std::exp(logs[d + 1]);
    return params;
  };
  MarginalLikelihood likelihood(points, values);
  std::vector<double> prior(d + 2);
  const auto loss = [&](std::span<const double> logs, std::span<double> gradient) {
    const KernelParams params = from_logs(logs);
    const double value = likelihood(params, gradient) + log_kernel_prior(params, prior);
    for (std::size_t i = 0; i < d + 2; ++i) gradient[i] = -gradient[i] - prior[i];
    return -value;
  };
  Lbfgsb search(loss, low, high, {.max_iterations = 60, .gradient_tolerance = gradient_tolerance});
  KernelParams best = starts.front();
  double lowest = std::numeric_limits<double>::infinity();
  for (const auto& start : starts) {
    std::vector<double> logs;
    for (const double r : start.relevance) logs.push_back(std::log(r));
    logs.push_back(std::log(start.scale));
    logs.push_back(std::log(start.noise));
    const Minimum found = search.minimize(logs);
    if (!(found.value < lowest)) continue;
    lowest = found.value;
    best = from_logs(found.x);
  }
  return best;
}

}  // namespace hpo::search

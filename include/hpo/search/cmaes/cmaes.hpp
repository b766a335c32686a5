#pragma once
/// \file  CMA-ES: a normal distribution that learns from generations of points where to look, how far and in which
/// shape.
/// Layer `search`, tier 0.
/// Source   N. Hansen: The CMA Evolution Strategy: A Tutorial. arXiv:1604.00772v2 (2023), appendix A. Names are its
///          own.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/math/symmetric_eigen.hpp>

namespace hpo::search {

/// Points a generation has, if nothing else is wanted: 4 + floor(3 ln d).
[[nodiscard]] inline std::size_t cmaes_population(std::size_t dimensions) {
  return 4 + static_cast<std::size_t>(3 * std::log(static_cast<double>(dimensions)));
}

/// The constants of table 1, for `dimensions` (1 or more) and `population` (2 or more).
struct CmaesConstants {
  std::vector<double> weights;  ///< of the points, best first; those of the first half sum to 1, the rest are 0 or less
  std::size_t mu = 0;           ///< points that the mean moves towards
  double mu_eff = 0;
  double c_sigma = 0, d_sigma = 0;    ///< of the step size
  double c_c = 0, c_1 = 0, c_mu = 0;  ///< of the covariance matrix
  double expected_norm = 0;           ///< of a standard normal vector

  CmaesConstants(std::size_t dimensions, std::size_t population) : weights(population), mu(population / 2) {
    const auto n = static_cast<double>(dimensions);
    for (std::size_t i = 0; i < population; ++i)
      weights[i] = std::log((static_cast<double>(population) + 1) / 2) - std::log(static_cast<double>(i) + 1);
    const auto part = [&](std::size_t begin, std::size_t end) {  // sum, sum of squares
      double sum = 0, squares = 0;
      for (std::size_t i = begin; i < end; ++i) {
        sum += weights[i];
        squares += weights[i] * weights[i];
      }
      return std::pair(sum, squares);
    };
    const auto [positive, positive_squares] = part(0, mu);
    const auto [negative, negative_squares] = part(mu, population);
    mu_eff = positive * positive / positive_squares;
    const double mu_eff_minus = negative * negative / negative_squares;

    c_sigma = (mu_eff + 2) / (n + mu_eff + 5);
    d_sigma = 1 + 2 * std::max(0.0, std::sqrt((mu_eff - 1) / (n + 1)) - 1) + c_sigma;
    c_c = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n);
    c_1 = 2 / ((n + 1.3) * (n + 1.3) + mu_eff);
    c_mu = std::min(1 - c_1, 2 * (0.25 + mu_eff + 1 / mu_eff - 2) / ((n + 2) * (n + 2) + mu_eff));
    expected_norm = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

    const double negative_sum =
        std::min({1 + c_1 / c_mu, 1 + 2 * mu_eff_minus / (mu_eff + 2), (1 - c_1 - c_mu) / (n * c_mu)});
    for (double& weight : weights) weight *= weight >= 0 ? 1 / positive : negative_sum / -negative;
  }
};

/// The state after some generations: N(mean, sigma^2 C). A value, and a function of the points it was told.
class Cmaes {
 public:
  Cmaes(std::vector<double> mean, double sigma)
      : mean_(std::move(mean)),
        sigma_(sigma),
        covariance_(SquareMatrix::identity(mean_.size())),
        axes_{std::vector<double>(mean_.size(), 1), covariance_},
        path_sigma_(mean_.size()),
        path_c_(mean_.size()) {}

  [[nodiscard]] std::size_t dimensions() const { return mean_.size(); }
  [[nodiscard]] std::span<const double> mean() const { return mean_; }
  [[nodiscard]] std::span<double> mean() { return mean_; }  ///< may be moved, as a margin does
  [[nodiscard]] double sigma() const { return sigma_; }
  [[nodiscard]] const SquareMatrix& covariance() const { return covariance_; }
  [[nodiscard]] std::size_t generation() const { return generation_; }

  /// The standard deviation along a coordinate: sigma * sqrt(C_ii).
  [[nodiscard]] double deviation(std::size_t i) const { return sigma_ * std::sqrt(covariance_(i, i)); }

  /// The point that a standard normal vector stands for: mean + sigma B D z.
  [[nodiscard]] std::vector<double> point(std::span<const double> z) const {
    std::vector<double> point(mean_);
    for (std::size_t i = 0; i < point.size(); ++i)
      for (std::size_t j = 0; j < z.size(); ++j) point[i] += sigma_ * axes_.vectors(i, j) * axes_.values[j] * z[j];
    return point;
  }

  /// How many standard deviations a point is from the mean, in the shape of C: the norm of C^-1/2 (x - mean) / sigma.
  [[nodiscard]] double distance(std::span<const double> point) const {
    std::vector<double> y(dimensions());
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = (point[i] - mean_[i]) / sigma_;
    return norm(whitened(y));
  }

  /// Learns a generation: 2 or more points, the best first.
  void tell(std::span<const std::vector<double>> points) {
    const CmaesConstants k(dimensions(), points.size());
    const auto n = static_cast<double>(dimensions());
    std::vector<std::vector<double>> steps(points.begin(), points.end());  // y = (x - mean) / sigma
    for (auto& y : steps)
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = (y[i] - mean_[i]) / sigma_;
    std::vector<double> step(dimensions());
    for (std::size_t p = 0; p < k.mu; ++p)
      for (std::size_t i = 0; i < step.size(); ++i) step[i] += k.weights[p] * steps[p][i];

    for (std::size_t i = 0; i < step.size(); ++i) mean_[i] += sigma_ * step[i];
    accumulate(path_sigma_, whitened(step), k.c_sigma, k.mu_eff);
    const double length = norm(path_sigma_);
    const double settled = 1 - std::pow(1 - k.c_sigma, 2 * (static_cast<double>(generation_) + 1));
    const bool stalled = length / std::sqrt(settled) >= (1.4 + 2 / (n + 1)) * k.expected_norm;  // h_sigma is 0
    accumulate(path_c_, stalled ? std::vector<double>(dimensions()) : step, k.c_c, k.mu_eff);

    double kept = 1 - k.c_1 + (stalled ? k.c_1 * k.c_c * (2 - k.c_c) : 0);
    for (const double weight : k.weights) kept -= k.c_mu * weight;
    for (std::size_t i = 0; i < dimensions(); ++i)
      for (std::size_t j = 0; j < dimensions(); ++j)
        covariance_(i, j) = kept * covariance_(i, j) + k.c_1 * path_c_[i] * path_c_[j];
    for (std::size_t p = 0; p < steps.size(); ++p) {
      double weight = k.c_mu * k.weights[p];
      if (weight < 0) {  // a far point shall not take more from C than there is
        const double far = norm(whitened(steps[p]));
        weight *= n / std::max(far * far, std::numeric_limits<double>::min());
      }
      for (std::size_t i = 0; i < dimensions(); ++i)
        for (std::size_t j = 0; j < dimensions(); ++j) covariance_(i, j) += weight * steps[p][i] * steps[p][j];
    }
    sigma_ *= std::exp(k.c_sigma / k.d_sigma * (length / k.expected_norm - 1));
    ++generation_;
    decompose();
  }

 private:
  static double norm(std::span<const double> vector) {
    double squares = 0;
    for (const double x : vector) squares += x * x;
    return std::sqrt(squares);
  }

  static void accumulate(std::vector<double>& path, std::span<const double> step, double c, double mu_eff) {
    for (std::size_t i = 0; i < path.size(); ++i)
      path[i] = (1 - c) * path[i] + std::sqrt(c * (2 - c) * mu_eff) * step[i];
  }

  // C^-1/2 y = B D^-1 B^T y
  [[nodiscard]] std::vector<double> whitened(std::span<const double> y) const {
    std::vector<double> result(y.size());
    for (std::size_t axis = 0; axis < y.size(); ++axis) {
      double along = 0;
      for (std::size_t i = 0; i < y.size(); ++i) along += axes_.vectors(i, axis) * y[i];
      for (std::size_t i = 0; i < y.size(); ++i) result[i] += axes_.vectors(i, axis) * along / axes_.values[axis];
    }
    return result;
  }

  // C = B D^2 B^T. Axes shorter than 1e-7 of the longest are lost in rounding: they are made as long, and C with them.
  void decompose() {
    axes_ = symmetric_eigen(covariance_);
    const double floor = 1e-14 * std::max(*std::ranges::max_element(axes_.values), 1e-300);
    bool raised = false;
    for (double& value : axes_.values) {
      raised = raised || value < floor;
      value = std::sqrt(std::max(value, floor));
    }
    if (!raised) return;
    for (std::size_t i = 0; i < dimensions(); ++i)
      for (std::size_t j = 0; j < dimensions(); ++j) {
        covariance_(i, j) = 0;
        for (std::size_t axis = 0; axis < dimensions(); ++axis)
          covariance_(i, j) +=
              axes_.vectors(i, axis) * axes_.values[axis] * axes_.values[axis] * axes_.vectors(j, axis);
      }
  }

  std::vector<double> mean_;
  double sigma_;
  SquareMatrix covariance_;
  SymmetricEigen axes_;  // of C: B, and D (the roots of its eigenvalues)
  std::vector<double> path_sigma_, path_c_;
  std::size_t generation_ = 0;
};

}  // namespace hpo::search

#pragma once
/// \file  Gaussian process regression: what is known of a function from some of its values, and how surely.
/// Layer `search`, tier 0.
/// Source   Rasmussen, Williams: Gaussian Processes for Machine Learning (2006), algorithm 2.1 and 5.4.1.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/gp/matern_kernel.hpp>
#include <hpo/search/math/cholesky.hpp>

namespace hpo::search {

/// A process of mean zero, conditioned on values at some points.
///
/// Shapes   n points, d dimensions: O(n^3) to make, O(n d + n^2) to ask.
class GaussianProcess {
 public:
  GaussianProcess(GpPoints points, std::span<const double> values, KernelParams params)
      : points_(std::move(points)), params_(std::move(params)) {
    factor_.reserve(points_.size());
    std::vector<double> row;
    for (std::size_t i = 0; i < points_.size(); ++i) factor(points_.point(i), row);
    white_.assign(values.begin(), values.end());
    factor_.solve_lower(white_);
    weights_ = white_;
    factor_.solve_upper(weights_);
  }

  [[nodiscard]] const GpPoints& points() const { return points_; }
  [[nodiscard]] const KernelParams& params() const { return params_; }
  [[nodiscard]] const Cholesky& factor() const { return factor_; }
  [[nodiscard]] std::size_t dimensions() const { return points_.dimensions(); }

  /// K^-1 y: the mean is the kernel vector times this.
  [[nodiscard]] std::span<const double> weights() const { return weights_; }
  /// L^-1 y.
  [[nodiscard]] std::span<const double> white() const { return white_; }

  /// Adds a point whose value is not known: it has no part in the mean, but what depends on it may be asked of
  /// factor().
  void add_pending(std::span<const double> x) {
    std::vector<double> row;
    factor(x, row);
    points_.add(x);
  }

  struct Posterior {
    double mean, variance;  ///< of the function, without the noise of an observation
  };
  [[nodiscard]] Posterior posterior(std::span<const double> x) const {
    std::vector<double> k(weights_.size());
    weighted_distances(points_, params_, x, k);
    for (double& value : k) value = params_.scale * Matern52::at(value).value;
    const double mean = dot(k.data(), weights_.data(), k.size());
    factor_.solve_lower(k);
    return {mean, std::max(params_.scale - dot(k.data(), k.data(), k.size()), 0.0)};
  }

 private:
  // A point so near to others that rounding leaves no variance gets a little more noise.
  void factor(std::span<const double> x, std::vector<double>& row) {
    const std::size_t n = factor_.size();
    row.resize(n + 1);
    weighted_distances(points_, params_, x, {row.data(), n});
    for (std::size_t j = 0; j < n; ++j) row[j] = params_.scale * Matern52::at(row[j]).value;
    for (double noise = params_.noise;; noise = 10 * noise + 1e-10) {
      row[n] = params_.scale + noise;
      if (factor_.append(row)) return;
    }
  }

  GpPoints points_;
  KernelParams params_;
  Cholesky factor_;
  std::vector<double> white_, weights_;
};

/// ln p(values | points, params), for many params over the same points.
class MarginalLikelihood {
 public:
  MarginalLikelihood(const GpPoints& points, std::span<const double> values)
      : values_(values.begin(), values.end()), distances_(points.dimensions()) {
    const std::size_t n = points.size();
    for (std::size_t d = 0; d < distances_.size(); ++d) {
      distances_[d].reserve(n * (n - 1) / 2);
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j)
          distances_[d].push_back(squared_distance(points.categorical[d], points.columns[d][i], points.columns[d][j]));
    }
  }

  /// \param gradient receives the derivatives by ln relevance of each dimension, ln scale and ln noise.
  /// \return minus infinity if the matrix is not positive definite in double precision.
  [[nodiscard]] double operator()(const KernelParams& params, std::span<double> gradient) {
    const std::size_t n = values_.size();
    kernel(params);
    Cholesky factor;
    factor.reserve(n);
    std::vector<double> row(n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) row[j] = value_[i * (i - 1) / 2 + j];
      row[i] = params.scale + params.noise;
      if (!factor.append({row.data(), i + 1})) return -std::numeric_limits<double>::infinity();
    }
    std::vector<double> weights = values_;
    factor.solve_lower(weights);
    const double fit = dot(weights.data(), weights.data(), n);
    factor.solve_upper(weights);
    differentiate(params, factor.inverse(), weights, gradient);
    return -0.5 * (fit + factor.log_determinant() + static_cast<double>(n) * std::log(2 * std::numbers::pi));
  }

 private:
  void kernel(const KernelParams& params) {
    const std::size_t pairs = values_.size() * (values_.size() - 1) / 2;
    value_.assign(pairs, 0);
    slope_.resize(pairs);
    for (std::size_t d = 0; d < distances_.size(); ++d)
      for (std::size_t p = 0; p < pairs; ++p) value_[p] += params.relevance[d] * distances_[d][p];
    for (std::size_t p = 0; p < pairs; ++p) {
      const auto matern = Matern52::at(value_[p]);
      value_[p] = params.scale * matern.value;
      slope_[p] = params.scale * matern.slope;
    }
  }

  // d/dp = tr((w w^T - K^-1) dK/dp) / 2, and the matrices are symmetric.
  void differentiate(const KernelParams& params, const std::vector<double>& inverse, std::span<const double> weights,
                     std::span<double> gradient) {
    const std::size_t n = weights.size();
    double by_scale = 0, by_diagonal = 0;
    for (std::size_t i = 0, p = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j, ++p) {
        const double g = weights[i] * weights[j] - inverse[i * n + j];
        by_scale += g * value_[p];
        slope_[p] *= g;
      }
      by_diagonal += 0.5 * (weights[i] * weights[i] - inverse[i * n + i]);
    }
    for (std::size_t d = 0; d < distances_.size(); ++d)
      gradient[d] = params.relevance[d] * dot(slope_.data(), distances_[d].data(), slope_.size());
    gradient[distances_.size()] = by_scale + params.scale * by_diagonal;
    gradient[distances_.size() + 1] = params.noise * by_diagonal;
  }

  std::vector<double> values_;
  std::vector<std::vector<double>> distances_;  // of each dimension, of each pair i > j
  std::vector<double> value_, slope_;           // of the kernel, of each pair
};

}  // namespace hpo::search

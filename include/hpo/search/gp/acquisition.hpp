#pragma once
/// \file  Where a trial promises most: expected improvement, with the running trials taken into account.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/search/gp/feasibility.hpp>
#include <hpo/search/gp/gaussian_process.hpp>
#include <hpo/search/gp/log_expected_improvement.hpp>
#include <hpo/search/math/sobol.hpp>
#include <hpo/search/math/truncated_normal.hpp>

namespace hpo::search {

/// ln of the expected improvement on the best value, for minimization; where trials may break constraints, plus ln of
/// the probability of each that it is kept.
///
/// Running trials are points whose values are not known yet: the improvement is averaged over 16 draws of what they may
/// turn out to be, taken together, at fixed quasi-random places. A point beside a running one then promises little: it
/// would have to improve on what that one finds.
///
/// Source   Snoek, Larochelle, Adams: Practical Bayesian optimization. NeurIPS 2012, 3.2.
class GpAcquisition {
 public:
  static constexpr std::size_t draws = 16;

  /// \param best the value to improve on. \param pending points of running trials.
  GpAcquisition(GaussianProcess gp, double best, const std::vector<std::vector<double>>& pending, std::uint64_t seed,
                std::string_view purpose)
      : gp_(std::move(gp)) {
    const std::size_t known = gp_.white().size();
    for (const auto& point : pending) gp_.add_pending(point);
    const Sobol sequence(pending.size(), seed, purpose);
    for (std::size_t draw = 0; draw < (pending.empty() ? 1 : draws); ++draw) {
      std::vector<double> white(gp_.white().begin(), gp_.white().end());
      double lowest = best;
      for (std::size_t q = 0; q < pending.size(); ++q) {
        white.push_back(normal(sequence.coordinate(draw, q)));
        lowest = std::min(lowest, dot(gp_.factor().row(known + q), white.data(), white.size()));
      }
      gp_.factor().solve_upper(white);
      weights_.push_back(std::move(white));
      best_.push_back(lowest);
    }
    kernel_.resize(gp_.factor().size());
    slope_.resize(kernel_.size());
  }

  [[nodiscard]] const GaussianProcess& process() const { return gp_; }

  /// From now on what is likely to break this constraint promises less.
  void constrain(GpFeasibility constraint) { constraints_.push_back(std::move(constraint)); }

  [[nodiscard]] double operator()(std::span<const double> x) {
    double value = improvement(x);
    for (auto& constraint : constraints_) value += constraint(x);
    return value;
  }

  /// \param gradient receives the derivatives; that of a categorical dimension is 0.
  [[nodiscard]] double operator()(std::span<const double> x, std::span<double> gradient) {
    double value = improvement(x);
    gp_.factor().solve_upper(white_);
    const std::size_t n = kernel_.size();
    std::vector<double> along(n);  // derivative of the value by each entry of the kernel vector
    for (std::size_t i = 0; i < n; ++i) along[i] = -by_deviation_ / deviation_ * white_[i];
    for (std::size_t s = 0; s < weights_.size(); ++s)
      for (std::size_t i = 0; i < n; ++i) along[i] += by_mean_[s] * weights_[s][i];
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += along[i] *= slope_[i];
    const auto& points = gp_.points();
    for (std::size_t d = 0; d < x.size(); ++d)
      gradient[d] = points.categorical[d]
                        ? 0
                        : 2 * gp_.params().relevance[d] * (x[d] * sum - dot(along.data(), points.columns[d].data(), n));
    for (auto& constraint : constraints_) value += constraint.add_gradient(x, gradient);
    return value;
  }

 private:
  static double normal(double u) {
    u = std::clamp(u, 1e-9, 1 - 1e-9);
    return u <= 0.5 ? normal_quantile(u) : -normal_quantile(1 - u);
  }

  double improvement(std::span<const double> x) {
    correlate(x);
    white_ = kernel_;
    gp_.factor().solve_lower(white_);
    return average();
  }

  void correlate(std::span<const double> x) {
    weighted_distances(gp_.points(), gp_.params(), x, kernel_);
    for (std::size_t i = 0; i < kernel_.size(); ++i) {
      const auto matern = Matern52::at(kernel_[i]);
      kernel_[i] = gp_.params().scale * matern.value;
      slope_[i] = gp_.params().scale * matern.slope;
    }
  }

  // ln of the mean over the draws, and its derivatives by the means and the deviation.
  double average() {
    const double scale = gp_.params().scale;
    deviation_ = std::sqrt(std::max(scale - dot(white_.data(), white_.data(), white_.size()), 1e-12 * scale));
    by_mean_.resize(weights_.size());
    values_.resize(weights_.size());
    by_deviations_.resize(weights_.size());
    for (std::size_t s = 0; s < weights_.size(); ++s) {
      const double mean = dot(kernel_.data(), weights_[s].data(), kernel_.size());
      const auto improvement = LogExpectedImprovement::at(mean, deviation_, best_[s]);
      values_[s] = improvement.value;
      by_mean_[s] = improvement.by_mean;
      by_deviations_[s] = improvement.by_deviation;
    }
    const double highest = *std::ranges::max_element(values_);
    double sum = 0;
    for (double& value : values_) sum += value = std::exp(value - highest);
    by_deviation_ = 0;
    for (std::size_t s = 0; s < values_.size(); ++s) {
      by_mean_[s] *= values_[s] / sum;
      by_deviation_ += by_deviations_[s] * values_[s] / sum;
    }
    return highest + std::log(sum / static_cast<double>(values_.size()));
  }

  GaussianProcess gp_;
  std::vector<GpFeasibility> constraints_;
  std::vector<std::vector<double>> weights_;  // K^-1 y of each draw
  std::vector<double> best_;                  // of each draw
  // Of the last point: its kernel vector, that vector's slope by the squared distance, L^-1 k or K^-1 k.
  std::vector<double> kernel_, slope_, white_;
  std::vector<double> values_, by_mean_, by_deviations_;
  double deviation_ = 0, by_deviation_ = 0;
};

}  // namespace hpo::search

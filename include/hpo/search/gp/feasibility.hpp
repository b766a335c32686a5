#pragma once
/// \file  How likely a trial keeps a constraint, learned from how far others were from it.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/gp/gaussian_process.hpp>
#include <hpo/search/math/truncated_normal.hpp>

namespace hpo::search {

/// What a Gaussian process learns of a constraint from its values (kept where 0 or less; infinity included): the same
/// sign, in units of the median size, and beyond it growing with the logarithm only. Of a constraint that says no more
/// than 0 wherever it is kept, that is a little below 0.
[[nodiscard]] inline std::vector<double> feasibility_targets(std::span<const double> values) {
  std::vector<double> sizes;
  for (const double v : values)
    if (v != 0 && std::isfinite(v)) sizes.push_back(std::abs(v));
  std::ranges::sort(sizes);
  const double unit = sizes.empty() ? 1 : sizes[sizes.size() / 2];
  const bool flat = std::ranges::none_of(values, [](double v) { return v < 0; });
  std::vector<double> targets;
  for (const double v : values) {
    const double size = std::min(std::log1p(std::abs(v) / unit), 4.0);
    targets.push_back(v > 0 ? size : flat ? -0.1 : -size);
  }
  return targets;
}

/// ln P(the value of a process is below 0).
class GpFeasibility {
 public:
  explicit GpFeasibility(GaussianProcess process) : process_(std::move(process)) {}

  [[nodiscard]] double operator()(std::span<const double> x) { return at(x).value; }

  /// \param gradient has the derivatives added; a categorical dimension has none.
  [[nodiscard]] double add_gradient(std::span<const double> x, std::span<double> gradient) {
    const auto here = at(x);
    process_.factor().solve_upper(white_);
    const auto& points = process_.points();
    const std::size_t n = kernel_.size();
    std::vector<double> along(n);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      along[i] = here.by_mean * process_.weights()[i] - here.by_deviation / here.deviation * white_[i];
      sum += along[i] *= slope_[i];
    }
    for (std::size_t d = 0; d < x.size(); ++d)
      if (!points.categorical[d])
        gradient[d] +=
            2 * process_.params().relevance[d] * (x[d] * sum - dot(along.data(), points.columns[d].data(), n));
    return here.value;
  }

 private:
  struct Here {
    double value, by_mean, by_deviation, deviation;
  };

  Here at(std::span<const double> x) {
    const double scale = process_.params().scale;
    kernel_.resize(process_.factor().size());
    slope_.resize(kernel_.size());
    weighted_distances(process_.points(), process_.params(), x, kernel_);
    for (std::size_t i = 0; i < kernel_.size(); ++i) {
      const auto matern = Matern52::at(kernel_[i]);
      kernel_[i] = scale * matern.value;
      slope_[i] = scale * matern.slope;
    }
    const double mean = dot(kernel_.data(), process_.weights().data(), kernel_.size());
    white_ = kernel_;
    process_.factor().solve_lower(white_);
    const double rest = std::max(scale - dot(white_.data(), white_.data(), white_.size()), 0.0);
    const double deviation = std::sqrt(rest + process_.params().noise);  // of an observation
    const double z = -mean / deviation, log_p = log_normal_cdf(z);
    const double slope = std::exp(-0.5 * z * z - 0.5 * std::log(2 * std::numbers::pi) - log_p);
    return {log_p, -slope / deviation, -slope * z / deviation, deviation};
  }

  GaussianProcess process_;
  std::vector<double> kernel_, slope_, white_;  // of the last point, as in GpAcquisition
};

}  // namespace hpo::search

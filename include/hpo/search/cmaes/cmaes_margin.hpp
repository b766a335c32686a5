#pragma once
/// \file  CMA-ES with margin: each value next to the mean of a parameter on a grid keeps a probability to be drawn.
/// Layer `search`, tier 0.
/// Source   Hamano, Saito, Nomura, Shirakawa: CMA-ES with margin: lower-bounding marginal probability for mixed-integer
///          black-box optimization. GECCO 2022, sections 4.2 to 4.4.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/cmaes/cmaes.hpp>
#include <hpo/search/math/truncated_normal.hpp>
#include <hpo/search/sampling/unit_scale.hpp>

namespace hpo::search {

/// Where the distribution of CMA-ES has become narrower than a cell of the grid, all points would have the same value
/// and nothing were learned any more. So a drawn x is evaluated at mean + A (x - mean), with a diagonal A that is 1 for
/// parameters that are not on a grid, and after each generation A and the mean are moved until the probability of the
/// cells on either side is at least alpha / 2 (alpha, for the one neighbor of a cell at the end). CMA-ES learns from
/// x.
class CmaesMargin {
 public:
  CmaesMargin() = default;
  CmaesMargin(std::vector<UnitScale> scales, double alpha)
      : scales_(std::move(scales)), alpha_(std::min(alpha, 0.5)), widening_(scales_.size(), 1.0) {}

  /// A, as the diagonal.
  [[nodiscard]] std::span<const double> widening() const { return widening_; }

  /// Where a drawn point is evaluated.
  [[nodiscard]] std::vector<double> widened(const Cmaes& state, std::vector<double> x) const {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = state.mean()[i] + widening_[i] * (x[i] - state.mean()[i]);
    return x;
  }

  /// The x that is evaluated there.
  [[nodiscard]] std::vector<double> narrowed(const Cmaes& state, std::vector<double> v) const {
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = state.mean()[i] + (v[i] - state.mean()[i]) / widening_[i];
    return v;
  }

  /// After a generation: moves the mean of `state`, and A.
  void correct(Cmaes& state) {
    for (std::size_t i = 0; i < scales_.size(); ++i) {
      if (!scales_[i].on_grid()) continue;
      const auto [low, high] = scales_[i].cell(state.mean()[i]);
      if (low && high)
        keep_both(state.mean()[i], widening_[i], state.deviation(i), *low, *high);
      else
        keep_inner(state.mean()[i], widening_[i] * state.deviation(i), low ? *low : *high);
    }
  }

 private:
  // The mean is in a cell at the end: it may be as far from the border as leaves alpha beyond it.
  void keep_inner(double& mean, double deviation, double border) const {
    const double reach = -normal_quantile(alpha_) * deviation;
    mean = border + std::clamp(mean - border, -reach, reach);
  }

  void keep_both(double& mean, double& widening, double deviation, double low, double high) const {
    const auto tail = [&](double distance) {
      return 0.5 * std::erfc(distance / (widening * deviation) / std::numbers::sqrt2);
    };
    const double below = tail(mean - low), above = tail(high - mean), inside = 1 - below - above;
    const double least = alpha_ / 2;
    const double raised_below = std::max(below, least), raised_above = std::max(above, least);
    // What was given to one side is taken from all, in proportion to what they have above the least.
    const double sum = raised_below + raised_above + inside;
    const double share = (1 - sum) / (sum - 3 * least);
    const auto settled = [&](double p) { return std::clamp(p + share * (p - least), 1e-10, 0.5 - 1e-10); };
    const double low_reach = -normal_quantile(settled(raised_below));
    const double high_reach = -normal_quantile(settled(raised_above));
    widening = (high - low) / ((low_reach + high_reach) * deviation);
    mean = (low * high_reach + high * low_reach) / (low_reach + high_reach);
  }

  std::vector<UnitScale> scales_;
  double alpha_ = 0;
  std::vector<double> widening_;
};

}  // namespace hpo::search

#pragma once
/// \file  Kernels over a grid: how likely each cell is, worked out once for all kernels that are alike.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <hpo/search/math/truncated_normal.hpp>
#include <hpo/search/sampling/scale.hpp>

namespace hpo::search {

/// The different (mean, width) among the kernels of a stepped column: on a grid they are few. Numbered from 0.
class CellKernels {
 public:
  explicit CellKernels(const Scale& scale) : scale_(scale) {
    const double cells = (scale.high - scale.low) / scale.step + 1.5;
    if (cells <= 512) cells_ = static_cast<std::size_t>(cells);
  }

  [[nodiscard]] std::size_t size() const { return kernels_.size(); }
  void clear() {
    order_.clear();
    kernels_.clear();
  }

  [[nodiscard]] std::uint32_t id(double mean, double sigma) {
    const auto before = [&](std::uint32_t id, double m) {
      return kernels_[id].mean != m ? kernels_[id].mean < m : kernels_[id].sigma < sigma;
    };
    const auto place = std::lower_bound(order_.begin(), order_.end(), mean, before);
    if (place != order_.end() && kernels_[*place].mean == mean && kernels_[*place].sigma == sigma) return *place;
    const auto id = static_cast<std::uint32_t>(kernels_.size());
    order_.insert(place, id);
    const double total = log_normal_mass((scale_.z_low() - mean) / sigma, (scale_.z_high() - mean) / sigma);
    kernels_.push_back({mean, sigma, total, std::vector<double>(cells_, std::numeric_limits<double>::quiet_NaN())});
    return id;
  }

  [[nodiscard]] double mean(std::uint32_t id) const { return kernels_[id].mean; }
  [[nodiscard]] double sigma(std::uint32_t id) const { return kernels_[id].sigma; }

  /// The logarithm of the probability that the kernel gives to a value on the grid.
  [[nodiscard]] double log_probability(std::uint32_t id, double value) const {
    auto& kernel = kernels_[id];
    if (kernel.known.empty()) return compute(kernel, value);
    const double cell = std::round((value - scale_.low) / scale_.step);
    auto& known = kernel.known[std::min(static_cast<std::size_t>(cell), cells_ - 1)];
    if (std::isnan(known)) known = compute(kernel, value);
    return known;
  }

 private:
  struct Kernel {
    double mean, sigma, log_total;
    std::vector<double> known;  // of each cell that was asked for, NaN before; empty if there are too many cells
  };

  [[nodiscard]] double compute(const Kernel& kernel, double value) const {
    const double low = scale_.to_z(value - scale_.step / 2), high = scale_.to_z(value + scale_.step / 2);
    const double mass = log_normal_mass((low - kernel.mean) / kernel.sigma, (high - kernel.mean) / kernel.sigma);
    return std::min(mass - kernel.log_total, 0.0);
  }

  Scale scale_;
  std::size_t cells_ = 0;             // 0: too many to remember each
  std::vector<std::uint32_t> order_;  // by mean, then by width
  mutable std::vector<Kernel> kernels_;
};

}  // namespace hpo::search

#pragma once
/// \file  A density over several parameters at once: a kernel around each observed trial, and a wide prior.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include <hpo/core/philox.hpp>
#include <hpo/search/kernel_widths.hpp>
#include <hpo/search/observations.hpp>
#include <hpo/search/tpe_split.hpp>
#include <hpo/search/truncated_normal.hpp>

namespace hpo::search {

/// One parameter's part of all kernels. The last kernel is the prior.
class KernelColumn {
 public:
  /// \param rows ascending; each has a value in the column.
  KernelColumn(const Column& column, std::span<const std::size_t> rows, double prior_weight) : column_(&column) {
    if (column.choices > 0)
      begin_choices(rows, prior_weight);
    else
      begin_numbers(rows);
  }

  /// A draw from one kernel, as an internal value.
  [[nodiscard]] double draw(std::size_t kernel, PhiloxStream& random) const {
    const double u = random.uniform();
    if (column_->choices == 0)
      return column_->scale.to_value(
          truncated_normal_quantile(u, mean_[kernel], sigma_[kernel], column_->scale.z_low(), column_->scale.z_high()));
    const auto choices = static_cast<double>(column_->choices);
    if (kernel + 1 == mean_.size()) return std::floor(u * choices);
    const double miss = std::exp(log_miss_);  // the row is `miss` everywhere but at the observed choice
    double left = u;
    for (std::size_t choice = 0; choice + 1 < column_->choices; ++choice) {
      left -= static_cast<double>(choice) == mean_[kernel] ? std::exp(log_hit_) : miss;
      if (left < 0) return static_cast<double>(choice);
    }
    return choices - 1;
  }

  /// Adds the logarithm of each kernel's density at an internal value to `sums` [kernels].
  void add_log_density(double internal, std::span<double> sums) const {
    if (column_->choices > 0) return add_choice(internal, sums);
    const Scale& scale = column_->scale;
    if (scale.step > 0)
      return add_cell(scale.to_z(internal - scale.step / 2), scale.to_z(internal + scale.step / 2), sums);
    const double z = scale.to_z(internal);
    const double* const mean = mean_.data();
    const double* const inverse = inverse_.data();
    double* const sum = sums.data();
    for (std::size_t k = 0, n = sums.size(); k < n; ++k) {
      const double distance = (z - mean[k]) * inverse[k];
      sum[k] -= 0.5 * distance * distance;
    }
  }

  /// Adds what does not depend on the place: the logarithm of what each kernel must be divided by.
  void add_log_norm(std::span<double> sums) const {
    if (column_->choices > 0) return;
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] -= log_norm_[k];
  }

  [[nodiscard]] std::span<const double> means() const { return mean_; }
  [[nodiscard]] std::span<const double> sigmas() const { return sigma_; }

 private:
  // A cell of a grid has a probability, a real number a density.
  [[nodiscard]] double log_norm(double mean, double sigma) const {
    const Scale& scale = column_->scale;
    const double log_mass = log_normal_mass((scale.z_low() - mean) / sigma, (scale.z_high() - mean) / sigma);
    return scale.step > 0 ? log_mass : log_mass + std::log(sigma * std::sqrt(2 * std::numbers::pi));
  }

  void begin_numbers(std::span<const std::size_t> rows) {
    const double low = column_->scale.z_low(), high = column_->scale.z_high(), range = high - low;
    const std::size_t n = rows.size();
    mean_.resize(n + 1);
    sigma_.resize(n + 1);
    log_norm_.resize(n + 1);
    constexpr auto none = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> kernel_of(column_->z.size(), none);
    for (std::size_t k = 0; k < n; ++k) kernel_of[rows[k]] = static_cast<std::uint32_t>(k);
    std::vector<double> sorted;
    sorted.reserve(n);
    order_.reserve(n);
    for (const auto row : column_->sorted)
      if (kernel_of[row] != none) {
        sorted.push_back(column_->z[row]);
        order_.push_back(kernel_of[row]);
      }
    const auto widths = kernel_widths(sorted, low, high);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t k = order_[i];
      mean_[k] = sorted[i];
      sigma_[k] = widths[i];
      auto& kept = column_->kept[rows[k]];
      if (kept.sigma != widths[i]) kept = {widths[i], log_norm(sorted[i], widths[i])};
      log_norm_[k] = kept.log_norm;
    }
    mean_[n] = low + range / 2;
    sigma_[n] = range;
    log_norm_[n] = log_norm(mean_[n], range);
    order_.push_back(static_cast<std::uint32_t>(n));
    inverse_.resize(n + 1);
    for (std::size_t k = 0; k <= n; ++k) inverse_[k] = 1 / sigma_[k];
  }

  void begin_choices(std::span<const std::size_t> rows, double prior_weight) {
    mean_.reserve(rows.size() + 1);
    for (const auto row : rows) mean_.push_back(column_->z[row]);
    mean_.push_back(-1);  // the prior has no favourite
    const double floor = prior_weight / static_cast<double>(rows.size() + 1);
    const double total = 1 + floor * static_cast<double>(column_->choices);
    log_hit_ = std::log((1 + floor) / total);
    log_miss_ = std::log(floor / total);
  }

  void add_choice(double choice, std::span<double> sums) const {
    const std::size_t prior = sums.size() - 1;
    for (std::size_t k = 0; k < prior; ++k) sums[k] += mean_[k] == choice ? log_hit_ : log_miss_;
    sums[prior] -= std::log(static_cast<double>(column_->choices));
  }

  // Kernels with the same mean lie side by side in order_, most of them with the same width: one computation for all.
  void add_cell(double low, double high, std::span<double> sums) const {
    double mean = 0, sigma = -1, log_mass = 0;
    for (const auto k : order_) {
      if (mean_[k] != mean || sigma_[k] != sigma) {
        mean = mean_[k];
        sigma = sigma_[k];
        log_mass = log_normal_mass((low - mean) / sigma, (high - mean) / sigma);
      }
      sums[k] += log_mass;
    }
  }

  const Column* column_;
  std::vector<double> mean_;  // or the observed choice
  std::vector<double> sigma_, inverse_, log_norm_;
  std::vector<std::uint32_t> order_;  // kernels by mean, the prior last
  double log_hit_ = 0, log_miss_ = 0;
};

/// Weighted kernels, each a product over the columns.
class ParzenMixture {
 public:
  /// \param rows the observed trials, ascending; each has a value in every column.
  ParzenMixture(std::span<const Column* const> columns, std::span<const std::size_t> rows, double prior_weight)
      : cumulated_(tpe_weights(rows.size(), prior_weight)), constant_(rows.size() + 1, 0.0) {
    double total = 0;
    for (const double weight : cumulated_) total += weight;
    double sum = 0;
    for (std::size_t k = 0; k < cumulated_.size(); ++k) {
      constant_[k] = std::log(cumulated_[k] / total);
      cumulated_[k] = sum += cumulated_[k] / total;
    }
    for (const auto* column : columns) {
      columns_.emplace_back(*column, rows, prior_weight);
      columns_.back().add_log_norm(constant_);
    }
  }

  /// A draw: an internal value per column.
  void draw(PhiloxStream& random, std::span<double> out) const {
    const auto place = std::ranges::upper_bound(cumulated_, random.uniform());
    const auto kernel = std::min(static_cast<std::size_t>(place - cumulated_.begin()), cumulated_.size() - 1);
    for (std::size_t d = 0; d < columns_.size(); ++d) out[d] = columns_[d].draw(kernel, random);
  }

  /// The logarithm of the density at a point, an internal value per column.
  [[nodiscard]] double log_density(std::span<const double> point) const {
    sums_ = constant_;
    for (std::size_t d = 0; d < columns_.size(); ++d) columns_[d].add_log_density(point[d], sums_);
    const double largest = *std::ranges::max_element(sums_);
    double sum = 0;
    for (const double each : sums_)
      if (each > largest - 40) sum += std::exp(each - largest);  // e^-40 is below the last digit
    return largest + std::log(sum);
  }

  [[nodiscard]] const std::vector<KernelColumn>& columns() const { return columns_; }

 private:
  std::vector<KernelColumn> columns_;
  std::vector<double> cumulated_;  // weights
  std::vector<double> constant_;   // of each kernel: what does not depend on the place
  mutable std::vector<double> sums_;
};

}  // namespace hpo::search

#pragma once
/// \file  One parameter's share of all kernels of a mixture.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/math/truncated_normal.hpp>
#include <hpo/search/sampling/observations.hpp>
#include <hpo/search/tpe/cell_kernels.hpp>
#include <hpo/search/tpe/kernel_order.hpp>
#include <hpo/search/tpe/kernel_store.hpp>

namespace hpo::search {

/// Truncated normals where the parameter is numeric, the probability of a cell where it also has a grid, a favorite
/// choice where it is categorical. A kernel whose trial has no value of the parameter takes the prior's share.
class KernelColumn {
 public:
  /// \param place the column's number among the real ones of the store, or among the others.
  KernelColumn(const ParamColumn& column, std::size_t place, double prior_weight)
      : column_(&column), place_(place), prior_weight_(prior_weight) {
    if (is_choice()) return;
    low_ = column.scale.z_low();
    high_ = column.scale.z_high();
    order_.emplace(low_, high_);
    if (column.scale.step > 0) grid_.emplace(column.scale);
  }

  [[nodiscard]] static bool is_real(const ParamColumn& column) { return column.choices == 0 && column.scale.step == 0; }
  [[nodiscard]] const ParamColumn& column() const { return *column_; }
  [[nodiscard]] bool is_real() const { return is_real(*column_); }
  [[nodiscard]] std::size_t place() const { return place_; }

  void add(std::uint32_t row) {
    if (has(row)) ++known_;
    if (has(row) && order_)
      order_->insert(row, column_->z, touched_);
    else
      touched_.push_back(row);
  }
  void remove(std::uint32_t row) {
    if (!has(row)) return;
    --known_;
    if (order_) order_->erase(row, column_->z, touched_);
  }
  void assign(std::span<const std::uint32_t> rows) {
    std::vector<std::uint32_t> having;
    for (const auto row : rows)
      if (has(row)) having.push_back(row);
    known_ = having.size();
    if (order_) order_->assign(std::move(having), column_->z);
    stale_ = true;
  }

  /// Brings the kernels of `rows` (ascending) and the prior up to date.
  void refresh(std::span<const std::uint32_t> rows, KernelStore& store) {
    if (is_choice()) {
      const double floor = prior_weight_ / static_cast<double>(known_ + 1);
      const double total = 1 + floor * static_cast<double>(column_->choices);
      log_hit_ = std::log((1 + floor) / total);
      log_miss_ = std::log(floor / total);
    } else {
      const double narrowest = narrowest_kernel(known_, high_ - low_);
      stale_ = stale_ || narrowest != narrowest_;
      narrowest_ = narrowest;
    }
    if (grid_ && grid_->size() > 2 * rows.size() + 64) stale_ = true;
    const auto kernel_of = [&](std::uint32_t row) {
      return static_cast<std::size_t>(std::ranges::lower_bound(rows, row) - rows.begin());
    };
    if (stale_) {
      if (grid_) grid_->clear();
      set_prior(rows.size(), store);
      for (std::size_t kernel = 0; kernel < rows.size(); ++kernel)
        if (is_choice() || !has(rows[kernel])) set(kernel, rows[kernel], 0, store);
      for (std::size_t i = 0; order_ && i < order_->size(); ++i)
        set(kernel_of(order_->rows()[i]), order_->rows()[i], order_->width_at(i, column_->z), store);
    } else {
      for (const auto row : touched_)
        if (const auto kernel = kernel_of(row); kernel < rows.size() && rows[kernel] == row)
          set(kernel, row, order_ && has(row) ? order_->width_of(row, column_->z) : 0, store);
    }
    stale_ = false;
    touched_.clear();
  }

  /// Mean and width of a kernel, on the column's scale. Of a numeric column.
  [[nodiscard]] std::pair<double, double> normal(std::size_t kernel, const KernelStore& store) const {
    if (!grid_) return store.normal(kernel, place_);
    const auto id = store.row(kernel, place_);
    return {grid_->mean(id), grid_->sigma(id)};
  }

  /// A draw from one kernel, as an internal value: the one below which its fraction `u` lies.
  [[nodiscard]] double draw(std::size_t kernel, double u, const KernelStore& store) const {
    if (!is_choice()) {
      const auto [mean, sigma] = normal(kernel, store);
      return column_->scale.to_value(truncated_normal_quantile(u, mean, sigma, low_, high_));
    }
    for (std::size_t choice = 0; choice + 1 < column_->choices; ++choice) {
      u -= std::exp(log_probability(store.row(kernel, place_), static_cast<double>(choice)));
      if (u < 0) return static_cast<double>(choice);
    }
    return static_cast<double>(column_->choices - 1);
  }

  /// How many different rows the kernels refer to, if the column is not real.
  [[nodiscard]] std::size_t table_rows() const { return grid_ ? grid_->size() : column_->choices + 1; }

  /// The logarithm of the probability that kernels of such a row give to an internal value.
  [[nodiscard]] double log_probability(std::uint32_t row, double internal) const {
    if (grid_) return grid_->log_probability(row, internal);
    if (row == column_->choices) return -std::log(static_cast<double>(column_->choices));
    return static_cast<double>(row) == internal ? log_hit_ : log_miss_;
  }

 private:
  [[nodiscard]] bool is_choice() const { return column_->choices > 0; }
  [[nodiscard]] bool has(std::uint32_t row) const { return !std::isnan(column_->z[row]); }

  void set_prior(std::size_t kernel, KernelStore& store) {
    if (is_choice())
      store.set_row(kernel, place_, static_cast<std::uint32_t>(column_->choices));
    else
      set_normal(kernel, low_ + (high_ - low_) / 2, high_ - low_, store);
  }
  void set(std::size_t kernel, std::uint32_t row, double sigma, KernelStore& store) {
    if (!has(row)) return set_prior(kernel, store);
    if (is_choice())
      store.set_row(kernel, place_, static_cast<std::uint32_t>(column_->z[row]));
    else
      set_normal(kernel, column_->z[row], sigma, store);
  }
  void set_normal(std::size_t kernel, double mean, double sigma, KernelStore& store) {
    if (grid_) return store.set_row(kernel, place_, grid_->id(mean, sigma));
    store.set_normal(kernel, place_, mean, sigma, [&] {
      const double log_mass = log_normal_mass((low_ - mean) / sigma, (high_ - mean) / sigma);
      return log_mass + std::log(sigma * std::sqrt(2 * std::numbers::pi));
    });
  }

  const ParamColumn* column_;
  std::size_t place_;
  double prior_weight_;
  double low_ = 0, high_ = 0;          // of the scale
  std::optional<KernelOrder> order_;   // of a numeric column
  std::optional<CellKernels> grid_{};  // of a stepped one
  std::size_t known_ = 0;              // kernels with a value
  double narrowest_ = 0;
  double log_hit_ = 0, log_miss_ = 0;  // of the observed choice, of each other
  std::vector<std::uint32_t> touched_;
  bool stale_ = true;
};

}  // namespace hpo::search

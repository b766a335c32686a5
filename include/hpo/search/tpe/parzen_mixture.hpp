#pragma once
/// \file  A density over several parameters at once: a kernel around each observed trial, and a wide prior.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <hpo/core/philox.hpp>
#include <hpo/search/math/argsort.hpp>
#include <hpo/search/sampling/observations.hpp>
#include <hpo/search/tpe/kernel_column.hpp>
#include <hpo/search/tpe/kernel_store.hpp>
#include <hpo/search/tpe/kernel_sums.hpp>
#include <hpo/search/tpe/weights.hpp>

namespace hpo::search {

struct MixtureOptions {
  double prior_weight = 1.0;  ///< of the prior, against 1 for a trial
  bool fading = true;         ///< old trials weigh less (tpe_weights); else all the same
};

/// Weighted kernels, each a product over the columns.
///
/// Kept from one call of observe() to the next, so that only what changed is worked out again: with n trials of d
/// columns, each trial that came or went costs O(d log n), and moving O(n d) bytes at worst.
class ParzenMixture {
 public:
  /// The columns outlive the mixture.
  explicit ParzenMixture(std::span<const ParamColumn* const> columns, MixtureOptions options = {})
      : options_(options), store_(0, 0) {
    std::size_t reals = 0, cells = 0;
    for (const auto* column : columns)
      columns_.emplace_back(*column, KernelColumn::is_real(*column) ? reals++ : cells++, options.prior_weight);
    store_ = KernelStore(reals, cells);
    update();
  }

  /// What the kernels stand for from now on: rows of the columns, ascending.
  void observe(std::span<const std::size_t> rows) {
    std::vector<std::uint32_t> gone, come;
    difference(rows, gone, come);
    if (gone.empty() && come.empty()) return;
    if (gone.size() + come.size() > 16 + rows_.size() / 8) {
      rows_.assign(rows.begin(), rows.end());
      store_.resize(rows_.size() + 1);
      for (auto& column : columns_) column.assign(rows_);
    } else {
      for (const auto row : gone) {
        const auto place = std::ranges::lower_bound(rows_, row);
        store_.erase(static_cast<std::size_t>(place - rows_.begin()));
        rows_.erase(place);
        for (auto& column : columns_) column.remove(row);
      }
      for (const auto row : come) {
        const auto place = rows_.insert(std::ranges::lower_bound(rows_, row), row);
        store_.insert(static_cast<std::size_t>(place - rows_.begin()));
        for (auto& column : columns_) column.add(row);
      }
    }
    update();
  }

  [[nodiscard]] std::span<const std::uint32_t> rows() const { return rows_; }

  /// A draw: an internal value per column.
  void draw(PhiloxStream& random, std::span<double> out) const {
    const auto place = std::ranges::upper_bound(cumulated_, random.uniform());
    const auto kernel = std::min(static_cast<std::size_t>(place - cumulated_.begin()), cumulated_.size() - 1);
    for (std::size_t d = 0; d < columns_.size(); ++d) out[d] = columns_[d].draw(kernel, random.uniform(), store_);
  }

  /// The logarithm of the density at some points.
  ///
  /// Shapes   points [out.size()][columns], internal values.
  void log_density(std::span<const double> points, std::span<double> out) const {
    const std::size_t d = columns_.size(), batch = (out.size() + lane_count - 1) / lane_count * lane_count;
    const auto order = neighbors(points, out.size());
    std::vector<double> values(d * batch);  // [columns][batch]: the first point fills up what is left over
    std::vector<double> places(store_.reals() * batch), sums(batch);
    for (std::size_t column = 0; column < d; ++column)
      for (std::size_t i = 0; i < batch; ++i)
        values[column * batch + i] = points[order[i < out.size() ? i : 0] * d + column];
    Tables tables;
    for (std::size_t column = 0; column < d; ++column) {
      const auto& part = columns_[column];
      const std::span<const double> here(&values[column * batch], batch);
      if (!part.is_real()) {
        tables.add(part, here);
        continue;
      }
      for (std::size_t i = 0; i < batch; ++i)
        places[(i / lane_count * store_.reals() + part.place()) * lane_count + i % lane_count] =
            part.column().scale.to_z(here[i]);
    }
    auto view = store_.view();
    view.weights = weights_.data();
    view.log_weight_range = log_weight_range_;
    log_kernel_sums(view, places, tables, sums);
    for (std::size_t i = 0; i < out.size(); ++i) out[order[i]] = sums[i];
  }
  [[nodiscard]] double log_density(std::span<const double> point) const {
    double out = 0;
    log_density(point, {&out, 1});
    return out;
  }

  /// Of each kernel, in the order of the rows, the prior last; they sum to 1.
  [[nodiscard]] std::span<const double> weights() const { return weights_; }

  /// Mean and width of a kernel in a numeric column, on the column's scale.
  [[nodiscard]] std::pair<double, double> normal(std::size_t kernel, std::size_t column) const {
    return columns_[column].normal(kernel, store_);
  }

 private:
  /// What columns with cells add at a batch of points, for each row that their kernels refer to; filled when needed.
  class Tables {
   public:
    void add(const KernelColumn& column, std::span<const double> values) {
      tables_.push_back({&column, values, std::vector<double>(column.table_rows() * values.size()),
                         std::vector<char>(column.table_rows())});
    }
    [[nodiscard]] const double* row(std::size_t cell, std::uint32_t row) {
      auto& table = tables_[cell];
      double* const logs = &table.logs[row * table.values.size()];
      if (table.filled[row] == 0) fill(table, row, logs);
      return logs;
    }

   private:
    struct Table {
      const KernelColumn* column;
      std::span<const double> values;  // [batch]
      std::vector<double> logs;        // [rows][batch]
      std::vector<char> filled;        // [rows]
    };
    [[gnu::noinline]] static void fill(Table& table, std::uint32_t row, double* logs) {
      for (std::size_t i = 0; i < table.values.size(); ++i)
        logs[i] = table.column->log_probability(row, table.values[i]);
      table.filled[row] = 1;
    }
    std::vector<Table> tables_;  // by place in the store
  };

  // Points that are close in the first real column side by side: a kernel is left if it counts at none of its lanes.
  [[nodiscard]] std::vector<std::size_t> neighbors(std::span<const double> points, std::size_t count) const {
    std::vector<double> keys(count);  // all the same if there is no real column
    std::size_t column = 0;
    while (column < columns_.size() && !columns_[column].is_real()) ++column;
    if (column < columns_.size())
      for (std::size_t i = 0; i < count; ++i) keys[i] = points[i * columns_.size() + column];
    return argsort(keys);
  }

  void difference(std::span<const std::size_t> rows, std::vector<std::uint32_t>& gone,
                  std::vector<std::uint32_t>& come) const {
    auto old = rows_.begin();
    for (const std::size_t row : rows) {
      while (old != rows_.end() && *old < row) gone.push_back(*old++);
      if (old != rows_.end() && *old == row)
        ++old;
      else
        come.push_back(static_cast<std::uint32_t>(row));
    }
    gone.insert(gone.end(), old, rows_.end());
  }

  void update() {
    weights_ =
        options_.fading ? tpe_weights(rows_.size(), options_.prior_weight) : std::vector<double>(rows_.size(), 1.0);
    if (!options_.fading) weights_.push_back(options_.prior_weight);
    double total = 0, sum = 0;
    for (const double weight : weights_) total += weight;
    cumulated_.clear();
    for (double& weight : weights_) cumulated_.push_back(sum += weight /= total);
    const auto [least, most] = std::ranges::minmax(weights_);
    log_weight_range_ = std::log(most / least);
    for (auto& column : columns_) column.refresh(rows_, store_);
    store_.update_constants();
  }

  MixtureOptions options_;
  std::vector<KernelColumn> columns_;
  KernelStore store_;
  std::vector<std::uint32_t> rows_;
  std::vector<double> weights_, cumulated_;
  double log_weight_range_ = 0;
};

}  // namespace hpo::search

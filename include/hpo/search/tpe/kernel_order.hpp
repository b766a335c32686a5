#pragma once
/// \file  Observations in the order of their places, kept sorted while some come and go.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <hpo/search/tpe/kernel_widths.hpp>

namespace hpo::search {

/// The rows of a numeric column that kernels stand for, by (place, row), and how wide the kernel of each is.
class KernelOrder {
 public:
  KernelOrder(double low, double high) : low_(low), high_(high) {}

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::span<const std::uint32_t> rows() const { return rows_; }

  /// \param z place of each row of the column, here and below.
  void assign(std::vector<std::uint32_t> rows, std::span<const double> z) {
    rows_ = std::move(rows);
    std::ranges::sort(rows_, Before{z});
  }

  /// Adds or removes a row. The rows whose width that may change are added to `touched`.
  void insert(std::uint32_t row, std::span<const double> z, std::vector<std::uint32_t>& touched) {
    const auto place = rows_.insert(std::ranges::lower_bound(rows_, row, Before{z}), row);
    touch(static_cast<std::size_t>(place - rows_.begin()), touched);
  }
  void erase(std::uint32_t row, std::span<const double> z, std::vector<std::uint32_t>& touched) {
    const auto place = std::ranges::lower_bound(rows_, row, Before{z});
    touch(static_cast<std::size_t>(place - rows_.begin()), touched);
    rows_.erase(place);
  }

  /// Of the row at a position of rows().
  [[nodiscard]] double width_at(std::size_t position, std::span<const double> z) const {
    return kernel_width(rows_.size(), position, low_, high_, [&](std::size_t i) { return z[rows_[i]]; });
  }
  [[nodiscard]] double width_of(std::uint32_t row, std::span<const double> z) const {
    return width_at(static_cast<std::size_t>(std::ranges::lower_bound(rows_, row, Before{z}) - rows_.begin()), z);
  }

 private:
  struct Before {
    std::span<const double> z;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return z[a] != z[b] ? z[a] < z[b] : a < b; }
  };

  void touch(std::size_t position, std::vector<std::uint32_t>& touched) const {
    for (std::size_t i = position == 0 ? 0 : position - 1; i < std::min(position + 2, rows_.size()); ++i)
      touched.push_back(rows_[i]);
  }

  double low_, high_;
  std::vector<std::uint32_t> rows_;
};

}  // namespace hpo::search

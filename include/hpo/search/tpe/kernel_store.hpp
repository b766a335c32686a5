#pragma once
/// \file  The numbers of thousands of kernels, in the order in which sums run through them.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <hpo/search/tpe/kernel_sums.hpp>

namespace hpo::search {

/// Kernels one behind the other: normal distributions for the real columns, a row of a table for each other one. The
/// last kernel is the prior.
class KernelStore {
 public:
  KernelStore(std::size_t reals, std::size_t cells) : reals_(reals), cells_(cells) { resize(1); }

  [[nodiscard]] std::size_t size() const { return constants_.size(); }
  [[nodiscard]] std::size_t reals() const { return reals_; }
  [[nodiscard]] std::size_t cells() const { return cells_; }

  void resize(std::size_t kernels) {
    normals_.assign(kernels * reals_ * 2, 0.0);
    log_norms_.assign(kernels * reals_, 0.0);
    rows_.assign(kernels * cells_, 0);
    constants_.assign(kernels, 0.0);
    changed_.clear();
  }
  void insert(std::size_t kernel) {
    normals_.insert(at(normals_, kernel * reals_ * 2), reals_ * 2, 0.0);
    log_norms_.insert(at(log_norms_, kernel * reals_), reals_, 0.0);
    rows_.insert(at(rows_, kernel * cells_), cells_, 0);
    constants_.insert(at(constants_, kernel), 0.0);
  }
  void erase(std::size_t kernel) {
    normals_.erase(at(normals_, kernel * reals_ * 2), at(normals_, (kernel + 1) * reals_ * 2));
    log_norms_.erase(at(log_norms_, kernel * reals_), at(log_norms_, (kernel + 1) * reals_));
    rows_.erase(at(rows_, kernel * cells_), at(rows_, (kernel + 1) * cells_));
    constants_.erase(at(constants_, kernel));
  }

  /// \param log_norm called if the kernel was another one before: the logarithm of what its density is divided by.
  template <class LogNorm>
  void set_normal(std::size_t kernel, std::size_t real, double mean, double sigma, LogNorm&& log_norm) {
    double* const place = &normals_[(kernel * reals_ + real) * 2];
    if (place[0] == mean && place[1] == 1 / sigma) return;
    place[0] = mean;
    place[1] = 1 / sigma;
    log_norms_[kernel * reals_ + real] = log_norm();
    changed_.push_back(kernel);
  }
  void set_row(std::size_t kernel, std::size_t cell, std::uint32_t row) { rows_[kernel * cells_ + cell] = row; }

  /// Mean and width.
  [[nodiscard]] std::pair<double, double> normal(std::size_t kernel, std::size_t real) const {
    const double* const place = &normals_[(kernel * reals_ + real) * 2];
    return {place[0], 1 / place[1]};
  }
  [[nodiscard]] std::uint32_t row(std::size_t kernel, std::size_t cell) const { return rows_[kernel * cells_ + cell]; }

  /// To be called between the last change and view().
  void update_constants() {
    for (const std::size_t kernel : changed_) {
      double sum = 0;  // anew, so that it does not depend on what was there before
      for (std::size_t real = 0; real < reals_; ++real) sum -= log_norms_[kernel * reals_ + real];
      constants_[kernel] = sum;
    }
    changed_.clear();
  }

  [[nodiscard]] KernelView view() const {
    return {.kernels = size(),
            .reals = reals_,
            .cells = cells_,
            .places = normals_.data(),
            .rows = rows_.data(),
            .constants = constants_.data()};
  }

 private:
  template <class T>
  static typename std::vector<T>::iterator at(std::vector<T>& numbers, std::size_t place) {
    return numbers.begin() + static_cast<std::ptrdiff_t>(place);
  }

  std::size_t reals_, cells_;
  std::vector<double> normals_, log_norms_, constants_;  // [kernels][reals][2], [kernels][reals], [kernels]
  std::vector<std::uint32_t> rows_;                      // [kernels][cells]
  std::vector<std::size_t> changed_;
};

}  // namespace hpo::search

#pragma once
/// \file  Triangular factors of symmetric positive definite matrices, small enough for loops of our own.
/// Layer `search`, tier 0.

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace hpo::search {

/// Four sums at once, as the compiler may not reorder one.
[[nodiscard]] inline double dot(const double* a, const double* b, std::size_t n) {
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (; i < n; ++i) s0 += a[i] * b[i];
  return (s0 + s1) + (s2 + s3);
}

/// The lower triangle L with L L^T = A, grown by one row of A at a time.
class Cholesky {
 public:
  [[nodiscard]] std::size_t size() const { return diagonal_.size(); }

  void reserve(std::size_t n) {
    packed_.reserve(n * (n + 1) / 2);
    diagonal_.reserve(n);
  }

  /// Takes the next row of A up to its diagonal: size() + 1 numbers.
  /// \return false, and takes nothing, if A is then no longer positive definite.
  [[nodiscard]] bool append(std::span<const double> row) {
    const std::size_t n = size(), begin = packed_.size();
    packed_.insert(packed_.end(), row.begin(), row.end());
    double* const added = packed_.data() + begin;
    solve_lower({added, n});
    const double pivot = added[n] - dot(added, added, n);
    if (!(pivot > 0)) {
      packed_.resize(begin);
      return false;
    }
    added[n] = std::sqrt(pivot);
    diagonal_.push_back(added[n]);
    return true;
  }

  /// Row i of L: i + 1 numbers.
  [[nodiscard]] const double* row(std::size_t i) const { return packed_.data() + i * (i + 1) / 2; }

  /// b := L^-1 b, of the first b.size() rows.
  void solve_lower(std::span<double> b) const {
    const double* l = packed_.data();
    for (std::size_t i = 0; i < b.size(); l += ++i) b[i] = (b[i] - dot(l, b.data(), i)) / diagonal_[i];
  }

  /// b := L^-T b.
  void solve_upper(std::span<double> b) const {
    for (std::size_t i = size(); i-- > 0;) {
      const double* const l = row(i);
      const double x = b[i] /= diagonal_[i];
      for (std::size_t j = 0; j < i; ++j) b[j] -= x * l[j];
    }
  }

  [[nodiscard]] double log_determinant() const {
    double sum = 0;
    for (const double pivot : diagonal_) sum += std::log(pivot);
    return 2 * sum;
  }

  /// A^-1, whole, row by row.
  [[nodiscard]] std::vector<double> inverse() const {
    const std::size_t n = size();
    std::vector<double> columns(n * n), result(n * n);  // column a of L^-1 in row a, from place a on
    for (std::size_t a = 0; a < n; ++a) {
      double* const w = columns.data() + a * n;
      w[a] = 1 / diagonal_[a];
      for (std::size_t i = a + 1; i < n; ++i) w[i] = -dot(row(i) + a, w + a, i - a) / diagonal_[i];
    }
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = a; b < n; ++b)
        result[a * n + b] = result[b * n + a] = dot(columns.data() + a * n + b, columns.data() + b * n + b, n - b);
    return result;
  }

 private:
  std::vector<double> packed_;    // row after row
  std::vector<double> diagonal_;  // again, side by side
};

}  // namespace hpo::search

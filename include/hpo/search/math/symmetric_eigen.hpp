#pragma once
/// \file  Eigenvalues and eigenvectors of small symmetric matrices.
/// Layer `search`, tier 0.

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace hpo::search {

/// A square matrix, row by row.
class SquareMatrix {
 public:
  SquareMatrix() = default;
  explicit SquareMatrix(std::size_t size) : size_(size), entries_(size * size) {}

  [[nodiscard]] static SquareMatrix identity(std::size_t size) {
    SquareMatrix matrix(size);
    for (std::size_t i = 0; i < size; ++i) matrix(i, i) = 1;
    return matrix;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] double operator()(std::size_t row, std::size_t column) const { return entries_[row * size_ + column]; }
  [[nodiscard]] double& operator()(std::size_t row, std::size_t column) { return entries_[row * size_ + column]; }

  bool operator==(const SquareMatrix&) const = default;

 private:
  std::size_t size_ = 0;
  std::vector<double> entries_;
};

/// A = V diag(values) V^T; the eigenvectors are the columns of V, in no particular order.
struct SymmetricEigen {
  std::vector<double> values;
  SquareMatrix vectors;
};

/// Shapes   n x n, n up to a few hundred: O(n^3) for each of 5 to 10 sweeps. Of A only the upper triangle is read.
/// Source   Golub, Van Loan: Matrix Computations, 8.5 (cyclic Jacobi): small eigenvalues keep their digits.
[[nodiscard]] inline SymmetricEigen symmetric_eigen(SquareMatrix a) {
  const std::size_t n = a.size();
  SymmetricEigen result{std::vector<double>(n), SquareMatrix::identity(n)};
  const auto rotate = [](double& x, double& y, double c, double s) {
    const double old = x;
    x = c * old - s * y;
    y = s * old + c * y;
  };
  bool changed = true;
  for (int sweep = 0; changed && sweep < 60; ++sweep) {
    changed = false;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        const double off = a(p, q);
        // So small that the diagonal, which it would move by off^2 / (a_qq - a_pp), stays as it is.
        if (std::abs(off) <= 1e-17 * std::sqrt(std::abs(a(p, p) * a(q, q)))) continue;
        changed = true;
        const double theta = (a(q, q) - a(p, p)) / (2 * off);
        const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::hypot(1, theta));
        const double c = 1 / std::hypot(1, t), s = t * c;
        a(p, p) -= t * off;
        a(q, q) += t * off;
        a(p, q) = 0;
        for (std::size_t i = 0; i < p; ++i) rotate(a(i, p), a(i, q), c, s);
        for (std::size_t i = p + 1; i < q; ++i) rotate(a(p, i), a(i, q), c, s);
        for (std::size_t i = q + 1; i < n; ++i) rotate(a(p, i), a(q, i), c, s);
        for (std::size_t i = 0; i < n; ++i) rotate(result.vectors(i, p), result.vectors(i, q), c, s);
      }
  }
  for (std::size_t i = 0; i < n; ++i) result.values[i] = a(i, i);
  return result;
}

}  // namespace hpo::search

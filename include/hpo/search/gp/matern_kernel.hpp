#pragma once
/// \file  The Matern-5/2 kernel: how alike the objective is at two points, by their distance.
/// Layer `search`, tier 0.
/// Source   Rasmussen, Williams: Gaussian Processes for Machine Learning (2006), 4.2.

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace hpo::search {

/// What a Gaussian process is made of besides its data.
struct KernelParams {
  std::vector<double> relevance;  ///< of each dimension: 1 / length^2
  double scale = 1;               ///< variance of the function
  double noise = 1e-6;            ///< variance of an observation around it

  bool operator==(const KernelParams&) const = default;
};

/// Points of the unit cube, dimension by dimension. In a categorical dimension values are equal (distance 0) or not
/// (distance 1).
struct GpPoints {
  std::vector<bool> categorical;             ///< of each dimension
  std::vector<std::vector<double>> columns;  ///< a value of each point, for each dimension

  GpPoints() = default;
  explicit GpPoints(std::vector<bool> kinds) : categorical(std::move(kinds)), columns(categorical.size()) {}

  [[nodiscard]] std::size_t dimensions() const { return columns.size(); }
  [[nodiscard]] std::size_t size() const { return columns.empty() ? 0 : columns.front().size(); }
  void add(std::span<const double> point) {
    for (std::size_t d = 0; d < point.size(); ++d) columns[d].push_back(point[d]);
  }
  [[nodiscard]] std::vector<double> point(std::size_t i) const {
    std::vector<double> x(dimensions());
    for (std::size_t d = 0; d < x.size(); ++d) x[d] = columns[d][i];
    return x;
  }
};

/// Squared distance of two values in one dimension.
[[nodiscard]] inline double squared_distance(bool categorical, double a, double b) {
  if (categorical) return a == b ? 0 : 1;
  return (a - b) * (a - b);
}

/// The kernel of scale 1 and its derivative by the squared distance.
struct Matern52 {
  double value, slope;

  [[nodiscard]] static Matern52 at(double squared) {
    const double r = std::sqrt(5 * squared), decay = std::exp(-r);
    return {(1 + r + r * r / 3) * decay, -5.0 / 6 * (1 + r) * decay};
  }
};

/// Squared distances of x from the first out.size() points, the dimensions weighted by their relevance.
inline void weighted_distances(const GpPoints& points, const KernelParams& params, std::span<const double> x,
                               std::span<double> out) {
  for (auto& sum : out) sum = 0;
  for (std::size_t d = 0; d < x.size(); ++d) {
    const double* const column = points.columns[d].data();
    const double weight = params.relevance[d], at = x[d];
    if (points.categorical[d])
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += column[i] == at ? 0 : weight;
    else
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += weight * (column[i] - at) * (column[i] - at);
  }
}

}  // namespace hpo::search

#pragma once
/// \file  How the values of one parameter are spread: a density over a grid of its range.
/// Layer `report`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <variant>
#include <vector>

#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/zip.hpp>

#include <hpo/space/distribution.hpp>

namespace hpo::report {

/// The points to which a range is cut: at most 50, evenly spaced on its scale; one for each choice.
///
/// Meaning   a stepped range has its own points if they are few enough; whole numbers on a log scale one for each
///           doubling of the range, and one more.
struct ParamGrid {
  double low = 0, spacing = 1;
  bool log = false;
  std::size_t size = 0;

  /// The distribution has more than one value.
  explicit ParamGrid(const space::Distribution& distribution) {
    std::visit([this](const auto& d) { cut(d); }, distribution);
  }

  /// The point next to an internal value; the lower one in the middle between two.
  [[nodiscard]] std::size_t nearest(double internal) const {
    const double place = ((log ? std::log(internal) : internal) - low) / spacing;
    return static_cast<std::size_t>(std::clamp(std::ceil(place - 0.5), 0.0, static_cast<double>(size - 1)));
  }

 private:
  static constexpr double finest = 50;

  void cut(const space::FloatDistribution& d) {
    spread(d.low, d.high, d.log, d.step ? std::nearbyint((d.high - d.low) / *d.step) + 1 : finest);
  }
  void cut(const space::IntDistribution& d) {
    const auto a = static_cast<double>(d.low), b = static_cast<double>(d.high);
    spread(a, b, d.log,
           d.log ? std::ceil(std::log(b - a + 1) / std::numbers::ln2) + 1
                 : std::nearbyint((b - a) / static_cast<double>(d.step)) + 1);
  }
  void cut(const space::CategoricalDistribution& d) { size = d.choices.size(); }

  void spread(double a, double b, bool on_log, double points) {
    log = on_log;
    size = static_cast<std::size_t>(std::min(points, finest));
    low = log ? std::log(a) : a;
    spacing = ((log ? std::log(b) : b) - low) / static_cast<double>(size - 1);
  }
};

/// The probability that a normal draw lies between two numbers.
[[nodiscard]] inline double normal_mass(double from, double to) {
  const bool right = from > 0;  // the tail that does not cancel
  const double a = right ? -to : from, b = right ? -from : to;
  return (std::erfc(-b / std::numbers::sqrt2) - std::erfc(-a / std::numbers::sqrt2)) / 2;
}

namespace detail {

/// The width of the kernels: Scott's rule on the counted points, narrowed where the middle half of them is, but wide
/// enough that 90 % of a kernel does not fall between the points.
[[nodiscard]] inline double kernel_width(std::span<const double> points, std::span<const double> counts) {
  double total = 0, mean = 0, variance = 0;
  std::vector<double> up_to;
  for (const auto [point, count] : ranges::views::zip(points, counts)) {
    up_to.push_back(total += count);
    mean += point * count;
  }
  mean /= total;
  for (const auto [point, count] : ranges::views::zip(points, counts))
    variance += (point - mean) * (point - mean) * count;
  variance /= std::max(1.0, total - 1);
  const auto first = std::ranges::lower_bound(up_to, std::floor(total / 4)) - up_to.begin();
  const auto last = std::ranges::upper_bound(up_to, std::floor(total * 3 / 4)) - up_to.begin();
  const double middle_half =
      points[std::min(static_cast<std::size_t>(last), points.size() - 1)] - points[static_cast<std::size_t>(first)];
  const double scott = 1.059 * std::min(middle_half / 1.34, std::sqrt(variance)) * std::pow(total, -0.2);
  return std::max(scott, 0.5 / 1.64);
}

/// Adds a normal distribution, cut off at the ends of the grid, with this weight.
inline void add_kernel(std::vector<double>& density, double center, double width, double weight) {
  const auto mass = [&](double from, double to) { return normal_mass((from - center) / width, (to - center) / width); };
  const double inside = mass(-0.5, static_cast<double>(density.size()) - 0.5);
  for (std::size_t point = 0; point < density.size(); ++point) {
    const auto x = static_cast<double>(point);
    density[point] += weight * mass(x - 0.5, x + 0.5) / inside;
  }
}

}  // namespace detail

/// The density of internal values over the grid of their distribution: a kernel for each point that was counted,
/// weighted by the count, and one for the whole range. Sums up to 1.
///
/// Source   Watanabe, Bansal, Hutter: PED-ANOVA, IJCAI 2023, with the estimator of Optuna's implementation
[[nodiscard]] inline std::vector<double> grid_density(const space::Distribution& distribution,
                                                      std::span<const double> internals) {
  const ParamGrid grid(distribution);
  const auto size = static_cast<double>(grid.size), kernels = static_cast<double>(internals.size()) + 1;
  std::vector<double> counted(grid.size), points, counts;
  for (const double internal : internals) ++counted[grid.nearest(internal)];
  for (const auto [point, count] : ranges::views::enumerate(counted)) {
    if (count == 0) continue;
    points.push_back(static_cast<double>(point));
    counts.push_back(count);
  }
  std::vector<double> density(grid.size, 0.0);
  if (std::holds_alternative<space::CategoricalDistribution>(distribution)) {
    const double share = 1 / (static_cast<double>(points.size()) + 1);  // of the prior in a kernel, before it is scaled
    for (std::size_t choice = 0; choice < grid.size; ++choice)
      density[choice] = ((kernels - 1) * share + counted[choice]) / (1 + size * share) / kernels + 1 / size / kernels;
    return density;
  }
  if (!points.empty()) {
    const double width = detail::kernel_width(points, counts);
    for (const auto [point, count] : ranges::views::zip(points, counts))
      detail::add_kernel(density, point, width, count / kernels);
  }
  detail::add_kernel(density, (size - 1) / 2, size, 1 / kernels);
  return density;
}

}  // namespace hpo::report

#pragma once
/// \file  Numeric parameters as a box of reals: logarithm taken, the cells of a grid half a step wide on each side.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>

#include <hpo/space/distribution.hpp>

namespace hpo::search {

/// The line on which a numeric distribution is drawn. A value x lies at z = x, or ln x on a log scale.
struct Scale {
  double low = 0, high = 0;  ///< of the values
  double step = 0;           ///< 0 if any real will do
  bool log = false;

  /// The distribution is numeric.
  [[nodiscard]] static Scale of(const space::Distribution& distribution) {
    if (const auto* real = std::get_if<space::FloatDistribution>(&distribution))
      return {real->low, real->high, real->step.value_or(0), real->log};
    const auto& whole = std::get<space::IntDistribution>(distribution);
    return {static_cast<double>(whole.low), static_cast<double>(whole.high), static_cast<double>(whole.step),
            whole.log};
  }

  [[nodiscard]] double to_z(double x) const { return log ? std::log(x) : x; }
  [[nodiscard]] double z_low() const { return to_z(low - step / 2); }
  [[nodiscard]] double z_high() const { return to_z(high + step / 2); }

  /// The nearest legal value to a place on the line.
  [[nodiscard]] double to_value(double z) const {
    double x = log ? std::exp(z) : z;
    if (step > 0) x = low + std::round((x - low) / step) * step;
    return std::clamp(x, low, high);
  }
};

/// The internal value below which the fraction `u` of the distribution lies, 0 <= u < 1.
[[nodiscard]] inline double value_at_fraction(const space::Distribution& distribution, double u) {
  if (const auto* categorical = std::get_if<space::CategoricalDistribution>(&distribution)) {
    const auto choices = static_cast<double>(categorical->choices.size());
    return std::min(std::floor(u * choices), choices - 1);
  }
  const Scale scale = Scale::of(distribution);
  return scale.to_value(scale.z_low() + (scale.z_high() - scale.z_low()) * u);
}

}  // namespace hpo::search

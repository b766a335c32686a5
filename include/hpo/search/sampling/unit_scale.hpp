#pragma once
/// \file  A numeric parameter on the interval from 0 to 1.
/// Layer `search`, tier 0.

#include <algorithm>
#include <optional>

#include <hpo/search/sampling/scale.hpp>
#include <hpo/space/distribution.hpp>

namespace hpo::search {

/// The line of a Scale, stretched to [0, 1]. A parameter on a grid has a cell around each of its values: of equal
/// width, unless the scale is logarithmic.
class UnitScale {
 public:
  /// The distribution is numeric and has more than one value.
  explicit UnitScale(const space::Distribution& distribution)
      : scale_(Scale::of(distribution)), low_(scale_.z_low()), width_(scale_.z_high() - low_) {}

  [[nodiscard]] bool on_grid() const { return scale_.step > 0; }

  /// Where a value lies; one that is on the grid in the middle of its cell, but for a logarithm.
  [[nodiscard]] double to_unit(double internal) const { return (scale_.to_z(internal) - low_) / width_; }

  /// The value of a place. Places outside belong to the nearest end.
  [[nodiscard]] double to_internal(double unit) const { return scale_.to_value(low_ + width_ * unit); }

  /// The borders of the cell in which a place lies: nothing below the first cell, nothing above the last.
  struct Cell {
    std::optional<double> low, high;
  };
  [[nodiscard]] Cell cell(double unit) const {
    const double value = to_internal(unit), half = scale_.step / 2;
    Cell cell;
    if (value - half > scale_.low) cell.low = to_unit(value - half);
    if (value + half < scale_.high) cell.high = to_unit(value + half);
    return cell;
  }

 private:
  Scale scale_;
  double low_, width_;
};

}  // namespace hpo::search

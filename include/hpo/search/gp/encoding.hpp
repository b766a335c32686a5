#pragma once
/// \file  A space of hyperparameters as a cube, in which points have distances.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

#include <hpo/search/gp/matern_kernel.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/sampling/scale.hpp>

namespace hpo::search {

/// One dimension of the cube.
struct GpAxis {
  std::size_t param = 0;    ///< its place in the space
  bool indicator = false;   ///< not the parameter itself, but whether it is active: 0 or 1
  std::size_t choices = 0;  ///< of a categorical parameter
  Scale scale{};            ///< of a numeric one
  double grid = 0;          ///< how many values a numeric one has; 0 for a range of reals

  [[nodiscard]] bool categorical() const { return indicator || choices > 0; }
  [[nodiscard]] double to_unit(double z) const { return (z - scale.z_low()) / (scale.z_high() - scale.z_low()); }
  [[nodiscard]] double to_internal(double unit) const {
    if (choices > 0) return unit;
    return scale.to_value(scale.z_low() + unit * (scale.z_high() - scale.z_low()));
  }
  [[nodiscard]] double from_internal(double internal) const {
    return choices > 0 ? internal : to_unit(scale.to_z(internal));
  }
};

/// Numeric parameters lie in [0, 1] on their scale, with half a step of room at either end; choices are their index and
/// have no order. Only parameters that can vary have an axis.
///
/// What is inactive stands in the middle of its axis (at no choice, if it has choices), so that trials without it agree
/// there. A condition on a number also gets an axis of its own, 0 or 1: the objective may jump where the parameter
/// begins to exist, while the number itself hardly changed. Where the parent is a choice, that axis tells them apart.
class GpEncoding {
 public:
  explicit GpEncoding(const SampleRequest& request) : space_(request.space), axis_of_(space_.params.size()) {
    for (std::size_t p = 0; p < space_.params.size(); ++p) {
      const auto& spec = space_.params[p];
      if (space::is_single(spec.distribution)) continue;
      axis_of_[p] = axes_.size();
      axes_.push_back(axis(p));
    }
    for (std::size_t p = 0; p < space_.params.size(); ++p)
      if (needs_indicator(p)) axes_.push_back({.param = p, .indicator = true});
    for (std::size_t p = 0; p < space_.params.size(); ++p)
      if (std::ranges::any_of(space_.constraints, [&](const space::Constraint& constraint) {
            return std::ranges::find(constraint.names(), space_.params[p].name) != constraint.names().end();
          }))
        constrained_.push_back(p);
    fixed_.resize(axes_.size());
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      const auto& spec = space_.params[axes_[a].param];
      if (const auto* value = request.fixed.find(spec.name); value != nullptr && !axes_[a].indicator)
        fixed_[a] = axes_[a].from_internal(space::to_internal(spec.distribution, *value));
    }
  }

  [[nodiscard]] std::span<const GpAxis> axes() const { return axes_; }
  [[nodiscard]] std::size_t dimensions() const { return axes_.size(); }
  [[nodiscard]] std::optional<std::size_t> axis_of(std::size_t param) const { return axis_of_[param]; }

  [[nodiscard]] std::vector<bool> categorical() const {
    std::vector<bool> kinds;
    for (const auto& axis : axes_) kinds.push_back(axis.categorical());
    return kinds;
  }

  /// Makes the point one that a trial can have: values on their grids, what is fixed in its place, what is inactive out
  /// of the way.
  ///
  /// \param movable receives which axes may be moved: active, not fixed, no indicator.
  void project(std::span<double> point, std::vector<bool>& movable) const {
    movable.assign(axes_.size(), false);
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      const auto& axis = axes_[a];
      const bool exists = active(axis.param, point);
      if (axis.indicator) {
        point[a] = exists ? 1 : 0;
      } else if (!exists) {
        point[a] = axis.choices > 0 ? -1 : 0.5;
      } else {
        movable[a] = !fixed_[a];
        if (fixed_[a]) point[a] = *fixed_[a];
        if (axis.choices > 0 && point[a] < 0) point[a] = 0;
        if (axis.grid > 0) point[a] = axis.from_internal(axis.to_internal(point[a]));
      }
    }
  }

  /// Whether the values of the point, which was projected, keep the constraints of the space.
  [[nodiscard]] bool keeps_constraints(std::span<const double> point) const {
    if (space_.constraints.empty()) return true;
    space::Assignment values;
    for (const std::size_t p : constrained_)
      if (active(p, point))
        values.set(space_.params[p].name, space::to_external(space_.params[p].distribution, internal(p, point)));
    return space_.broken(values) == nullptr;
  }

  /// The point of a trial. `value(param)` is the value of a parameter on its scale or the index of its choice, NaN if
  /// the trial has none. Nothing if it lacks a parameter that is active.
  template <class ValueOf>
    requires std::is_invocable_r_v<double, ValueOf, std::size_t>
  [[nodiscard]] std::optional<std::vector<double>> encode(ValueOf&& value) const {
    std::vector<double> point(axes_.size());
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      const auto& axis = axes_[a];
      const bool exists = active(axis.param, point);
      if (axis.indicator) {
        point[a] = exists ? 1 : 0;
      } else if (!exists) {
        point[a] = axis.choices > 0 ? -1 : 0.5;
      } else {
        const double z = value(axis.param);
        if (std::isnan(z)) return std::nullopt;
        point[a] = axis.choices > 0 ? z : axis.to_unit(z);
      }
    }
    return point;
  }

 private:
  GpAxis axis(std::size_t p) const {
    const auto& distribution = space_.params[p].distribution;
    GpAxis axis{.param = p};
    if (const auto* categorical = std::get_if<space::CategoricalDistribution>(&distribution)) {
      axis.choices = categorical->choices.size();
    } else {
      axis.scale = Scale::of(distribution);
      if (axis.scale.step > 0) axis.grid = std::round((axis.scale.high - axis.scale.low) / axis.scale.step) + 1;
    }
    return axis;
  }

  std::size_t parent_of(std::size_t p) const {
    const auto* parent = space_.find(space_.params[p].condition->parent);
    return static_cast<std::size_t>(parent - space_.params.data());
  }

  // One for each different condition on a number that varies.
  bool needs_indicator(std::size_t p) const {
    const auto& condition = space_.params[p].condition;
    if (!condition || !axis_of_[parent_of(p)] || axes_[*axis_of_[parent_of(p)]].choices > 0) return false;
    for (const auto& axis : axes_)
      if (axis.indicator && space_.params[axis.param].condition == condition) return false;
    return true;
  }

  // From the axes of its ancestors, which come before it.
  bool active(std::size_t p, std::span<const double> point) const {
    const auto& condition = space_.params[p].condition;
    if (!condition) return true;
    const std::size_t parent = parent_of(p);
    if (!active(parent, point)) return false;
    const auto& distribution = space_.params[parent].distribution;
    return condition->holds(space::to_external(distribution, internal(parent, point)));
  }

  double internal(std::size_t p, std::span<const double> point) const {
    if (axis_of_[p]) return axes_[*axis_of_[p]].to_internal(point[*axis_of_[p]]);
    const auto& distribution = space_.params[p].distribution;
    return std::holds_alternative<space::CategoricalDistribution>(distribution) ? 0 : Scale::of(distribution).low;
  }

  const space::SearchSpace& space_;
  std::vector<std::optional<std::size_t>> axis_of_;  // of each parameter
  std::vector<GpAxis> axes_;
  std::vector<std::optional<double>> fixed_;  // of each axis
  std::vector<std::size_t> constrained_;      // parameters that constraints name
};

}  // namespace hpo::search

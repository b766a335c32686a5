#pragma once
/// \file  The values of one parameter that a grid tries.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include <hpo/search/sampling/scale.hpp>
#include <hpo/space/distribution.hpp>
#include <hpo/space/enumerate.hpp>

namespace hpo::search {

/// Every choice, every whole number and every step; of a range of real numbers, and of any logarithmic range, `levels`
/// values from end to end at equal distances on its scale (one level: the middle), whole numbers rounded and each once.
class GridAxis {
 public:
  GridAxis(const space::Distribution& distribution, std::int64_t levels) : distribution_(&distribution) {
    const auto* whole = std::get_if<space::IntDistribution>(&distribution);
    const auto all = space::value_count(distribution);
    if (all && !(whole != nullptr && whole->log && *all > static_cast<std::uint64_t>(levels))) {
      count_ = *all;
      return;
    }
    const Scale scale = Scale::of(distribution);
    const double low = scale.to_z(scale.low), high = scale.to_z(scale.high);
    for (std::int64_t i = 0; i < levels; ++i) {
      const double share = levels == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(levels - 1);
      const double value = i > 0 && i == levels - 1 ? scale.high : scale.to_value(low + share * (high - low));
      if (values_.empty() || value > values_.back()) values_.push_back(value);
    }
    count_ = values_.size();
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }

  /// The internal value.
  [[nodiscard]] double at(std::uint64_t i) const {
    if (!values_.empty()) return values_[static_cast<std::size_t>(i)];
    if (std::holds_alternative<space::CategoricalDistribution>(*distribution_)) return static_cast<double>(i);
    return space::to_internal(*distribution_, space::value_at(*distribution_, i));
  }

  /// Where an internal value is on the axis; nothing if the grid has none such.
  [[nodiscard]] std::optional<std::uint64_t> find(double internal) const {
    if (!values_.empty()) {
      const auto found = std::ranges::lower_bound(values_, internal);
      if (found == values_.end() || *found != internal) return std::nullopt;
      return static_cast<std::uint64_t>(found - values_.begin());
    }
    if (!space::contains(*distribution_, internal)) return std::nullopt;
    if (std::holds_alternative<space::CategoricalDistribution>(*distribution_))
      return static_cast<std::uint64_t>(internal);
    const Scale scale = Scale::of(*distribution_);
    return scale.step > 0 ? static_cast<std::uint64_t>(std::llround((internal - scale.low) / scale.step)) : 0;
  }

 private:
  const space::Distribution* distribution_;
  std::vector<double> values_;  // of a range that has levels
  std::uint64_t count_ = 0;
};

}  // namespace hpo::search

#pragma once
/// \file  One configuration without a search: the middle of a space.
/// Layer `space`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>

#include <hpo/space/assignment.hpp>
#include <hpo/space/distribution.hpp>
#include <hpo/space/search_space.hpp>

namespace hpo::space {

/// The middle of what a distribution allows: of a logarithmic range the geometric one, of choices the first.
[[nodiscard]] inline Value middle(const Distribution& distribution) {
  const auto between = [](double low, double high, bool log) {
    return log ? std::sqrt(low * high) : low + (high - low) / 2;
  };
  if (const auto* real = std::get_if<FloatDistribution>(&distribution)) {
    const double value = between(real->low, real->high, real->log);
    if (!real->step) return value;
    return std::min(real->high, real->low + std::round((value - real->low) / *real->step) * *real->step);
  }
  if (const auto* whole = std::get_if<IntDistribution>(&distribution)) {
    const double value = between(static_cast<double>(whole->low), static_cast<double>(whole->high), whole->log);
    const auto steps = std::llround((value - static_cast<double>(whole->low)) / static_cast<double>(whole->step));
    return std::min<std::int64_t>(whole->high, whole->low + steps * whole->step);
  }
  return std::get<CategoricalDistribution>(distribution).choices.front();
}

/// What is fixed as it is, the rest in the middle of its range; conditional parameters where their parents want them.
[[nodiscard]] inline Assignment middle_of(const SearchSpace& space) {
  Assignment values;
  for (const auto& param : space.params)
    if (space.active(param, values)) values.set(param.name, middle(param.distribution));
  return values;
}

}  // namespace hpo::space

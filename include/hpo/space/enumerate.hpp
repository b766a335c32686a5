#pragma once
/// \file  Every configuration of a space that has finitely many.
/// Layer `space`, tier 0.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include <hpo/space/search_space.hpp>

namespace hpo::space {

/// How many values a distribution has; nothing if they are real numbers.
[[nodiscard]] inline std::optional<std::uint64_t> value_count(const Distribution& distribution) {
  if (const auto* categorical = std::get_if<CategoricalDistribution>(&distribution)) return categorical->choices.size();
  if (const auto* whole = std::get_if<IntDistribution>(&distribution))
    return static_cast<std::uint64_t>((whole->high - whole->low) / whole->step) + 1;
  const auto& real = std::get<FloatDistribution>(distribution);
  if (real.low == real.high) return 1;
  if (!real.step) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround((real.high - real.low) / *real.step)) + 1;
}

/// The i-th of the values that value_count() counts.
[[nodiscard]] inline Value value_at(const Distribution& distribution, std::uint64_t i) {
  if (const auto* categorical = std::get_if<CategoricalDistribution>(&distribution))
    return categorical->choices[static_cast<std::size_t>(i)];
  if (const auto* whole = std::get_if<IntDistribution>(&distribution))
    return whole->low + whole->step * static_cast<std::int64_t>(i);
  const auto& real = std::get<FloatDistribution>(distribution);
  return std::min(real.high, real.low + real.step.value_or(0) * static_cast<double>(i));
}

namespace detail {
template <class Visit>
bool enumerate_from(const SearchSpace& space, std::size_t at, const Assignment& fixed, const Assignment& values,
                    Visit& visit) {
  if (at == space.params.size()) return visit(values);
  const ParamSpec& param = space.params[at];
  if (!space.active(param, values)) return enumerate_from(space, at + 1, fixed, values, visit);
  const auto take = [&](Value value) {
    Assignment more = values;
    more.set(param.name, std::move(value));
    return enumerate_from(space, at + 1, fixed, more, visit);
  };
  if (const Value* only = fixed.find(param.name)) return take(*only);
  const auto count = value_count(param.distribution);
  if (!count) return false;
  for (std::uint64_t i = 0; i < *count; ++i)
    if (!take(value_at(param.distribution, i))) return false;
  return true;
}
}  // namespace detail

/// Calls `visit(values)` for every configuration with the fixed values until it gives false. Constraints are not looked
/// at. \return whether all were visited; false also if there are infinitely many.
template <std::predicate<const Assignment&> Visit>
bool enumerate(const SearchSpace& space, const Assignment& fixed, Visit&& visit) {
  return detail::enumerate_from(space, 0, fixed, {}, visit);
}

}  // namespace hpo::space

#pragma once
/// \file  Whether a value, of an earlier trial or of a user, has a place in today's space.
/// Layer `search`, tier 0.

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include <hpo/core/error.hpp>
#include <hpo/space/distribution.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// The internal value, under today's distribution of the parameter, of what a trial ran with. Nothing if it is of
/// another kind, or outside of today's range or choices.
[[nodiscard]] inline std::optional<double> value_in_space(const storage::StoredParam& param,
                                                          const space::Distribution& today) {
  if (param.distribution.index() != today.index()) return std::nullopt;
  double internal = param.internal;
  if (const auto* choices = std::get_if<space::CategoricalDistribution>(&today);
      choices != nullptr && param.distribution != today) {
    if (!space::contains(param.distribution, internal)) return std::nullopt;
    const auto value = param.value();
    const auto found =
        std::ranges::find_if(choices->choices, [&](const auto& choice) { return space::same(choice, value); });
    internal = static_cast<double>(found - choices->choices.begin());
  }
  return space::contains(today, internal) ? std::optional(internal) : std::nullopt;
}

/// Whether the space has a parameter of that name whose distribution holds the value.
[[nodiscard]] inline bool fits(const space::SearchSpace& space, const std::string& param, const space::Value& value) {
  const auto* spec = space.find(param);
  try {
    return spec != nullptr && space::contains(spec->distribution, space::to_internal(spec->distribution, value));
  } catch (const ConfigError&) {
    return false;
  }
}

}  // namespace hpo::search

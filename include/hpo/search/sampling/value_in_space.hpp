#pragma once
/// \file  Values of earlier trials where the space has changed since.
/// Layer `search`, tier 0.

#include <algorithm>
#include <optional>
#include <variant>

#include <hpo/space/distribution.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// The internal value, under today's distribution of the parameter, of what a trial ran with. Nothing if it is of
/// another kind, or outside of today's range or choices.
[[nodiscard]] inline std::optional<double> carried_over(const storage::StoredParam& param,
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

}  // namespace hpo::search

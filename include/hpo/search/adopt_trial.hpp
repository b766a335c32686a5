#pragma once
/// \file  Trials of one study as trials of another.
/// Layer `search`, tier 0.

#include <cstddef>
#include <optional>

#include <hpo/search/sampling/value_in_space.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// The values of a trial as its code saw them.
[[nodiscard]] inline space::Assignment external_values(const storage::FrozenTrial& trial) {
  space::Assignment values;
  for (const auto& param : trial.params) values.set(param.name, param.value());
  return values;
}

/// A complete or pruned trial of another study as one of a study with this space: with those of its values that the
/// space has, if they are all that is active there and keep the constraints. Nothing if they are not, or if it has
/// another number of objectives. System attributes stay behind: they speak of that study.
[[nodiscard]] inline std::optional<storage::FrozenTrial> adopt_trial(const space::SearchSpace& space,
                                                                     const storage::FrozenTrial& trial,
                                                                     std::size_t objectives) {
  using storage::TrialState;
  const bool complete = trial.state == TrialState::complete && trial.values.size() == objectives;
  if (!complete && trial.state != TrialState::pruned) return std::nullopt;
  for (const auto& param : trial.params)
    if (!space::contains(param.distribution, param.internal)) return std::nullopt;
  const auto given = external_values(trial);
  space::Assignment values;
  for (const auto& spec : space.params) {
    if (!space.active(spec, values)) continue;
    const auto* value = given.find(spec.name);
    if (value == nullptr || !fits(space, spec.name, *value)) return std::nullopt;
    values.set(spec.name, *value);
  }
  if (values.empty() || space.broken(values) != nullptr) return std::nullopt;
  storage::FrozenTrial copy = trial;
  copy.system_attrs.clear();
  copy.params.clear();
  for (const auto& spec : space.params)
    if (const auto* value = values.find(spec.name))
      copy.params.push_back({spec.name, spec.distribution, space::to_internal(spec.distribution, *value)});
  return copy;
}

}  // namespace hpo::search

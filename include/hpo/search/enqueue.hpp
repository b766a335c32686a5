#pragma once
/// \file  Values that a waiting trial must run with.
/// Layer `search`, tier 0.

#include <string>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/search/sampling/value_in_space.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// Errors   ConfigError for an unknown name, a value outside its range, or values that break a constraint.
inline void check_enqueued(const space::SearchSpace& space, const space::Assignment& values) {
  for (const auto& [param, value] : values) {
    const auto* spec = space.find(param);
    if (spec == nullptr) {
      std::vector<std::string> known;
      for (const auto& each : space.params) known.push_back(each.name);
      fail<ConfigError>("enqueue: no parameter is called '", param, "'", known_names(param, known));
    }
    require<ConfigError>(fits(space, param, value), "enqueue: ", param, ": expected ",
                         space::to_string(spec->distribution), ", got ", space::to_string(value));
  }
  const auto* broken = space.broken(values);
  require<ConfigError>(broken == nullptr, "enqueue: expected values that keep the constraint '",
                       broken == nullptr ? "" : broken->text(), "', got ", storage::json_text(values));
}

/// What a waiting trial brings along: the parameters of the trial that it retries, and what was enqueued.
/// \param ignored receives the values that do not fit today's space, and must be sampled instead.
[[nodiscard]] inline space::Assignment enqueued_values(const space::SearchSpace& space,
                                                       const storage::FrozenTrial& waiting,
                                                       space::Assignment& ignored) {
  space::Assignment wanted;
  for (const auto& param : waiting.params) wanted.set(param.name, param.value());
  const auto attr = waiting.system_attrs.find(std::string(storage::keys::fixed_params));
  if (attr != waiting.system_attrs.end())
    for (const auto& [param, value] : storage::assignment_from_json(attr->second)) wanted.set(param, value);
  space::Assignment fixed;
  for (const auto& [param, value] : wanted) (fits(space, param, value) ? fixed : ignored).set(param, value);
  return fixed;
}

}  // namespace hpo::search

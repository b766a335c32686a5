#pragma once
/// \file  How far a trial is from keeping its constraints.
/// Layer `storage`, tier 0.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/space/value_json.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::storage {

/// The values of a trial's constraints, kept where they are 0 or less. NaN says nothing good: it counts as infinity.
///
/// Constraints are the system attributes `constraints` (an array) and `constraints:<name>` (a number), as Optuna
/// writes them.
///
/// Errors   StorageError if such an attribute holds anything else.
[[nodiscard]] inline std::vector<double> constraint_values(const FrozenTrial& trial) {
  std::vector<double> values;
  const auto add = [&](const space::PythonJson& json) {
    const double value = json.number();
    values.push_back(std::isnan(value) ? std::numeric_limits<double>::infinity() : value);
  };
  for (auto attr = trial.system_attrs.lower_bound(std::string(keys::constraints)); attr != trial.system_attrs.end();
       ++attr) {
    const std::string_view name = attr->first, behind = name.substr(std::min(name.size(), keys::constraints.size()));
    if (!name.starts_with(keys::constraints)) break;
    if (!behind.empty() && behind.front() != ':') continue;
    try {
      const auto json = space::parse_python_json(attr->second);
      if (!behind.empty())
        add(json);
      else if (json.kind != space::PythonJson::Kind::null)  // written where the constraints could not be computed
        for (const auto& each : json.require_kind(space::PythonJson::Kind::array, "an array").items) add(each);
    } catch (const ConfigError&) {
      fail<StorageError>("trial ", trial.number, ": system attribute ", name, ": expected ",
                         behind.empty() ? "an array of numbers" : "a number", ", got ", attr->second);
    }
  }
  return values;
}

/// The sum of the constraint values above 0, so 0 for a trial that keeps them all; nothing for one that has none.
/// Errors   StorageError as of constraint_values().
[[nodiscard]] inline std::optional<double> violation(const FrozenTrial& trial) {
  std::optional<double> sum;
  for (const double value : constraint_values(trial)) sum = sum.value_or(0) + std::fmax(value, 0);
  return sum;
}

}  // namespace hpo::storage

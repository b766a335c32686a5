#pragma once
/// \file  A trial's values as numbers that shall all be small.
/// Layer `search`, tier 0.

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// The values of a complete trial, the sign turned of each that is to be maximized. Nothing for a trial that is not
/// complete, or lacks a value of one of the objectives.
[[nodiscard]] inline std::optional<std::vector<double>> signed_values(const storage::FrozenTrial& trial,
                                                                      std::span<const storage::Direction> directions) {
  if (trial.state != storage::TrialState::complete || trial.values.size() != directions.size()) return std::nullopt;
  std::vector<double> losses(trial.values);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (std::isnan(losses[i])) return std::nullopt;
    if (directions[i] == storage::Direction::maximize) losses[i] = -losses[i];
  }
  return losses;
}

}  // namespace hpo::search

#pragma once
/// \file  The words by which Optuna's tables name states and kinds of numbers, in every database.
/// Layer `storage`, tier 0.

#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>

#include <hpo/storage/trial.hpp>

namespace hpo::storage {

inline constexpr std::array<std::pair<std::string_view, TrialState>, 5> state_names{{{"RUNNING", TrialState::running},
                                                                                     {"COMPLETE", TrialState::complete},
                                                                                     {"PRUNED", TrialState::pruned},
                                                                                     {"FAIL", TrialState::failed},
                                                                                     {"WAITING", TrialState::waiting}}};

[[nodiscard]] inline std::string_view state_name(TrialState state) {
  return state_names[static_cast<std::size_t>(state)].first;
}

/// SQL has no infinity and no NaN: the number is null and a second column says which.
[[nodiscard]] inline std::string_view number_type(double value) {
  return std::isfinite(value) ? "FINITE" : std::isnan(value) ? "NAN" : value > 0 ? "INF_POS" : "INF_NEG";
}

}  // namespace hpo::storage

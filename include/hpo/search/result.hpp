#pragma once
/// \file  What an objective returns.
/// Layer `search`, tier 0.

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <hpo/core/trial_end.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// A value, or one for each objective; or that the trial was pruned or failed.
struct Result {
  TrialEnd end = TrialEnd::complete;
  std::vector<double> values{};
  std::string cause{};  ///< why it was pruned or failed; may be empty

  // Implicit, so that an objective can return a number, or several.
  Result(double value) : values{value} {}                              // NOLINT
  Result(std::vector<double> several) : values(std::move(several)) {}  // NOLINT
  Result(std::initializer_list<double> several) : values(several) {}   // NOLINT
  [[nodiscard]] static Result pruned(std::string cause = {}) { return Result(TrialEnd::pruned, std::move(cause)); }
  [[nodiscard]] static Result failed(std::string cause) { return Result(TrialEnd::failed, std::move(cause)); }

 private:
  Result(TrialEnd how, std::string why) : end(how), cause(std::move(why)) {}
};

/// The database's word for an end.
[[nodiscard]] constexpr storage::TrialState state_of(TrialEnd end) {
  switch (end) {
    case TrialEnd::complete:
      return storage::TrialState::complete;
    case TrialEnd::pruned:
      return storage::TrialState::pruned;
    case TrialEnd::failed:
      break;
  }
  return storage::TrialState::failed;
}

}  // namespace hpo::search

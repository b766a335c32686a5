#pragma once
/// \file  What a study database holds, as values: trials, studies, their states.
/// Layer `storage`, tier 0.

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/space/distribution.hpp>

namespace hpo::storage {

/// The life of a trial: waiting (enqueued) -> running -> complete, pruned or failed; the last three are final.
enum class TrialState { running, complete, pruned, failed, waiting };

constexpr auto enum_names(TrialState) {
  return std::array<std::pair<std::string_view, TrialState>, 5>{{{"running", TrialState::running},
                                                                 {"complete", TrialState::complete},
                                                                 {"pruned", TrialState::pruned},
                                                                 {"failed", TrialState::failed},
                                                                 {"waiting", TrialState::waiting}}};
}

/// Whether a trial in this state never changes again.
[[nodiscard]] constexpr bool is_finished(TrialState state) {
  return state == TrialState::complete || state == TrialState::pruned || state == TrialState::failed;
}

enum class Direction { minimize, maximize };

constexpr auto enum_names(Direction) {
  return std::array<std::pair<std::string_view, Direction>, 2>{
      {{"minimize", Direction::minimize}, {"maximize", Direction::maximize}}};
}

using TimePoint = std::chrono::system_clock::time_point;

/// Attribute name to value, the value as JSON text.
using Attributes = std::map<std::string, std::string>;

/// A parameter of a trial with the distribution that it was drawn from. `internal` is the number that the database
/// holds: the value itself, or the index of the choice.
struct StoredParam {
  std::string name;
  space::Distribution distribution;
  double internal = 0;

  [[nodiscard]] space::Value value() const { return space::to_external(distribution, internal); }
  friend bool operator==(const StoredParam&, const StoredParam&) = default;
};

/// A trial as it was when it was read.
struct FrozenTrial {
  std::int64_t id = -1;      ///< unique in the database
  std::int64_t number = -1;  ///< 0, 1, 2, ... in its study
  TrialState state = TrialState::running;
  std::vector<double> values{};       ///< one per objective; empty unless complete, or pruned after a report
  std::vector<StoredParam> params{};  ///< in the order of suggestion
  std::map<std::int64_t, double> intermediate{};  ///< step -> reported value
  Attributes user_attrs{};
  Attributes system_attrs{};
  std::optional<TimePoint> started{};
  std::optional<TimePoint> completed{};

  [[nodiscard]] const StoredParam* param(std::string_view name) const {
    for (const auto& candidate : params)
      if (candidate.name == name) return &candidate;
    return nullptr;
  }

  /// The reported value with the largest step, or nothing.
  [[nodiscard]] std::optional<double> last_value() const {
    if (intermediate.empty()) return std::nullopt;
    return intermediate.rbegin()->second;
  }

  friend bool operator==(const FrozenTrial&, const FrozenTrial&) = default;
};

/// A study without its trials.
struct StudyRecord {
  std::int64_t id = -1;
  std::string name{};
  std::vector<Direction> directions{};
  Attributes user_attrs{};
  Attributes system_attrs{};
};

/// How a trial ends: everything that one transaction writes with the final state.
struct Ending {
  TrialState state = TrialState::complete;
  std::vector<double> values{};
  Attributes user_attrs{};
};

/// Whose attributes: those of the user, shown by every reader, or those by which programs remember things.
enum class AttrKind { user, system };

}  // namespace hpo::storage

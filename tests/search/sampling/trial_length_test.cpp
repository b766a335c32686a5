// Mirrors include/hpo/search/sampling/trial_length.hpp.
#include <hpo/search/sampling/trial_length.hpp>

#include <chrono>

#include "../../check.hpp"

namespace hpo::search {
namespace {

FrozenTrial ended(std::int64_t number, TrialState state, std::int64_t last, std::optional<int> second = {}) {
  FrozenTrial trial{.id = number + 1, .number = number, .state = state};
  if (last > 0) trial.intermediate = {{1, 0.5}, {last, 0.25}};
  if (second) trial.completed = storage::TimePoint(std::chrono::seconds(*second));
  return trial;
}

TEST_SUITE("search/sampling/trial_length") {
  TEST_CASE("the complete trial that ended first decides, in whatever order they are seen") {
    const std::vector<FrozenTrial> trials{ended(0, TrialState::pruned, 2, 1), ended(1, TrialState::complete, 0, 2),
                                          ended(2, TrialState::complete, 9, 4), ended(3, TrialState::complete, 7, 3),
                                          ended(4, TrialState::failed, 5, 1)};
    TrialLength length;
    History history;
    CHECK_FALSE(length(history).has_value());
    for (const auto& trial : trials) history.put(trial);
    CHECK(length(history) == 7);
    History running;
    for (auto trial : trials) {
      trial.state = TrialState::running;
      running.put(trial);
    }
    CHECK_FALSE(length(running).has_value());
    running.put(trials[2]);
    CHECK(length(running) == 9);
    running.put(trials[3]);
    CHECK(length(running) == 7);
    CHECK(length(history) == 7);
  }
  TEST_CASE("without times the lowest number decides; a known time goes before an unknown one") {
    History history;
    for (const auto& trial : {ended(0, TrialState::complete, 4), ended(1, TrialState::complete, 8)}) history.put(trial);
    TrialLength length;
    CHECK(length(history) == 4);
    history.put(ended(2, TrialState::complete, 6, 100));
    CHECK(length(history) == 6);
  }
}

}  // namespace
}  // namespace hpo::search

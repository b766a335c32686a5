#pragma once
// Trials to make tables and texts of.

#include <hpo/storage/attributes.hpp>
#include <hpo/storage/trial.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace hpo::test {

inline storage::TimePoint at_second(std::int64_t second) {
  return storage::TimePoint(std::chrono::seconds(1'700'000'000 + second));
}

inline std::vector<storage::StoredParam> some_params(double rate, double pooling) {
  return {
      {"optim.lr", space::FloatDistribution{1e-5, 5e-3, true, std::nullopt}, rate},
      {"head.layers", space::IntDistribution{1, 3, false, 1}, 2},
      {"head.pooling", space::CategoricalDistribution{{std::string("cls"), std::string("mean, \"all\"")}}, pooling}};
}

/// Complete, pruned, failed with a cause, running, complete and best.
inline std::vector<storage::FrozenTrial> some_trials() {
  using storage::TrialState;
  std::vector<storage::FrozenTrial> trials(5);
  const TrialState states[] = {TrialState::complete, TrialState::pruned, TrialState::failed, TrialState::running,
                               TrialState::complete};
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i);
    trials[i].id = 10 + number;
    trials[i].number = number;
    trials[i].state = states[i];
    trials[i].params = some_params(0.001 * static_cast<double>(i + 1), i % 2 == 0 ? 0 : 1);
    trials[i].started = at_second(10 * number);
    if (storage::is_finished(states[i])) trials[i].completed = at_second(10 * number + 4);
  }
  trials[0].values = {0.75};
  trials[1].values = {0.25};
  trials[1].intermediate = {{1, 0.5}, {2, 0.25}};
  trials[2].user_attrs[std::string(storage::keys::cause)] = storage::json_text("loss is NaN,\nat step 3");
  trials[2].params.pop_back();
  trials[4].values = {0.875};
  trials[4].user_attrs["accuracy"] = storage::json_text(0.9);
  trials[4].user_attrs["note"] = storage::json_text("good");
  return trials;
}

}  // namespace hpo::test

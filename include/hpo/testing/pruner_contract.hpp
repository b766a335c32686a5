#pragma once
/// \file  What every Pruner must do and the compiler cannot see: obeys_pruner_contract(make_pruner).
/// Layer `testing`. No torch.

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hpo/core/philox.hpp>
#include <hpo/search/pruners/pruner.hpp>

#include <hpo/testing/check.hpp>

namespace hpo::testing {

using search::Direction;
using storage::FrozenTrial;
using storage::History;
using storage::TrialState;

/// One trial's next report in a study of several that run side by side.
struct Turn {
  std::size_t trial;
  std::int64_t step;
  double value;
};

/// Learning curves with noise, equal values, skipped steps, NaN and infinities.
[[nodiscard]] inline std::vector<Turn> learning_curves(std::uint64_t seed, std::size_t trials, std::int64_t steps,
                                                       double odd) {
  PhiloxStream random(seed, 0, "curves");
  std::vector<Turn> turns;
  std::vector<std::pair<std::size_t, std::int64_t>> running;  // a trial and its last step
  for (std::size_t next = 0; next < trials || !running.empty();) {
    while (running.size() < 5 && next < trials) running.emplace_back(next++, 0);
    const auto turn = static_cast<std::ptrdiff_t>(random.below(running.size()));
    auto& [trial, step] = running[static_cast<std::size_t>(turn)];
    step += random.below(6) == 0 ? 2 : 1;
    const double level = static_cast<double>(trial * 7 % 11);
    double value = std::round(8 * (level + 10 / static_cast<double>(step) + random.normal())) / 8;
    if (random.uniform() < odd) value = random.below(2) == 0 ? std::nan("") : random.normal() / 0.0;
    turns.push_back({trial, step, value});
    if (step >= steps) running.erase(running.begin() + turn);
  }
  return turns;
}

/// A study that is judged at each report, without a storage.
struct Playground {
  Direction direction = Direction::minimize;
  std::vector<FrozenTrial> trials{};
  std::vector<std::optional<std::int64_t>> judged{};
  std::int64_t now = 0;

  /// \return false if the trial has already ended
  bool report(const Turn& turn, double sign) {
    while (trials.size() <= turn.trial) {
      const auto number = static_cast<std::int64_t>(trials.size());
      trials.push_back({.id = number + 1, .number = number});
      judged.emplace_back();
    }
    if (trials[turn.trial].state != TrialState::running) return false;
    trials[turn.trial].intermediate.emplace(turn.step, sign * turn.value);
    return true;
  }

  void tell(std::size_t number, bool pruned, std::int64_t last_step) {
    auto& trial = trials[number];
    judged[number] = trial.intermediate.rbegin()->first;
    if (!pruned && *judged[number] < last_step) return;
    const double last = trial.intermediate.rbegin()->second;
    trial.state = pruned ? TrialState::pruned : std::isfinite(last) ? TrialState::complete : TrialState::failed;
    if (trial.state == TrialState::complete) trial.values = {last};
    trial.completed = storage::TimePoint(std::chrono::seconds(++now));
  }

  [[nodiscard]] History history() const {
    History all;
    for (const auto& trial : trials) all.put(trial);
    return all;
  }

  [[nodiscard]] search::PruneRequest request(std::size_t trial, const History& history) const {
    return {trials[trial], judged[trial], history, direction, "playground"};
  }
};

/// Plays the curves and lets `ask(playground, trial)` judge; one letter for each verdict.
template <class Ask>
[[nodiscard]] std::string verdicts(const std::vector<Turn>& turns, std::int64_t steps, Direction direction, Ask&& ask) {
  const double sign = direction == Direction::minimize ? 1 : -1;
  Playground playground{direction};
  std::string said;
  for (const auto& turn : turns) {
    if (!playground.report(turn, sign)) continue;
    const bool prune = ask(playground, turn.trial);
    said += prune ? 'x' : '.';
    playground.tell(turn.trial, prune, steps);
  }
  return said;
}

template <class P>
[[nodiscard]] bool judge(const P& pruner, const search::PruneRequest& request) {
  return pruner.prune(request);
}

/// The answer depends on the request alone: however often it is asked, whatever else was asked before, in whatever
/// order the trials were seen to end. (That nothing is changed, the type of the request says.)
template <class Make>
[[nodiscard]] std::string depends_on_the_request_alone(Make make, const std::vector<Turn>& turns, std::int64_t steps) {
  const auto busy = make(Direction::minimize);
  History growing, elsewhere;
  for (std::int64_t id = 1; id < 30; ++id)
    elsewhere.put({.id = id,
                   .number = id - 1,
                   .state = TrialState::complete,
                   .values = {-99},
                   .intermediate = {{1, -99.0}, {2, -99.0}, {3, -99.0}, {50, -99.0}}});
  return verdicts(turns, steps, Direction::minimize, [&](const Playground& playground, std::size_t trial) {
    for (const auto& each : playground.trials) growing.put(each);  // the same history, in the order of ending
    const bool verdict = judge(busy, playground.request(trial, growing));
    DOCTEST_CHECK(judge(busy, playground.request(trial, growing)) == verdict);
    static_cast<void>(judge(busy, playground.request(trial, elsewhere)));
    const History anew = playground.history();
    DOCTEST_CHECK(judge(make(Direction::minimize), playground.request(trial, anew)) == verdict);
    return verdict;
  });
}

/// `make(direction)` gives a new pruner for reports in that direction. Runs the contract.
template <class Make>
void obeys_pruner_contract(Make make) {
  constexpr std::int64_t steps = 16;
  std::size_t pruned = 0;
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto turns = learning_curves(seed, 30, steps, 0.02);
    const auto said = depends_on_the_request_alone(make, turns, steps);
    pruned += static_cast<std::size_t>(std::ranges::count(said, 'x'));

    // A study that is turned upside down is judged alike.
    const auto maximizing = make(Direction::maximize);
    DOCTEST_CHECK(said ==
                  verdicts(turns, steps, Direction::maximize, [&](const Playground& playground, std::size_t trial) {
                    return judge(maximizing, playground.request(trial, playground.history()));
                  }));
  }
  DOCTEST_CHECK(pruned > 0);  // else nothing was shown

  // Whoever has reported nothing is let alone; nothing but NaN or infinities harms nobody.
  const double inf = std::numeric_limits<double>::infinity();
  for (const double value : {1.0, std::nan(""), inf, -inf})
    for (const auto state : {TrialState::complete, TrialState::pruned, TrialState::failed, TrialState::running}) {
      History history;
      const auto pruner = make(Direction::minimize);
      const FrozenTrial silent{.id = 99, .number = 98};
      FrozenTrial loud{.id = 99, .number = 98, .intermediate = {{1, value}, {2, value}, {3, value}, {4, value}}};
      DOCTEST_CHECK_FALSE(judge(pruner, {silent, {}, history, Direction::minimize, "dull"}));
      static_cast<void>(judge(pruner, {loud, {}, history, Direction::minimize, "dull"}));
      for (std::int64_t id = 1; id < 20; ++id) {
        FrozenTrial trial{.id = id, .number = id - 1, .state = state, .intermediate = loud.intermediate};
        if (state == TrialState::complete) trial.values = {value};
        history.put(trial);
      }
      DOCTEST_CHECK_FALSE(judge(pruner, {silent, {}, history, Direction::minimize, "dull"}));
      const bool verdict = judge(pruner, {loud, {}, history, Direction::minimize, "dull"});
      DOCTEST_CHECK(judge(make(Direction::minimize), {loud, {}, history, Direction::minimize, "dull"}) == verdict);
    }
}

}  // namespace hpo::testing

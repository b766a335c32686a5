// Mirrors include/hpo/search/stop_rule.hpp and how optimize() ends.
#include <cmath>
#include <string>
#include <vector>

#include <hpo/search/optimize.hpp>
#include <hpo/storage/memory_storage.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

using storage::MemoryStorage;
using storage::TrialState;

const space::SearchSpace line{{{"x", space::FloatDistribution{0, 1}}}};

// A history of complete trials with these values.
storage::History ended(const std::vector<std::vector<double>>& values) {
  storage::History history;
  for (std::size_t i = 0; i < values.size(); ++i)
    history.put({.id = static_cast<std::int64_t>(i) + 1,
                 .number = static_cast<std::int64_t>(i),
                 .state = TrialState::complete,
                 .values = values[i]});
  return history;
}

TEST_SUITE("search/stop_rule") {
  TEST_CASE("a target is reached by a value at least as good, in either direction") {
    CHECK_FALSE(StopRule({.target = 0.5}, {Direction::minimize}).check(ended({{0.6}, {0.51}})));
    CHECK(StopRule({.target = 0.5}, {Direction::minimize}).check(ended({{0.6}, {0.5}})) == StopReason::target);
    CHECK_FALSE(StopRule({.target = 0.5}, {Direction::maximize}).check(ended({{0.4}, {std::nan("")}})));
    CHECK(StopRule({.target = 0.5}, {Direction::maximize}).check(ended({{0.7}})) == StopReason::target);
    CHECK_THROWS_AS(StopRule({.target = 0.5}, {Direction::minimize, Direction::minimize}), ConfigError);
    CHECK_THROWS_AS(StopRule({.patience = -1}, {Direction::minimize}), ConfigError);
  }
  TEST_CASE("patience counts finished trials since the last real improvement") {
    const std::vector one{Direction::minimize};
    CHECK_FALSE(StopRule({.patience = 3}, one).check(ended({{1}, {2}, {2}})));
    CHECK(StopRule({.patience = 3}, one).check(ended({{1}, {2}, {1}, {1}})) == StopReason::stalled);
    CHECK_FALSE(StopRule({.patience = 3}, one).check(ended({{1}, {2}, {2}, {0.9}, {2}})));
    CHECK(StopRule({.patience = 3, .min_delta = 0.2}, one).check(ended({{1}, {2}, {2}, {0.9}})) == StopReason::stalled);
    // By little at a time is an improvement in the end.
    CHECK_FALSE(StopRule({.patience = 4, .min_delta = 0.2}, one).check(ended({{1}, {0.9}, {0.85}, {0.79}, {2}})));
  }
  TEST_CASE("with several objectives an improvement is what no earlier trial dominates") {
    const std::vector two{Direction::minimize, Direction::maximize};
    CHECK(StopRule({.patience = 2}, two).check(ended({{1, 1}, {2, 1}, {1, 0}})) == StopReason::stalled);
    CHECK_FALSE(StopRule({.patience = 2}, two).check(ended({{1, 1}, {2, 1}, {2, 2}})));
  }
  TEST_CASE("it follows a growing history") {
    StopRule rule({.patience = 2}, {Direction::minimize});
    storage::History history = ended({{1}, {2}});
    CHECK_FALSE(rule.check(history));
    history.put({.id = 3, .number = 2, .state = TrialState::failed});
    CHECK_FALSE(rule.check(history));
    history.put({.id = 4, .number = 3, .state = TrialState::pruned});
    CHECK(rule.check(history) == StopReason::stalled);
    CHECK_FALSE(rule.check(ended({{1}})));  // another history
  }
  TEST_CASE("optimize says why it ended, and calls back after each trial") {
    MemoryStorage storage;
    Study study(storage, {.seed = 5}, line);
    std::vector<std::int64_t> numbers;
    OptimizeOptions options{.callbacks = {[&](const FinishedTrial& end) {
                              CHECK(end.trial.state == TrialState::complete);
                              CHECK(end.trial.values[0] == end.trial.param("x")->internal);
                              numbers.push_back(end.trial.number);
                              if (end.run == 3) end.stop();
                            }}};
    const auto objective = [](auto& trial) { return trial.real("x"); };
    CHECK(optimize(study, objective, 10, options) == StopReason::stopped);
    CHECK(numbers == std::vector<std::int64_t>{0, 1, 2});
    CHECK(optimize(study, objective, 4) == StopReason::trials);
    CHECK(optimize(study, objective, 1000, {.stop = {.target = study.best()->values[0] / 2}}) == StopReason::target);
    CHECK(study.trials().size() < 200);
    const auto before = study.trials().size();
    CHECK(optimize(study, [](auto& trial) { return 1 + trial.real("x"); }, 1000, {.stop = {.patience = 20}}) ==
          StopReason::stalled);
    CHECK(study.trials().size() <= before + 20);
    CHECK(optimize(study, objective, 1000, {.timeout = std::chrono::nanoseconds(1)}) == StopReason::timed_out);
  }
  TEST_CASE("what was sampled and not read is said, once for each name") {
    MemoryStorage storage;
    Study study(storage, {},
                {{{"x", space::FloatDistribution{0, 1}},
                  {"y", space::FloatDistribution{0, 1}},
                  {"fixed", space::FloatDistribution{1, 1}}}});
    std::vector<std::string> said;
    const OptimizeOptions options{.warn = [&](std::string_view line) { said.emplace_back(line); }};
    optimize(
        study, [](auto& trial) { return trial.real("x"); }, 3, options);
    CHECK(said == std::vector<std::string>{"trial 0: y: sampled, but the objective did not read it"});
    optimize(
        study, [](auto& trial) { return static_cast<double>(trial.params().size()); }, 1, options);
    CHECK(said.size() == 1);
    const auto trial = study.ask();
    CHECK(trial.unread() == std::vector<std::string>{"x", "y"});
    static_cast<void>(trial.real("y"));
    CHECK(trial.unread() == std::vector<std::string>{"x"});
  }
}

}  // namespace
}  // namespace hpo::search

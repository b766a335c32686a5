// Mirrors include/hpo/search/pruners/asha_pruner.hpp.
#include <hpo/search/pruners/asha_pruner.hpp>

#include <functional>
#include <limits>

#include <hpo/core/philox.hpp>

#include <hpo/testing/pruner_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

const double nan = std::numeric_limits<double>::quiet_NaN();
using Curve = std::map<std::int64_t, double>;

bool prunes(const AshaPruner& pruner, const History& history, const Curve& curve,
            Direction direction = Direction::minimize, std::optional<std::int64_t> judged = {}) {
  const FrozenTrial trial{.id = 1000, .intermediate = curve};
  return pruner.prune({trial, judged, history, direction});
}

History study_of(const std::vector<std::pair<TrialState, Curve>>& trials) {
  History history;
  std::int64_t id = 1;
  for (const auto& [state, curve] : trials) history.put({.id = id++, .state = state, .intermediate = curve});
  return history;
}

/// The rule as Optuna's SuccessiveHalvingPruner words it: each trial keeps the rungs it has completed as attributes.
struct Reference {
  std::int64_t min_resource, factor, rate;
  std::vector<std::map<int, double>> rungs;  // of each trial

  bool prune(std::size_t trial, std::int64_t step, double value, bool minimize) {
    for (;;) {
      const int rung = static_cast<int>(rungs[trial].size());
      std::int64_t boundary = min_resource;
      for (std::int64_t i = 0; i < rate + rung; ++i) boundary *= factor;
      if (step < boundary) return false;
      if (std::isnan(value)) return true;
      rungs[trial][rung] = value;
      std::vector<double> competing;
      for (const auto& other : rungs)
        if (other.count(rung)) competing.push_back(other.at(rung));
      if (minimize)
        std::sort(competing.begin(), competing.end());
      else
        std::sort(competing.begin(), competing.end(), std::greater<>{});
      const std::size_t promoted = competing.size() / static_cast<std::size_t>(factor);
      const double last = competing[promoted == 0 ? 0 : promoted - 1];
      if (minimize ? value > last : value < last) return true;
    }
  }
};

TEST_SUITE("search/pruners/asha_pruner") {
  TEST_CASE("AshaPruner obeys the contract") {
    test::obeys_pruner_contract([](Direction) { return AshaPruner(); });
    test::obeys_pruner_contract(
        [](Direction) { return AshaPruner({.min_resource = 0, .reduction_factor = 2, .bootstrap_count = 2}); });
  }
  TEST_CASE("options out of range are refused") {
    CHECK_THROWS_WITH_AS(AshaPruner({.min_resource = -1}), "pruner.min_resource: expected 0 or more, got -1",
                         ConfigError);
    CHECK_THROWS_WITH_AS(AshaPruner({.reduction_factor = 1}), "pruner.reduction_factor: expected 2 or more, got 1",
                         ConfigError);
  }
  TEST_CASE("the first in a rung goes on, a worse second does not, a better second does") {
    const auto history = study_of({{TrialState::running, {{1, 5}}}});
    CHECK_FALSE(prunes(AshaPruner{}, study_of({}), {{1, 5}}));
    CHECK(prunes(AshaPruner{}, history, {{1, 6}}));
    CHECK_FALSE(prunes(AshaPruner{}, history, {{1, 5}}));
    CHECK_FALSE(prunes(AshaPruner{}, history, {{1, 4}}));
    CHECK(prunes(AshaPruner{}, history, {{1, 4}}, Direction::maximize));
  }
  TEST_CASE("curves of pruned and failed trials compete") {
    std::vector<std::pair<TrialState, Curve>> trials;
    for (int i = 0; i < 7; ++i) trials.push_back({i % 2 ? TrialState::pruned : TrialState::failed, {{1, i}}});
    CHECK_FALSE(prunes(AshaPruner{}, study_of(trials), {{1, 0.5}}));  // second of eight: the best quarter
    CHECK(prunes(AshaPruner{}, study_of(trials), {{1, 1.5}}));        // third
  }
  TEST_CASE("between rungs, and at one that it has passed, a trial is let alone") {
    const auto history = study_of({{TrialState::complete, {{1, 1}, {2, 1}, {3, 1}, {4, 1}}}});
    CHECK_FALSE(prunes(AshaPruner{}, history, {{1, 9}, {2, 9}}, Direction::minimize, 1));
    CHECK_FALSE(prunes(AshaPruner{}, history, {{1, 9}, {2, 9}, {3, 9}}, Direction::minimize, 2));
    CHECK(prunes(AshaPruner{}, history, {{1, 9}, {2, 9}, {3, 9}, {4, 9}}, Direction::minimize, 3));
    CHECK(prunes(AshaPruner{}, history, {{2, 9}}));  // entered the first rung late
  }
  TEST_CASE("NaN ends at a rung and does not compete") {
    CHECK(prunes(AshaPruner{}, study_of({}), {{1, nan}}));
    CHECK_FALSE(prunes(AshaPruner{}, study_of({{TrialState::pruned, {{1, nan}}}}), {{1, 9}}));
    CHECK_FALSE(prunes(AshaPruner{}, study_of({}), {}));
  }
  TEST_CASE("bootstrap holds everyone back until there are enough; min_resource 0 waits for a complete trial") {
    const AshaPruner waits({.bootstrap_count = 1});
    CHECK(prunes(waits, study_of({}), {{1, 1}}));
    CHECK_FALSE(prunes(waits, study_of({{TrialState::pruned, {{1, 5}}}}), {{1, 1}}));
    const AshaPruner measures({.min_resource = 0});
    CHECK_FALSE(prunes(measures, study_of({{TrialState::pruned, {{500, 1}}}}), {{500, 9}}));
    const auto known = study_of({{TrialState::complete, {{5, 1}, {500, 1}}}});
    CHECK_FALSE(prunes(measures, known, {{4, 9}}));
    CHECK(prunes(measures, known, {{5, 9}}));
  }
  TEST_CASE("decisions equal the reference's on trials that run side by side") {
    for (const bool minimize : {true, false})
      for (const std::int64_t rate : {0, 1}) {
        const std::int64_t factor = 3, min_resource = 2;
        PhiloxStream random(5, static_cast<std::uint64_t>(rate), minimize ? "down" : "up");
        constexpr std::size_t n = 60;
        std::vector<FrozenTrial> trials(n);
        std::vector<std::optional<std::int64_t>> judged(n);
        Reference reference{min_resource, factor, rate, std::vector<std::map<int, double>>(n)};
        for (std::size_t i = 0; i < n; ++i) trials[i].id = static_cast<std::int64_t>(i) + 1;
        const AshaPruner pruner(
            {.min_resource = min_resource, .reduction_factor = factor, .min_early_stopping_rate = rate});
        std::size_t decisions = 0, verdicts = 0;
        for (int turn = 0; turn < 6000; ++turn) {
          const std::size_t i = random.below(n);
          auto& trial = trials[i];
          if (trial.state != TrialState::running) continue;
          const std::int64_t step = trial.intermediate.empty() ? 1 : trial.intermediate.rbegin()->first + 1;
          const double value =
              random.below(200) == 0 ? nan : std::round(random.normal() * 20) + static_cast<double>(i % 7);
          trial.intermediate[step] = value;
          History history;
          for (const auto& each : trials) history.put(each);
          const bool verdict =
              pruner.prune({trial, judged[i], history, minimize ? Direction::minimize : Direction::maximize});
          judged[i] = step;
          ++decisions;
          verdicts += verdict;
          REQUIRE(verdict == reference.prune(i, step, value, minimize));
          if (verdict || step == 60) trial.state = verdict ? TrialState::pruned : TrialState::complete;
        }
        CHECK(decisions > 200);
        CHECK(verdicts > 20);
        CHECK(verdicts < n);
      }
  }
}

}  // namespace
}  // namespace hpo::search

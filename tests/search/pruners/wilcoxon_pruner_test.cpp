// Mirrors include/hpo/search/pruners/wilcoxon_pruner.hpp.
#include <hpo/search/pruners/wilcoxon_pruner.hpp>

#include <limits>

#include <hpo/testing/pruner_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using Curve = std::map<std::int64_t, double>;
const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();

/// Five folds of the best trial, and one that is worse.
History folds(const Curve& best = {{0, 0.5}, {1, 0.25}, {2, 0.75}, {3, 0.5}, {4, 0.125}}) {
  History history;
  history.put({.id = 1,
               .number = 0,
               .state = TrialState::complete,
               .values = {0.9},
               .intermediate = {{0, 0.9}, {1, 0.9}, {2, 0.9}, {3, 0.9}, {4, 0.9}}});
  history.put({.id = 2, .number = 1, .state = TrialState::complete, .values = {0.4}, .intermediate = best});
  return history;
}

bool prunes(const History& history, const Curve& curve, WilcoxonOptions options = {},
            Direction direction = Direction::minimize) {
  const FrozenTrial trial{.id = 9, .number = 8, .intermediate = curve};
  return WilcoxonPruner(options).prune({trial, {}, history, direction});
}

TEST_SUITE("search/pruners/wilcoxon_pruner") {
  TEST_CASE("WilcoxonPruner obeys the contract") {
    test::obeys_pruner_contract([](Direction) { return WilcoxonPruner({.p_threshold = 0.2}); });
  }
  TEST_CASE("worse in every fold: pruned as soon as that is unlikely to be chance") {
    CHECK_FALSE(prunes(folds(), {{0, 0.6}}));
    CHECK_FALSE(prunes(folds(), {{0, 0.6}, {1, 0.36}, {2, 0.9}}));      // p = 1/8
    CHECK(prunes(folds(), {{0, 0.6}, {1, 0.36}, {2, 0.9}, {3, 0.7}}));  // p = 1/16
    CHECK(prunes(folds(), {{4, 0.2}, {2, 0.9}, {1, 0.36}, {0, 0.6}}));  // in any order
    CHECK_FALSE(prunes(folds(), {{0, 0.6}, {1, 0.36}, {2, 0.9}, {3, 0.7}}, {.p_threshold = 0.05}));
    CHECK(prunes(folds(), {{0, 0.6}, {1, 0.36}, {2, 0.9}}, {.p_threshold = 0.2}));
    CHECK_FALSE(prunes(folds(), {{0, 0.6}, {1, 0.36}, {2, 0.9}, {3, 0.7}}, {.startup_steps = 5}));
    CHECK(prunes(folds(), {{0, 0.6}, {1, 0.36}}, {.p_threshold = 0.3, .startup_steps = 0}));
    CHECK_FALSE(prunes(folds(), {{0, 0.6}}, {.p_threshold = 1, .startup_steps = 0}));  // two at least
  }
  TEST_CASE("of two trials to maximize the other one is the best") {
    CHECK(prunes(folds(), {{0, 0.6}, {1, 0.61}, {2, 0.62}, {3, 0.63}}, {}, Direction::maximize));
    CHECK_FALSE(prunes(folds(), {{0, 1.6}, {1, 1.61}, {2, 1.62}, {3, 1.63}}, {}, Direction::maximize));
  }
  TEST_CASE("steps that the best trial has not are left out, but count in the mean") {
    CHECK_FALSE(prunes(folds(), {{0, 0.6}, {1, 0.36}, {2, 0.9}, {9, 0.9}}));
    CHECK_FALSE(
        prunes(folds(), {{0, 0.6}, {1, 0.36}, {2, 0.9}, {3, 0.7}, {9, -9}}));  // on average better than the best
  }
  TEST_CASE("reports that are not finite, a best trial without reports, or no complete trial: nobody is pruned") {
    const Curve worse{{0, 1}, {1, 2}, {2, 3}, {3, 4}};
    CHECK(prunes(folds(), worse));
    for (const double odd : {nan, inf, -inf}) {
      auto spoilt = worse;
      spoilt[4] = odd;
      CHECK_FALSE(prunes(folds(), spoilt));
      CHECK_FALSE(prunes(folds({{0, 0.5}, {1, 0.25}, {2, 0.75}, {3, 0.5}, {4, odd}}), worse));
    }
    CHECK_FALSE(prunes(folds({}), worse));
    CHECK_FALSE(prunes(History{}, worse));
    History pruned;
    pruned.put({.id = 1,
                .number = 0,
                .state = TrialState::pruned,
                .values = {0.1},
                .intermediate = {{0, 0.1}, {1, 0.1}, {2, 0.1}, {3, 0.1}}});
    CHECK_FALSE(prunes(pruned, worse));
  }
  TEST_CASE("the earliest of equally good trials is the best") {
    History history;
    history.put({.id = 1,
                 .number = 0,
                 .state = TrialState::complete,
                 .values = {0.5},
                 .intermediate = {{0, 0.5}, {1, 0.5}, {2, 0.5}, {3, 0.5}}});
    history.put({.id = 2,
                 .number = 1,
                 .state = TrialState::complete,
                 .values = {0.5},
                 .intermediate = {{0, 0.9}, {1, 0.9}, {2, 0.9}, {3, 0.9}}});
    CHECK(prunes(history, {{0, 0.61}, {1, 0.62}, {2, 0.63}, {3, 0.64}}));
  }
  TEST_CASE("with several objectives the best mean of the reports is the best trial's") {
    History history;
    history.put({.id = 1,
                 .number = 0,
                 .state = TrialState::complete,
                 .values = {0.1, 7},
                 .intermediate = {{0, 0.9}, {1, 0.9}, {2, 0.9}, {3, 0.9}}});
    history.put({.id = 2,
                 .number = 1,
                 .state = TrialState::complete,
                 .values = {0.8, 3},
                 .intermediate = {{0, 0.5}, {1, 0.5}, {2, 0.5}, {3, 0.5}}});
    CHECK(prunes(history, {{0, 0.61}, {1, 0.62}, {2, 0.63}, {3, 0.64}}));
    CHECK_FALSE(prunes(history, {{0, 0.61}, {1, 0.62}, {2, 0.63}, {3, 0.64}}, {.p_threshold = 0.01}));
  }
  TEST_CASE("options out of range are refused") {
    CHECK_THROWS_WITH_AS(WilcoxonPruner({.p_threshold = nan}),
                         "pruner.p_threshold: expected a number from 0 to 1, got nan", ConfigError);
    CHECK_THROWS_WITH_AS(WilcoxonPruner({.p_threshold = 1.5}),
                         "pruner.p_threshold: expected a number from 0 to 1, got 1.5", ConfigError);
    CHECK_THROWS_WITH_AS(WilcoxonPruner({.startup_steps = -1}), "pruner.startup_steps: expected 0 or more, got -1",
                         ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/pruners/percentile_pruner.hpp.
#include <hpo/search/pruners/percentile_pruner.hpp>

#include <limits>

#include <hpo/testing/pruner_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
using Curve = std::map<std::int64_t, double>;

History study_of(const std::vector<Curve>& complete, const std::vector<Curve>& pruned = {}) {
  History history;
  std::int64_t id = 1;
  for (const auto& curve : complete)
    history.put({.id = id++, .state = TrialState::complete, .values = {0}, .intermediate = curve});
  for (const auto& curve : pruned) history.put({.id = id++, .state = TrialState::pruned, .intermediate = curve});
  return history;
}

bool prunes(const PercentilePruner& pruner, const History& history, const Curve& curve,
            Direction direction = Direction::minimize) {
  const FrozenTrial trial{.id = 1000, .intermediate = curve};
  return pruner.prune({trial, std::nullopt, history, direction});
}

TEST_SUITE("search/pruners/percentile_pruner") {
  TEST_CASE("percentiles interpolate between ranks") {
    const std::vector<double> values{1, 2, 3, 4};
    CHECK(percentile(values, 50) == 2.5);
    CHECK(percentile(values, 0) == 1);
    CHECK(percentile(values, 100) == 4);
    CHECK(percentile(values, 25) == 1.75);
    const std::vector<double> far{-inf, 1, 2, inf, inf};  // infinities have their rank
    CHECK(percentile(far, 50) == 2);
    CHECK(percentile(far, 10) == -inf);
    CHECK(percentile(far, 60) == inf);
    CHECK(percentile(far, 90) == inf);
    CHECK(std::isnan(percentile(std::vector<double>{-inf, inf}, 50)));
  }
  TEST_CASE("PercentilePruner obeys the contract") {
    for (const bool count_pruned : {true, false})
      test::obeys_pruner_contract(
          [=](Direction) { return PercentilePruner({.startup_trials = 3, .count_pruned = count_pruned}); });
    test::obeys_pruner_contract(
        [](Direction) { return PercentilePruner({.percentile = 25, .startup_trials = 2, .interval_steps = 3}); });
  }
  TEST_CASE("pruned trials' curves count, or not") {
    const auto history = study_of({{{1, 1}}, {{1, 2}}, {{1, 3}}}, {{{1, 4}}, {{1, 5}}});
    CHECK_FALSE(prunes(PercentilePruner(PercentileOptions{}), history, {{1, 3}}));
    CHECK(prunes(PercentilePruner(PercentileOptions{}), history, {{1, 3.1}}));
    CHECK_FALSE(prunes(PercentilePruner({.count_pruned = false}), history, {{1, 9}}));  // three of five to start up
    CHECK(prunes(PercentilePruner({.startup_trials = 3, .count_pruned = false}), history, {{1, 2.1}}));
    CHECK(prunes(PercentilePruner(PercentileOptions{}),
                 study_of({}, {{{1, 1}}, {{1, 1}}, {{1, 1}}, {{1, 1}}, {{1, 1}}}), {{1, 2}}));
  }
  TEST_CASE("the median at this step decides") {
    const auto history = study_of({{{1, 1}}, {{1, 2}}, {{1, 3}}, {{1, 4}}, {{1, 5}}});
    const MedianPruner pruner;
    CHECK(prunes(pruner, history, {{1, 3.1}}));
    CHECK_FALSE(prunes(pruner, history, {{1, 3}}));
    CHECK(prunes(pruner, history, {{1, 2.9}}, Direction::maximize));
    CHECK_FALSE(prunes(pruner, history, {{1, 3}}, Direction::maximize));
    CHECK_FALSE(prunes(pruner, history, {{2, 99}}));  // nobody has reported this step
    CHECK_FALSE(prunes(pruner, history, {}));
  }
  TEST_CASE("the best of the trial so far is compared, NaN left out; nothing but NaN is pruned") {
    const auto history = study_of({{{3, 1}}, {{3, 2}}, {{3, 3}}, {{3, nan}}, {{3, 2}}});
    const MedianPruner pruner;
    CHECK_FALSE(prunes(pruner, history, {{1, 1.5}, {3, 50}}));
    CHECK(prunes(pruner, history, {{1, 2.5}, {3, nan}}));
    CHECK(prunes(pruner, history, {{3, nan}}));
  }
  TEST_CASE("start-up, warm-up, interval and the number at the step") {
    const auto history = study_of({{{1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}}, {{1, 1}, {2, 1}, {3, 1}, {4, 1}}});
    const auto with = [](PercentileOptions options) { return PercentilePruner(options); };
    CHECK_FALSE(prunes(with({}), history, {{1, 9}}));
    CHECK(prunes(with({.startup_trials = 2}), history, {{1, 9}}));
    CHECK_FALSE(prunes(with({.startup_trials = 2, .warmup_steps = 3}), history, {{2, 9}}));
    CHECK(prunes(with({.startup_trials = 2, .warmup_steps = 3}), history, {{3, 9}}));
    CHECK(prunes(with({.startup_trials = 2, .interval_steps = 2}), history, {{1, 9}, {2, 9}}));
    CHECK_FALSE(prunes(with({.startup_trials = 2, .interval_steps = 2}), history, {{1, 9}, {2, 9}, {3, 9}}));
    CHECK(prunes(with({.startup_trials = 2, .interval_steps = 2}), history, {{1, 9}, {2, 9}, {3, 9}, {4, 9}}));
    CHECK_FALSE(prunes(with({.startup_trials = 2, .min_trials = 2}), history, {{5, 9}}));
    CHECK_FALSE(prunes(with({.startup_trials = 0}), study_of({}), {{5, 9}}));
  }
  TEST_CASE("options out of range are refused") {
    CHECK_THROWS_WITH_AS(PercentilePruner({.percentile = nan}),
                         "pruner.percentile: expected a number from 0 to 100, got nan", ConfigError);
    CHECK_THROWS_WITH_AS(PercentilePruner({.startup_trials = -1}), "pruner.startup_trials: expected 0 or more, got -1",
                         ConfigError);
    CHECK_THROWS_WITH_AS(PercentilePruner({.interval_steps = 0}), "pruner.interval_steps: expected 1 or more, got 0",
                         ConfigError);
  }
  TEST_CASE("the percentile keeps the best part, in both directions") {
    const auto history = study_of({{{1, 1}}, {{1, 2}}, {{1, 3}}, {{1, 4}}, {{1, 5}}});
    const PercentilePruner quarter({.percentile = 25});
    CHECK(prunes(quarter, history, {{1, 2.5}}));
    CHECK_FALSE(prunes(quarter, history, {{1, 2}}));
    CHECK(prunes(quarter, history, {{1, 3.5}}, Direction::maximize));
    CHECK_FALSE(prunes(quarter, history, {{1, 4}}, Direction::maximize));
  }
}

}  // namespace
}  // namespace hpo::search

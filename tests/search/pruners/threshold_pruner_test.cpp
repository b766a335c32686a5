// Mirrors include/hpo/search/pruners/threshold_pruner.hpp.
#include <hpo/search/pruners/threshold_pruner.hpp>

#include <limits>

#include <hpo/testing/pruner_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();

bool prunes(ThresholdOptions options, const std::map<std::int64_t, double>& curve) {
  const FrozenTrial trial{.id = 1, .intermediate = curve};
  const History history;
  return ThresholdPruner(options).prune({trial, {}, history});
}

TEST_SUITE("search/pruners/threshold_pruner") {
  TEST_CASE("ThresholdPruner obeys the contract") {
    test::obeys_pruner_contract([](Direction direction) {
      return direction == Direction::minimize ? ThresholdPruner({.upper = 12.5}) : ThresholdPruner({.lower = -12.5});
    });
  }
  TEST_CASE("the last report decides; the bounds themselves are inside, NaN is outside") {
    CHECK(prunes({.upper = 2}, {{1, 0}, {2, 2.1}}));
    CHECK_FALSE(prunes({.upper = 2}, {{1, 3}, {2, 2}}));
    CHECK(prunes({.lower = -1}, {{1, -1.5}}));
    CHECK_FALSE(prunes({.lower = -1}, {{1, -1}}));
    CHECK_FALSE(prunes({.lower = -1}, {{1, inf}}));
    CHECK(prunes({.lower = -1}, {{1, -inf}}));
    CHECK(prunes({.lower = -1, .upper = 1}, {{1, nan}}));
  }
  TEST_CASE("warm-up and interval") {
    const ThresholdOptions options{.upper = 0, .warmup_steps = 2, .interval_steps = 3};
    CHECK_FALSE(prunes(options, {{0, 9}, {1, 9}}));
    CHECK(prunes(options, {{0, 9}, {2, 9}}));
    CHECK_FALSE(prunes(options, {{2, -9}, {4, 9}}));
    CHECK(prunes(options, {{2, -9}, {4, -9}, {5, 9}}));
    CHECK(prunes(options, {{1, -9}, {7, 9}}));
  }
  TEST_CASE("bounds that bound nothing are refused") {
    const auto with = [](ThresholdOptions options) { return ThresholdPruner(options); };
    CHECK_THROWS_WITH_AS(with({}), "pruner.name: expected lower or upper with 'threshold', got neither", ConfigError);
    CHECK_THROWS_WITH_AS(with({.lower = nan}), "pruner.lower: expected a number, got nan", ConfigError);
    CHECK_THROWS_WITH_AS(with({.upper = nan}), "pruner.upper: expected a number, got nan", ConfigError);
    CHECK_THROWS_WITH_AS(with({.lower = 2, .upper = 1}), "pruner.lower: expected at most upper (1), got 2",
                         ConfigError);
    CHECK_THROWS_WITH_AS(with({.upper = 1, .warmup_steps = -1}), "pruner.warmup_steps: expected 0 or more, got -1",
                         ConfigError);
    CHECK_THROWS_WITH_AS(with({.upper = 1, .interval_steps = 0}), "pruner.interval_steps: expected 1 or more, got 0",
                         ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

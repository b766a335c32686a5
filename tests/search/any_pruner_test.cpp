// Mirrors include/hpo/search/any_pruner.hpp.
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/pruners/percentile_pruner.hpp>

#include <hpo/testing/pruner_contract.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/any_pruner") {
  TEST_CASE("options reach the pruner that they name") {
    History history;
    for (std::int64_t id = 1; id <= 5; ++id)
      history.put(
          {.id = id, .state = TrialState::complete, .values = {0}, .intermediate = {{1, static_cast<double>(id)}}});
    const auto prunes = [&](const PrunerOptions& options, double value) {
      const FrozenTrial trial{.id = 9, .intermediate = {{1, value}}};
      return make_pruner(options).prune({trial, std::nullopt, history, Direction::minimize});
    };
    CHECK_FALSE(prunes({}, 99));
    CHECK(prunes({.name = "median"}, 3.5));
    CHECK(prunes({.name = "percentile", .percentile = {.percentile = 25}}, 2.5));
    CHECK_FALSE(prunes({.name = "median", .median = {.startup_trials = 6}}, 3.5));
    CHECK(prunes({.name = "asha"}, 1.5));
    CHECK_FALSE(prunes({.name = "asha", .asha = {.min_resource = 2}}, 1.5));
    CHECK_FALSE(prunes({.name = "asha", .asha = {.reduction_factor = 2}}, 2.5));
    CHECK(prunes({.name = "hyperband", .hyperband = {.max_resource = 1}}, 2.5));
    CHECK_FALSE(prunes({.name = "hyperband", .hyperband = {.max_resource = 1}}, 1.5));
    CHECK_FALSE(prunes({.name = "hyperband", .hyperband = {.max_resource = 1, .reduction_factor = 2}}, 2.5));
    CHECK(prunes({.name = "threshold", .threshold = {.upper = 3}}, 3.5));
    CHECK_FALSE(prunes({.name = "threshold", .threshold = {.upper = 3}}, 2.5));
    CHECK(prunes({.name = "threshold", .threshold = {.lower = 3}}, 2.5));
    CHECK_FALSE(prunes({.name = "wilcoxon"}, 99));  // one step in common is not enough
  }
  TEST_CASE("patience wraps the pruner that is named; none with patience prunes what is past its best") {
    History history;
    for (std::int64_t id = 1; id <= 5; ++id)
      history.put({.id = id,
                   .number = id - 1,
                   .state = TrialState::complete,
                   .values = {0},
                   .intermediate = {{1, 1}, {2, 1}, {3, 1}}});
    const auto prunes = [&](const PrunerOptions& options, const std::map<std::int64_t, double>& curve) {
      const FrozenTrial trial{.id = 9, .number = 8, .intermediate = curve};
      return make_pruner(options).prune({trial, std::nullopt, history, Direction::minimize});
    };
    CHECK(prunes({.name = "median"}, {{1, 9}, {2, 8}, {3, 7}}));
    CHECK_FALSE(prunes({.name = "median", .patience = 1}, {{1, 9}, {2, 8}, {3, 7}}));
    CHECK(prunes({.name = "median", .patience = 1}, {{1, 7}, {2, 8}, {3, 9}}));
    CHECK_FALSE(prunes({.name = "median", .patience = 1, .min_delta = 1}, {{1, 7}, {2, 8}, {3, 9}}));
    CHECK_FALSE(prunes({.name = "median", .patience = 1}, {{1, 0}, {2, 8}, {3, 9}}));
    CHECK(prunes({.name = "none", .patience = 1}, {{1, 0}, {2, 8}, {3, 9}}));
    CHECK_FALSE(prunes({.name = "none", .patience = 1}, {{1, 9}, {2, 8}, {3, 7}}));
    CHECK_FALSE(prunes({.name = "none"}, {{1, 0}, {2, 8}, {3, 9}}));
    const AnyPruner patient(MedianPruner(), Patience({.patience = 1}));
    CHECK_THROWS_WITH_AS(AnyPruner(patient, Patience({.patience = 1})),
                         "AnyPruner: expected a pruner without patience, got one that has it", ConfigError);
  }
  TEST_CASE("AnyPruner obeys the contract") {
    test::obeys_pruner_contract([](Direction) { return make_pruner({.name = "median", .patience = 1}); });
    test::obeys_pruner_contract(
        [](Direction) { return make_pruner({.name = "hyperband", .hyperband = {.max_resource = 16}}); });
  }
  TEST_CASE("an unknown name is answered with the known ones, and options that mean nothing with what is needed") {
    const auto make = [](const PrunerOptions& options) { static_cast<void>(make_pruner(options)); };
    CHECK_THROWS_WITH_AS(make({.name = "hyperbands"}),
                         "pruner.name: expected one of none, median, percentile, asha, hyperband, threshold, wilcoxon "
                         "(did you mean 'hyperband'?), got 'hyperbands'",
                         ConfigError);
    CHECK_THROWS_WITH_AS(make({.name = "threshold"}),
                         "pruner.name: expected lower or upper with 'threshold', got neither", ConfigError);
    CHECK_THROWS_WITH_AS(make({.name = "hyperband", .hyperband = {.min_resource = 0}}),
                         "pruner.min_resource: expected 1 or more for hyperband, got 0", ConfigError);
    CHECK_THROWS_WITH_AS(make({.name = "median", .patience = -1}), "pruner.patience: expected 0 or more, got -1",
                         ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

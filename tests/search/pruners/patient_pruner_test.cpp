// Mirrors include/hpo/search/pruners/patient_pruner.hpp.
#include <hpo/search/pruners/patient_pruner.hpp>

#include <limits>

#include <hpo/search/pruners/asha_pruner.hpp>
#include <hpo/search/pruners/percentile_pruner.hpp>

#include <hpo/testing/pruner_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

const double nan = std::numeric_limits<double>::quiet_NaN();

bool prunes(PatientOptions options, const std::map<std::int64_t, double>& curve,
            Direction direction = Direction::minimize) {
  const FrozenTrial trial{.id = 1, .intermediate = curve};
  const History history;
  return PatientPruner<>(options).prune({trial, {}, history, direction});
}

TEST_SUITE("search/pruners/patient_pruner") {
  TEST_CASE("PatientPruner obeys the contract, alone and around another") {
    test::obeys_pruner_contract([](Direction) { return PatientPruner<>({.patience = 2}); });
    test::obeys_pruner_contract(
        [](Direction) { return PatientPruner({.patience = 1}, MedianPruner({.startup_trials = 3})); });
  }
  TEST_CASE("patience is exhausted by patience + 1 reports worse than the best before them") {
    CHECK_FALSE(prunes({.patience = 1}, {{1, 1}, {2, 9}}));
    CHECK(prunes({.patience = 1}, {{1, 1}, {2, 9}, {3, 9}}));
    CHECK_FALSE(prunes({.patience = 2}, {{1, 1}, {2, 9}, {3, 9}}));
    CHECK(prunes({.patience = 0}, {{1, 1}, {2, 9}}));
    CHECK_FALSE(prunes({.patience = 1}, {{1, 1}, {2, 9}, {3, 1}}));  // as good as before
    CHECK_FALSE(prunes({.patience = 1}, {{1, 1}, {2, 0.5}, {3, 9}}));
    CHECK(prunes({.patience = 1}, {{1, 5}, {7, 1}, {20, 2}, {21, 2}}));  // steps may be any
    CHECK(prunes({.patience = 1}, {{1, 9}, {2, 1}, {3, 1}}, Direction::maximize));
    CHECK_FALSE(prunes({.patience = 1}, {{1, 1}, {2, 9}, {3, 9}}, Direction::maximize));
  }
  TEST_CASE("min_delta bears what is only a little worse") {
    CHECK_FALSE(prunes({.patience = 0, .min_delta = 0.5}, {{1, 1}, {2, 1.5}}));
    CHECK(prunes({.patience = 0, .min_delta = 0.5}, {{1, 1}, {2, 1.75}}));
    CHECK_FALSE(prunes({.patience = 0, .min_delta = 0.5}, {{1, 1}, {2, 0.5}}, Direction::maximize));
    CHECK(prunes({.patience = 0, .min_delta = 0.5}, {{1, 1}, {2, 0.25}}, Direction::maximize));
  }
  TEST_CASE("NaN has no value, but takes its turn") {
    CHECK(prunes({.patience = 1}, {{1, 1}, {2, nan}, {3, 9}}));
    CHECK_FALSE(prunes({.patience = 1}, {{1, nan}, {2, 9}, {3, 9}}));
    CHECK_FALSE(prunes({.patience = 1}, {{1, 1}, {2, nan}, {3, nan}}));
  }
  TEST_CASE("the inner pruner is asked only when patience is exhausted") {
    History history;
    for (std::int64_t id = 1; id <= 5; ++id)
      history.put({.id = id,
                   .number = id - 1,
                   .state = TrialState::complete,
                   .values = {0},
                   .intermediate = {{1, 0}, {2, 0}, {3, 0}}});
    const PatientPruner patient({.patience = 1}, MedianPruner());
    const auto prunes_at = [&](const std::map<std::int64_t, double>& curve) {
      const FrozenTrial trial{.id = 9, .intermediate = curve};
      return patient.prune({trial, {}, history, Direction::minimize});
    };
    CHECK_FALSE(prunes_at({{1, 9}}));                  // bad, but patience lasts
    CHECK_FALSE(prunes_at({{1, 9}, {2, 8}, {3, 7}}));  // bad, but improving
    CHECK(prunes_at({{1, 7}, {2, 8}, {3, 9}}));
    CHECK_FALSE(prunes_at({{1, -7}, {2, 8}, {3, 9}}));  // past its best, which is better than the median
  }
  TEST_CASE("the inner pruner knows when it was last asked itself, not when patience was") {
    History history;
    for (std::int64_t id = 1; id <= 5; ++id)
      history.put({.id = id, .number = id - 1, .state = TrialState::pruned, .intermediate = {{1, 0}, {2, 0}}});
    const PatientPruner patient({.patience = 1}, AshaPruner());
    const auto prunes_at = [&](const std::map<std::int64_t, double>& curve, std::int64_t judged) {
      const FrozenTrial trial{.id = 9, .intermediate = curve};
      return patient.prune({trial, judged, history, Direction::minimize});
    };
    CHECK_FALSE(prunes_at({{1, 9}, {2, 8}}, 1));
    CHECK(prunes_at({{1, 7}, {2, 8}, {3, 9}}, 2));                 // it would have left at step 1
    CHECK_FALSE(prunes_at({{1, -7}, {2, 8}, {3, 9}}, 2));          // it would not
    CHECK_FALSE(prunes_at({{1, 7}, {2, 8}, {3, 9}, {4, -9}}, 3));  // better than all before
    CHECK_FALSE(prunes_at({{1, -7}, {2, 8}, {3, 9}, {4, 9}}, 3));  // let through at 3; at 4 nobody competes
    CHECK_FALSE(prunes_at({{1, 7}, {2, 8}, {3, 9}, {5, 10}}, 3));  // asked at 3, and let through then
  }
  TEST_CASE("options out of range are refused") {
    CHECK_THROWS_WITH_AS(PatientPruner<>({.patience = -1}), "pruner.patience: expected 0 or more, got -1", ConfigError);
    CHECK_THROWS_WITH_AS(PatientPruner<>({.min_delta = -0.5}),
                         "pruner.min_delta: expected a finite number, 0 or more, got -0.5", ConfigError);
    CHECK_THROWS_WITH_AS(PatientPruner<>({.min_delta = nan}),
                         "pruner.min_delta: expected a finite number, 0 or more, got nan", ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

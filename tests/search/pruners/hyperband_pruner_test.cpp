// Mirrors include/hpo/search/pruners/hyperband_pruner.hpp.
#include <hpo/search/pruners/hyperband_pruner.hpp>

#include <hpo/testing/pruner_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/pruners/hyperband_pruner") {
  TEST_CASE("HyperbandPruner obeys the contract") {
    test::obeys_pruner_contract([](Direction) { return HyperbandPruner({.max_resource = 16, .reduction_factor = 2}); });
    test::obeys_pruner_contract([](Direction) { return HyperbandPruner(); });
  }
  TEST_CASE("a trial is judged among those of its bracket, at the rungs of that") {
    // Of study "study" with 27 steps, trials 1 and 3 are in bracket 0, trials 0 and 2 in bracket 1, 9 in bracket 3.
    const HyperbandPruner pruner({.max_resource = 27});
    History history;
    for (std::int64_t number = 0; number < 2; ++number)
      history.put({.id = number + 1,
                   .number = number,
                   .state = TrialState::pruned,
                   .intermediate = {{1, 5.0}, {2, 5.0}, {3, 5.0}}});
    const auto prunes = [&](std::int64_t number, const std::map<std::int64_t, double>& curve) {
      const FrozenTrial trial{.id = number + 1, .number = number, .intermediate = curve};
      return pruner.prune({trial, {}, history, Direction::minimize, "study"});
    };
    CHECK(prunes(3, {{1, 6}}));
    CHECK_FALSE(prunes(3, {{1, 4}}));
    CHECK_FALSE(prunes(2, {{1, 6}}));  // its first rung is step 3
    CHECK(prunes(2, {{3, 6}}));
    CHECK_FALSE(prunes(9, {{1, 6}, {3, 6}, {9, 6}, {26, 6}}));  // and there nobody competes
  }
  TEST_CASE("nobody is pruned while the length of a trial is not known") {
    const HyperbandPruner pruner;
    History history;
    history.put({.id = 2, .number = 1, .state = TrialState::pruned, .intermediate = {{1, 5.0}}});
    const FrozenTrial trial{.id = 4, .number = 3, .intermediate = {{1, 6.0}}};
    CHECK_FALSE(pruner.prune({trial, {}, history, Direction::minimize, "study"}));
    history.put({.id = 3, .number = 2, .state = TrialState::complete, .values = {5}, .intermediate = {{26, 5.0}}});
    CHECK(pruner.prune({trial, {}, history, Direction::minimize, "study"}));
  }
}

}  // namespace
}  // namespace hpo::search

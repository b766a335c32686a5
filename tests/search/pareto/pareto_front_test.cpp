// Mirrors include/hpo/search/pareto/pareto_front.hpp and losses.hpp.
#include <hpo/search/pareto/pareto_front.hpp>

#include <limits>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using storage::Direction;
using storage::FrozenTrial;
using storage::TrialState;

FrozenTrial trial(std::vector<double> values, TrialState state = TrialState::complete,
                  storage::Attributes system_attrs = {}) {
  return {.state = state, .values = std::move(values), .system_attrs = std::move(system_attrs)};
}

TEST_SUITE("search/pareto/pareto_front") {
  TEST_CASE("losses turn the sign of what is maximized") {
    const std::vector directions{Direction::minimize, Direction::maximize};
    CHECK(signed_values(trial({1, 2}), directions) == std::vector<double>{1, -2});
    CHECK_FALSE(signed_values(trial({1}), directions).has_value());
    CHECK_FALSE(signed_values(trial({1, std::numeric_limits<double>::quiet_NaN()}), directions).has_value());
    CHECK_FALSE(signed_values(trial({1, 2}, TrialState::pruned), directions).has_value());
  }
  TEST_CASE("the front of two objectives, one to minimize and one to maximize") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<FrozenTrial> trials{
        trial({1, 1}),                                                  // front
        trial({2, 1}),                                                  // worse than the first
        trial({2, 3}),                                                  // front
        trial({2, 3}),                                                  // equal to it: front
        trial({0, 9}, TrialState::failed),                              //
        trial({0, nan}),                                                //
        trial({0, 9}, TrialState::complete, {{"constraints", "[1]"}}),  // infeasible
        trial({5, 4}, TrialState::complete, {{"constraints:memory", "-1"}}),
        trial({}),
    };
    CHECK(pareto_front(trials, std::vector{Direction::minimize, Direction::maximize}) ==
          std::vector<std::size_t>{0, 2, 3, 7});
  }
  TEST_CASE("one objective: all trials with the best value; none: nothing to choose by") {
    const std::vector<FrozenTrial> trials{trial({3}), trial({5}), trial({4}), trial({5})};
    CHECK(pareto_front(trials, std::vector{Direction::maximize}) == std::vector<std::size_t>{1, 3});
    CHECK(pareto_front({}, std::vector{Direction::maximize}).empty());
  }
}

}  // namespace
}  // namespace hpo::search

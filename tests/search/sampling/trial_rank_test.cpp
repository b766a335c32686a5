// Mirrors include/hpo/search/sampling/trial_rank.hpp.
#include <hpo/search/sampling/trial_rank.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using storage::Direction;
using storage::FrozenTrial;
using storage::TrialState;

FrozenTrial complete(double value) {
  return {.state = TrialState::complete, .values = {value}};
}
FrozenTrial pruned(std::map<std::int64_t, double> curve) {
  return {.state = TrialState::pruned, .intermediate = std::move(curve)};
}

const std::vector<Direction> down{Direction::minimize}, up{Direction::maximize};

std::vector<std::size_t> best_of(const std::vector<FrozenTrial>& trials, std::size_t count,
                                 const std::vector<Direction>& directions = down) {
  std::vector<Rank> ranks;
  for (const auto& trial : trials) ranks.push_back(*Rank::of(trial, directions));
  std::vector<const Rank*> all;
  for (const auto& rank : ranks) all.push_back(&rank);
  return best_ranks(all, count);
}

TEST_SUITE("search/sampling/trial_rank") {
  TEST_CASE("complete trials by value, then pruned ones by how far they came") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<FrozenTrial> trials{pruned({{1, 0.1}, {2, 5.0}}),  // 0: third of the pruned
                                          complete(3),                   // 1
                                          pruned({{1, 0.0}, {4, 9.0}}),  // 2: came farthest
                                          complete(1),                   // 3: best
                                          pruned({}),                    // 4: last
                                          pruned({{2, 4.0}}),            // 5: as far as 0, better there
                                          pruned({{2, nan}}),            // 6: as far as 0, worse there
                                          complete(3)};                  // 7: ties with 1, later
    using Indices = std::vector<std::size_t>;
    CHECK(best_of(trials, 1) == Indices{3});
    CHECK(best_of(trials, 2) == Indices{1, 3});
    CHECK(best_of(trials, 4) == Indices{1, 2, 3, 7});
    CHECK(best_of(trials, 5) == Indices{1, 2, 3, 5, 7});
    CHECK(best_of(trials, 6) == Indices{0, 1, 2, 3, 5, 7});
    CHECK(best_of(trials, 7) == Indices{0, 1, 2, 3, 5, 6, 7});
    CHECK(best_of(trials, 99).size() == 8);
  }
  TEST_CASE("what breaks its constraints comes last, by how far it is off") {
    const auto off = [](FrozenTrial trial, const char* constraints) {
      trial.system_attrs["constraints"] = constraints;
      return trial;
    };
    const std::vector<FrozenTrial> trials{off(complete(0), "[2.0]"),        // 0
                                          off(complete(9), "[-1.0]"),       // 1: kept
                                          off(pruned({{1, 1}}), "[0.5]"),   // 2: the least off
                                          off(complete(-5), "[1.0, 1.5]"),  // 3
                                          pruned({})};                      // 4: has none
    using Indices = std::vector<std::size_t>;
    CHECK(best_of(trials, 1) == Indices{1});
    CHECK(best_of(trials, 2) == Indices{1, 4});
    CHECK(best_of(trials, 3) == Indices{1, 2, 4});
    CHECK(best_of(trials, 4) == Indices{0, 1, 2, 4});
  }
  TEST_CASE("several objectives: whole fronts, then those of the next that leave the most room") {
    const std::vector<Direction> both{Direction::minimize, Direction::maximize};
    const auto at = [](double a, double b) { return FrozenTrial{.state = TrialState::complete, .values = {a, -b}}; };
    // Front 0: 1 and 4. Front 1: 0, 2, 3, 5; a little worse than its worst is (5.5, 5.5).
    std::vector<FrozenTrial> trials{at(1, 5), at(0, 3), at(2, 3.5), at(3.5, 2), at(3, 0), at(5, 1), pruned({{9, 0}})};
    using Indices = std::vector<std::size_t>;
    CHECK(best_of(trials, 1, both) == Indices{1});  // as much room as 4 leaves: the first counts
    CHECK(best_of(trials, 2, both) == Indices{1, 4});
    CHECK(best_of(trials, 3, both) == Indices{1, 2, 4});        // 2 and 3 leave 7 each, 0 and 5 2.25 each
    CHECK(best_of(trials, 4, both) == Indices{1, 2, 3, 4});     // then 3 adds 2 * 1.5, 5 only 0.5 * 2.5
    CHECK(best_of(trials, 5, both) == Indices{0, 1, 2, 3, 4});  // then 0 and 5 add 0.5 each
    CHECK(best_of(trials, 6, both) == Indices{0, 1, 2, 3, 4, 5});
    CHECK(best_of(trials, 7, both).size() == 7);
    trials[2].system_attrs["constraints"] = "[1]";  // the best of front 1 is out
    CHECK(best_of(trials, 3, both) == Indices{1, 3, 4});
    CHECK(best_of(trials, 6, both) == Indices{0, 1, 3, 4, 5, 6});
  }
  TEST_CASE("maximization turns the sign; what has no result has no rank") {
    CHECK(Rank::of(complete(2), up)->value == -2);
    CHECK(*Rank::of(pruned({{1, 3}}), up) < *Rank::of(pruned({{1, 2}}), up));
    CHECK_FALSE(Rank::of(complete(std::numeric_limits<double>::quiet_NaN()), down).has_value());
    CHECK_FALSE(Rank::of({.state = TrialState::failed}, down).has_value());
    CHECK_FALSE(Rank::of({.state = TrialState::running}, down).has_value());
  }
}

}  // namespace
}  // namespace hpo::search

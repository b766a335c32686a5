// Mirrors include/hpo/search/tpe_split.hpp.
#include <hpo/search/tpe_split.hpp>

#include "../check.hpp"

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

TEST_SUITE("search/tpe_split") {
  TEST_CASE("a tenth is good, rounded up, 25 at most") {
    CHECK(tpe_gamma(0) == 0);
    CHECK(tpe_gamma(1) == 1);
    CHECK(tpe_gamma(10) == 1);
    CHECK(tpe_gamma(11) == 2);
    CHECK(tpe_gamma(250) == 25);
    CHECK(tpe_gamma(251) == 25);
  }
  TEST_CASE("weights: all equal below 25, then a ramp for the older ones") {
    CHECK(tpe_weights(0, 1.0) == std::vector<double>{1});
    CHECK(tpe_weights(24, 0.5) == [] {
      std::vector<double> w(25, 1.0);
      w.back() = 0.5;
      return w;
    }());
    const auto one = tpe_weights(26, 1.0);
    CHECK(one[0] == 1.0 / 26);
    CHECK(one[1] == 1);
    const auto w = tpe_weights(30, 1.0);  // 5 fade: 1/30, then in steps of (1 - 1/30) / 4, to 1
    REQUIRE(w.size() == 31);
    CHECK(w[0] == doctest::Approx(1.0 / 30));
    CHECK(w[1] == doctest::Approx(1.0 / 30 + (29.0 / 30) / 4));
    CHECK(w[4] == 1);
    CHECK(w[29] == 1);
    CHECK(w[30] == 1);
  }
  TEST_CASE("complete trials by value, then pruned ones by how far they came") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<Rank> ranks;
    for (const auto& trial : {pruned({{1, 0.1}, {2, 5.0}}),  // 0: third of the pruned
                              complete(3),                   // 1
                              pruned({{1, 0.0}, {4, 9.0}}),  // 2: came farthest
                              complete(1),                   // 3: best
                              pruned({}),                    // 4: last
                              pruned({{2, 4.0}}),            // 5: as far as 0, better there
                              pruned({{2, nan}}),            // 6: as far as 0, worse there
                              complete(3)})                  // 7: ties with 1, later
      ranks.push_back(*Rank::of(trial, Direction::minimize));
    CHECK(best_ranks(ranks, 1) == std::vector<std::size_t>{3});
    CHECK(best_ranks(ranks, 2) == std::vector<std::size_t>{1, 3});
    CHECK(best_ranks(ranks, 4) == std::vector<std::size_t>{1, 2, 3, 7});
    CHECK(best_ranks(ranks, 5) == std::vector<std::size_t>{1, 2, 3, 5, 7});
    CHECK(best_ranks(ranks, 6) == std::vector<std::size_t>{0, 1, 2, 3, 5, 7});
    CHECK(best_ranks(ranks, 7) == std::vector<std::size_t>{0, 1, 2, 3, 5, 6, 7});
    CHECK(best_ranks(ranks, 99).size() == 8);
  }
  TEST_CASE("maximisation turns the sign; what has no result has no rank") {
    CHECK(Rank::of(complete(2), Direction::maximize)->value == -2);
    CHECK(*Rank::of(pruned({{1, 3}}), Direction::maximize) < *Rank::of(pruned({{1, 2}}), Direction::maximize));
    CHECK_FALSE(Rank::of(complete(std::numeric_limits<double>::quiet_NaN()), Direction::minimize).has_value());
    CHECK_FALSE(Rank::of({.state = TrialState::failed}, Direction::minimize).has_value());
    CHECK_FALSE(Rank::of({.state = TrialState::running}, Direction::minimize).has_value());
  }
}

}  // namespace
}  // namespace hpo::search

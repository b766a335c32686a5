// Mirrors include/hpo/report/tally.hpp.
#include <hpo/report/tally.hpp>

#include <limits>

#include "../check.hpp"

namespace hpo::report {
namespace {

Moment second(double at) {
  return {std::chrono::steady_clock::time_point(std::chrono::milliseconds(static_cast<std::int64_t>(at * 1000))), {}};
}

Tally begun(StudyInfo info) {
  Tally tally;
  tally.take(info, second(0));
  return tally;
}

TEST_SUITE("report/tally") {
  TEST_CASE("counts each state once and knows what runs") {
    Tally tally = begun({.trials = 10});
    for (std::int64_t number = 0; number < 4; ++number) tally.take(TrialStarted{number, ""}, second(1));
    tally.take(TrialFinished{0, TrialEnd::complete, 0.5}, second(2));
    tally.take(TrialFinished{1, TrialEnd::pruned, 0.9}, second(2));
    tally.take(TrialFinished{2, TrialEnd::failed}, second(2));
    CHECK(tally.done() == 1);
    CHECK(tally.pruned() == 1);
    CHECK(tally.failed() == 1);
    CHECK(tally.finished() == 3);
    REQUIRE(tally.running().size() == 1);
    CHECK(tally.running()[0].number == 3);
  }

  TEST_CASE("the best is of complete trials, in the study's direction, the first of equals") {
    Tally up = begun({.direction = storage::Direction::maximize, .best_before = BestTrial{3, 0.6}});
    up.take(TrialFinished{4, TrialEnd::complete, 0.5}, second(1));
    CHECK(!up.improved());
    up.take(TrialFinished{5, TrialEnd::pruned, 0.9}, second(1));
    up.take(TrialFinished{6, TrialEnd::complete, std::numeric_limits<double>::quiet_NaN()}, second(1));
    CHECK(up.best()->number == 3);
    up.take(TrialFinished{7, TrialEnd::complete, 0.7}, second(1));
    CHECK(up.improved());
    up.take(TrialFinished{8, TrialEnd::complete, 0.7}, second(1));
    CHECK(!up.improved());
    CHECK(up.best()->number == 7);

    Tally down = begun({.direction = storage::Direction::minimize});
    CHECK(!down.best());
    down.take(TrialFinished{0, TrialEnd::complete, 2.0}, second(1));
    down.take(TrialFinished{1, TrialEnd::complete, 1.0}, second(1));
    CHECK(down.best()->number == 1);
  }

  TEST_CASE("remaining: nothing before two trials, then their mean spread over the trials at once") {
    Tally tally = begun({.trials = 10, .parallel = 2});
    CHECK(!tally.remaining(second(1)));
    tally.take(TrialFinished{0, TrialEnd::complete, 0.5, 10}, second(10));
    CHECK(!tally.remaining(second(10)));
    tally.take(TrialFinished{1, TrialEnd::pruned, 0.5, 6}, second(10));
    CHECK(*tally.remaining(second(10)) == doctest::Approx(8 * 8.0 / 2));
    tally.take(TrialStarted{2, ""}, second(10));
    CHECK(*tally.remaining(second(15)) == doctest::Approx((7 * 8.0 + 3) / 2));
    CHECK(*tally.remaining(second(99)) == doctest::Approx(7 * 8.0 / 2));  // longer than the mean: may end any moment
  }

  TEST_CASE("a study that goes on: earlier trials are not counted and tell nothing about time") {
    Tally tally = begun({.trials = 4, .trials_before = 6});
    CHECK(tally.finished() == 0);
    tally.take(TrialFinished{6, TrialEnd::complete, 0.5, 8}, second(8));
    CHECK(!tally.remaining(second(8)));
    tally.take(TrialFinished{7, TrialEnd::pruned, 0.5, 4}, second(12));
    CHECK(*tally.remaining(second(12)) == doctest::Approx(2 * 6.0));
  }

  TEST_CASE("remaining: the last trials cannot be shared, and none is left at the end") {
    Tally tally = begun({.trials = 3, .parallel = 4});
    tally.take(TrialFinished{0, TrialEnd::complete, 0.5, 8}, second(8));
    tally.take(TrialFinished{1, TrialEnd::complete, 0.5, 8}, second(8));
    tally.take(TrialStarted{2, ""}, second(8));
    CHECK(*tally.remaining(second(10)) == doctest::Approx(6));
    tally.take(TrialFinished{2, TrialEnd::complete, 0.5, 8}, second(16));
    CHECK(*tally.remaining(second(16)) == 0);
  }

  TEST_CASE("remaining: never beyond the timeout, which may be the only end") {
    Tally tally = begun({.trials = 0, .timeout_s = 60.0});
    CHECK(!tally.remaining(second(1)));
    for (std::int64_t number = 0; number < 2; ++number)
      tally.take(TrialFinished{number, TrialEnd::complete, 0.5, 5}, second(10));
    CHECK(*tally.remaining(second(10)) == doctest::Approx(50));
    CHECK(*tally.remaining(second(70)) == 0);

    Tally endless = begun({.trials = 0});
    for (std::int64_t number = 0; number < 2; ++number)
      endless.take(TrialFinished{number, TrialEnd::complete, 0.5, 5}, second(10));
    CHECK(!endless.remaining(second(10)));
  }
}
}  // namespace
}  // namespace hpo::report

// Mirrors include/hpo/train/schedule.hpp.
#include <hpo/train/schedule.hpp>

#include <cmath>
#include <numbers>

#include "../check.hpp"

namespace hpo::train {
namespace {
TEST_SUITE("train/schedule") {
  TEST_CASE("warm-up rises from zero in equal steps and reaches one at its end") {
    const Schedule schedule({.kind = ScheduleKind::constant, .warmup = 0.1}, 100);
    CHECK(schedule.warmup_steps() == 10);
    CHECK(schedule.factor(0) == 0.0);
    CHECK(schedule.factor(3) == doctest::Approx(0.3));
    CHECK(schedule.factor(10) == 1.0);
    CHECK(schedule.factor(99) == 1.0);
  }
  TEST_CASE("linear falls to zero at the last step's end") {
    const Schedule schedule({.kind = ScheduleKind::linear, .warmup = 0.2}, 10);
    const double expected[] = {0.0, 0.5, 1.0, 7.0 / 8, 6.0 / 8, 5.0 / 8, 4.0 / 8, 3.0 / 8, 2.0 / 8, 1.0 / 8, 0.0, 0.0};
    for (int step = 0; step < 12; ++step)
      CHECK(schedule.factor(step) == doctest::Approx(expected[step]).epsilon(1e-15));
  }
  TEST_CASE("cosine is half a wave after the warm-up") {
    const Schedule schedule({.kind = ScheduleKind::cosine, .warmup = 0.25}, 20);
    CHECK(schedule.factor(5) == 1.0);
    for (int step = 5; step < 20; ++step)
      CHECK(schedule.factor(step) == doctest::Approx(0.5 * (1 + std::cos(std::numbers::pi * (step - 5) / 15.0))));
    CHECK(schedule.factor(20) == 0.0);
    CHECK(schedule.factor(25) == 0.0);
  }
  TEST_CASE("the warm-up is rounded up, and there is none at zero") {
    CHECK(Schedule({.warmup = 0.06}, 10).warmup_steps() == 1);
    CHECK(Schedule({.warmup = 0.0}, 10).factor(0) == 1.0);
    CHECK(Schedule({.warmup = 1.0}, 4).factor(3) == 0.75);
  }
  TEST_CASE("a warm-up that is no fraction is refused by its key") {
    CHECK_THROWS_WITH_AS(Schedule({.warmup = 1.5}, 4), "schedule.warmup: expected a fraction from 0 to 1, got 1.5",
                         ConfigError);
    CHECK_THROWS_AS(Schedule({.warmup = 0.0}, 0), ConfigError);
  }
}
}  // namespace
}  // namespace hpo::train

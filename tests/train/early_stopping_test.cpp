// Mirrors include/hpo/train/early_stopping.hpp.
#include <hpo/train/early_stopping.hpp>

#include <limits>

#include "../check.hpp"

namespace hpo::train {
namespace {
TEST_SUITE("train/early_stopping") {
  TEST_CASE("patience counts the evaluations since the last improvement") {
    EarlyStopping stopping(false, 2, 0.0);
    CHECK(stopping.improves(0.5));
    CHECK(stopping.improves(0.6));
    CHECK_FALSE(stopping.improves(0.6));  // equal is not better: the earlier stays the best
    CHECK_FALSE(stopping.exhausted());
    CHECK_FALSE(stopping.improves(0.1));
    CHECK(stopping.exhausted());
    CHECK(stopping.best_evaluation() == 2);
  }
  TEST_CASE("a gain below min_delta is the best and yet does not prolong the run") {
    EarlyStopping stopping(false, 2, 0.1);
    CHECK(stopping.improves(0.50));
    CHECK(stopping.improves(0.55));
    CHECK(stopping.improves(0.58));
    CHECK(stopping.exhausted());
    CHECK(stopping.best_evaluation() == 3);
  }
  TEST_CASE("small gains add up to an improvement over the value that patience counts from") {
    EarlyStopping stopping(false, 2, 0.1);
    CHECK(stopping.improves(0.50));
    CHECK(stopping.improves(0.59));
    CHECK(stopping.improves(0.68));
    CHECK_FALSE(stopping.exhausted());
  }
  TEST_CASE("minimizing turns the order round") {
    EarlyStopping stopping(true, 1, 0.0);
    CHECK(stopping.improves(2.0));
    CHECK(stopping.improves(-1.0));
    CHECK_FALSE(stopping.improves(3.0));
    CHECK(stopping.exhausted());
  }
  TEST_CASE("patience 0 never stops, and NaN is never an improvement") {
    EarlyStopping stopping(false, 0, 0.0);
    CHECK_FALSE(stopping.improves(std::numeric_limits<double>::quiet_NaN()));
    CHECK(stopping.improves(-5.0));
    for (int i = 0; i < 100; ++i) CHECK_FALSE(stopping.improves(-6.0));
    CHECK_FALSE(stopping.exhausted());
  }
}
}  // namespace
}  // namespace hpo::train

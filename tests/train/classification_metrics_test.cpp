// Mirrors include/hpo/train/classification_metrics.hpp.
#include <hpo/train/classification_metrics.hpp>

#include "../check.hpp"

namespace hpo::train {
namespace {
ConfusionMatrix counted(std::int64_t classes, const std::vector<std::pair<int, int>>& rows) {
  ConfusionMatrix matrix(classes);
  for (const auto& [truth, predicted] : rows) matrix.add(truth, predicted);
  return matrix;
}

TEST_SUITE("train/classification_metrics") {
  TEST_CASE("scores of three classes equal those worked out by hand") {
    //           predicted 0  1  2
    // truth 0             2  1  0
    //       1             0  1  1
    //       2             1  0  4
    const auto matrix = counted(3, {{0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 0}, {2, 2}, {2, 2}, {2, 2}, {2, 2}});
    CHECK(matrix.accuracy() == doctest::Approx(0.7));
    CHECK(matrix.of_class(0).precision == doctest::Approx(2.0 / 3));
    CHECK(matrix.of_class(0).recall == doctest::Approx(2.0 / 3));
    CHECK(matrix.of_class(1).precision == doctest::Approx(0.5));
    CHECK(matrix.of_class(1).f1 == doctest::Approx(0.5));
    CHECK(matrix.of_class(2).recall == doctest::Approx(0.8));
    CHECK(matrix.of_class(2).support == 5);
    CHECK(matrix.macro_f1() == doctest::Approx((2.0 / 3 + 0.5 + 0.8) / 3));
    CHECK(matrix.count(2, 0) == 1);
    CHECK(matrix.count(0, 2) == 0);
    CHECK(matrix.total() == 10);
  }
  TEST_CASE("always the majority class: macro-F1 shows what accuracy hides") {
    const auto matrix = counted(2, {{0, 0}, {0, 0}, {0, 0}, {1, 0}});
    CHECK(matrix.accuracy() == 0.75);
    CHECK(matrix.macro_f1() == doctest::Approx((2 * 0.75 / 1.75) / 2));
    CHECK(matrix.of_class(1).precision == 0.0);
  }
  TEST_CASE("a class that is neither there nor predicted does not count; one that is predicted does") {
    CHECK(counted(5, {{0, 0}, {1, 1}}).macro_f1() == 1.0);
    CHECK(counted(5, {{0, 0}, {1, 2}}).macro_f1() == doctest::Approx(1.0 / 3));
    CHECK(counted(2, {}).macro_f1() == 0.0);
    CHECK(counted(2, {}).accuracy() == 0.0);
  }
  TEST_CASE("a class out of range is refused") {
    ConfusionMatrix matrix(2);
    CHECK_THROWS_WITH_AS(matrix.add(2, 0), "metrics: expected classes below 2, got 2 predicted as 0", DataError);
    CHECK_THROWS_AS(matrix.add(0, -1), DataError);
    CHECK_THROWS_AS(ConfusionMatrix(1), ConfigError);
  }
}
}  // namespace
}  // namespace hpo::train

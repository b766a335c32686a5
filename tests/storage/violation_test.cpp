// Mirrors include/hpo/storage/violation.hpp.
#include <hpo/storage/violation.hpp>

#include "../check.hpp"

namespace hpo::storage {
namespace {

std::optional<double> of(Attributes attrs) {
  return violation({.number = 3, .system_attrs = std::move(attrs)});
}

TEST_SUITE("storage/violation") {
  TEST_CASE("nothing where there are no constraints, 0 where all are kept, else the sum of what is above 0") {
    CHECK_FALSE(of({}).has_value());
    CHECK_FALSE(
        of({{"constraint", "1"}, {"constraints_of_mine", "1"}, {"cons", "2"}, {"hpo:owner", "{}"}}).has_value());
    CHECK_FALSE(of({{"constraints", "null"}}).has_value());
    CHECK_FALSE(of({{"constraints", "[]"}}).has_value());
    CHECK(of({{"constraints", "[-1.0, 0, -0.5]"}}) == 0.0);
    CHECK(of({{"constraints", "[1.5, -3.0, 2]"}}) == 3.5);
    CHECK(of({{"constraints:memory", "0.25"}, {"constraints:time", "-1"}}) == 0.25);
    CHECK(of({{"constraints", "[1.0]"}, {"constraints:time", "2.0"}, {"constraints;", "9"}}) == 3.0);
  }
  TEST_CASE("what Python writes bare: infinity, and NaN, which is no promise kept") {
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(of({{"constraints", "[Infinity]"}}) == infinity);
    CHECK(of({{"constraints", "[-Infinity, 1]"}}) == 1.0);
    CHECK(of({{"constraints:a", "NaN"}}) == infinity);
  }
  TEST_CASE("anything else is refused by name") {
    CHECK_THROWS_WITH_AS(static_cast<void>(of({{"constraints", "3"}})),
                         "trial 3: system attribute constraints: expected an array of numbers, got 3", StorageError);
    CHECK_THROWS_WITH_AS(static_cast<void>(of({{"constraints:a", "\"big\""}})),
                         "trial 3: system attribute constraints:a: expected a number, got \"big\"", StorageError);
    CHECK_THROWS_AS(static_cast<void>(of({{"constraints", "[1"}})), StorageError);
  }
}

}  // namespace
}  // namespace hpo::storage

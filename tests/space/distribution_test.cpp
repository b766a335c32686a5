// Mirrors include/hpo/space/{value,grid,distribution}.hpp.
#include <hpo/space/distribution.hpp>

#include <limits>

#include "../check.hpp"

namespace hpo::space {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

Distribution valid(Distribution distribution) {
  validate(distribution, "x");
  return distribution;
}

const Distribution pooling = CategoricalDistribution{{"cls", "mean", "max"}};

TEST_SUITE("space/distribution") {
  TEST_CASE("a stepped range ends on its grid, as decimal numbers say it") {
    struct Case {
      double low, high, step, last;
    };
    // The last column is what Optuna 3.1.0 writes for the same distribution.
    for (const auto& [low, high, step, last] :
         {Case{0, 0.5, 0.15, 0.45}, Case{0, 0.3, 0.1, 0.3}, Case{0, 0.7, 0.1, 0.7}, Case{-1.5e-7, 1, 0.3, 0.89999985},
          Case{0.1, 1, 0.2, 0.9}, Case{-1, -0.05, 0.1, -0.1}, Case{1, 1.5, 2, 1}, Case{1e16, 1e16, 0.1, 1e16},
          Case{0, 1e20, 1e-10, 1e20}}) {
      CAPTURE(low);
      CAPTURE(high);
      CAPTURE(step);
      CHECK(std::get<FloatDistribution>(valid(FloatDistribution{low, high, false, step})).high == last);
    }
    CHECK(std::get<IntDistribution>(valid(IntDistribution{1, 9, false, 3})).high == 7);
    CHECK(std::get<IntDistribution>(valid(IntDistribution{-5, 5, false, 5})).high == 5);
    CHECK(std::get<IntDistribution>(valid(IntDistribution{-largest_int, largest_int})).high == largest_int);
  }

  TEST_CASE("what no value can be drawn from is refused with the reason") {
    const auto refusal = [](Distribution d) { return expectation(d); };
    CHECK(refusal(FloatDistribution{1e-3, 1e-5}) == "low < high");
    CHECK(refusal(FloatDistribution{0, nan}) == "finite numbers");
    CHECK(refusal(FloatDistribution{-inf, 0}) == "finite numbers");
    CHECK(refusal(FloatDistribution{-1.7e308, 1.7e308}) == "a range whose width is a finite number");
    CHECK(refusal(FloatDistribution{0, 1, true}) == "low > 0 for a log range");
    CHECK(refusal(FloatDistribution{0.1, 1, true, 0.1}) == "no step in a log range");
    CHECK(refusal(FloatDistribution{0, 1, false, 0.0}) == "step > 0");
    CHECK(refusal(FloatDistribution{0, 1, false, nan}) == "step > 0");
    CHECK(refusal(FloatDistribution{0, 1e30, false, 1e-10}) == "a step within 36 decimal digits of the range");
    CHECK(refusal(IntDistribution{3, 1}) == "low < high");
    CHECK(refusal(IntDistribution{0, 8, true}) == "low > 0 for a log range");
    CHECK(refusal(IntDistribution{1, 8, true, 2}) == "no step in a log range");
    CHECK(refusal(IntDistribution{1, 8, false, 0}) == "step > 0");
    CHECK(refusal(IntDistribution{0, largest_int + 1}) == "whole numbers within 2^53");
    CHECK(refusal(CategoricalDistribution{}) == "at least one choice");
    CHECK(refusal(FloatDistribution{1, 1, true}) == "");
    CHECK_THROWS_WITH_AS(valid(FloatDistribution{1e-3, 1e-5}), "x: expected low < high, got 0.001 to 1e-05",
                         ConfigError);
  }

  TEST_CASE("each value has a number in a study, and comes back from it") {
    CHECK(to_internal(pooling, "max") == 2);
    CHECK(same(to_external(pooling, 1), "mean"));
    CHECK(to_internal(IntDistribution{1, 8}, std::int64_t{3}) == 3);
    CHECK(same(to_external(IntDistribution{1, 8}, 2.9999999), std::int64_t{3}));
    CHECK(same(to_external(FloatDistribution{0, 1}, 0.25), 0.25));
    CHECK(to_internal(FloatDistribution{0, 1}, std::int64_t{1}) == 1);
    CHECK(to_internal(IntDistribution{1, 8}, 3.0) == 3);
    const Distribution mixed = CategoricalDistribution{{std::monostate{}, true, std::int64_t{1}, 1.0, "1", nan}};
    for (double index = 0; index < 6; ++index) CHECK(to_internal(mixed, to_external(mixed, index)) == index);
  }

  TEST_CASE("a value of another kind, no choice and no index are refused") {
    CHECK_THROWS_WITH_AS((void)to_internal(pooling, "men"), "expected one of cls, mean, max, got men", ConfigError);
    CHECK_THROWS_WITH_AS((void)to_internal(IntDistribution{1, 8}, 2.5), "expected a whole number, got 2.5",
                         ConfigError);
    CHECK_THROWS_WITH_AS((void)to_internal(FloatDistribution{0, 1}, "a"), "expected a number, got a", ConfigError);
    CHECK_THROWS_WITH_AS((void)to_internal(FloatDistribution{0, 1}, true), "expected a number, got true", ConfigError);
    CHECK_THROWS_AS((void)to_external(pooling, 3), ConfigError);
    CHECK_THROWS_AS((void)to_external(pooling, -1), ConfigError);
    CHECK_THROWS_AS((void)to_external(pooling, 0.5), ConfigError);
    CHECK_THROWS_AS((void)to_external(pooling, nan), ConfigError);
    CHECK_THROWS_AS((void)to_external(IntDistribution{1, 8}, inf), ConfigError);
  }

  TEST_CASE("contains knows ends, grid and indices") {
    const Distribution dropout = FloatDistribution{0, 0.5, false, 0.05};
    CHECK(contains(dropout, 0.15000000000000002));
    CHECK_FALSE(contains(dropout, 0.16));
    CHECK_FALSE(contains(dropout, 0.55));
    CHECK(contains(FloatDistribution{1e-5, 1e-3, true}, 1e-5));
    CHECK_FALSE(contains(FloatDistribution{1e-5, 1e-3, true}, nan));
    CHECK(contains(IntDistribution{1, 7, false, 3}, 4));
    CHECK_FALSE(contains(IntDistribution{1, 7, false, 3}, 5));
    CHECK_FALSE(contains(IntDistribution{1, 7}, 4.5));
    CHECK(contains(pooling, 0));
    CHECK_FALSE(contains(pooling, 3));
  }

  TEST_CASE("single-valued distributions are known") {
    CHECK(is_single(FloatDistribution{0.1, 0.1}));
    CHECK(is_single(valid(FloatDistribution{0, 0.4, false, 0.5})));
    CHECK(is_single(valid(IntDistribution{2, 4, false, 3})));
    CHECK(is_single(CategoricalDistribution{{true}}));
    CHECK_FALSE(is_single(pooling));
  }

  TEST_CASE("compatible follows Optuna: kind, scale and exact choices, not the range") {
    CHECK(compatible(FloatDistribution{0, 1}, FloatDistribution{5, 9, false, 0.5}));
    CHECK_FALSE(compatible(FloatDistribution{1, 2}, FloatDistribution{1, 2, true}));
    CHECK_FALSE(compatible(FloatDistribution{1, 2}, IntDistribution{1, 2}));
    CHECK_FALSE(compatible(IntDistribution{1, 2, true}, IntDistribution{1, 2}));
    CHECK(compatible(CategoricalDistribution{{nan, 1.0}}, CategoricalDistribution{{nan, 1.0}}));
    CHECK_FALSE(compatible(CategoricalDistribution{{"a", "b"}}, CategoricalDistribution{{"b", "a"}}));
    CHECK_FALSE(compatible(CategoricalDistribution{{std::int64_t{1}}}, CategoricalDistribution{{1.0}}));
  }

  TEST_CASE("distributions and values read well") {
    CHECK(to_string(Distribution(FloatDistribution{1e-5, 5e-3, true})) == "1e-05 to 0.005, log");
    CHECK(to_string(Distribution(IntDistribution{8, 64, false, 8})) == "8 to 64, step 8");
    CHECK(to_string(Distribution(CategoricalDistribution{{std::monostate{}, true, 0.5, "a"}})) == "none, true, 0.5, a");
  }
}

}  // namespace
}  // namespace hpo::space

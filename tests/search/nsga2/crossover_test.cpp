// Mirrors include/hpo/search/nsga2/crossover.hpp.
#include <hpo/search/nsga2/crossover.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/nsga2/crossover") {
  TEST_CASE("blend: uniform over the interval of both parents and half of it on each side, within the bounds") {
    PhiloxStream random(1, 0, "test");
    double low = 1, high = 0, sum = 0;
    for (int i = 0; i < 20000; ++i) {
      const double x = blend(0.4, 0.6, random);
      low = std::min(low, x);
      high = std::max(high, x);
      sum += x;
    }
    CHECK(low == doctest::Approx(0.3).epsilon(0.01));
    CHECK(high == doctest::Approx(0.7).epsilon(0.01));
    CHECK(sum / 20000 == doctest::Approx(0.5).epsilon(0.01));
    for (int i = 0; i < 100; ++i) CHECK(blend(0.0, 1.0, random) <= 1);
    CHECK(blend(0.3, 0.3, random) == 0.3);
  }
  TEST_CASE("simulated binary: around the first parent, the nearer the higher eta is, within the bounds") {
    PhiloxStream random(1, 0, "test");
    const auto spread = [&](double eta) {
      double sum = 0, squares = 0;
      for (int i = 0; i < 20000; ++i) {
        const double x = simulated_binary(0.4, 0.6, eta, random);
        REQUIRE(x >= 0);
        REQUIRE(x <= 1);
        sum += x;
        squares += (x - 0.4) * (x - 0.4);
      }
      CHECK(sum / 20000 == doctest::Approx(0.4).epsilon(0.1));
      return std::sqrt(squares / 20000);
    };
    CHECK(spread(20) < spread(2) / 3);
    CHECK(simulated_binary(0.3, 0.3, 2, random) == 0.3);
    for (int i = 0; i < 1000; ++i) CHECK(simulated_binary(0.0, 0.5, 2, random) >= 0);
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/gp/chebyshev.hpp.
#include <hpo/search/gp/chebyshev.hpp>

#include <set>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/gp/chebyshev") {
  TEST_CASE("weights sum to one and are uniform on the simplex") {
    PhiloxStream random(1, 2, "weights");
    double first = 0, large = 0;
    for (int i = 0; i < 4000; ++i) {
      const auto weights = draw_weights(3, random);
      CHECK(weights[0] + weights[1] + weights[2] == doctest::Approx(1));
      first += weights[0] / 4000;
      large += weights[0] > 0.5 ? 1.0 / 4000 : 0;
    }
    CHECK(first == doctest::Approx(1.0 / 3).epsilon(0.05));
    CHECK(large == doctest::Approx(0.25).epsilon(0.1));  // (1 - 0.5)^2
  }
  TEST_CASE("by hand") {
    const std::vector<std::vector<double>> objectives{{0, 5, 10}, {3, 1, 1}};
    const auto values = chebyshev(objectives, std::vector{0.25, 0.75});
    CHECK(values[0] == doctest::Approx(0.75 + 0.05 * 0.75));
    CHECK(values[1] == doctest::Approx(0.125 + 0.05 * 0.125));
    CHECK(values[2] == doctest::Approx(0.25 + 0.05 * 0.25));
    CHECK(chebyshev(std::vector<std::vector<double>>{{2, 2}, {1, 1}}, std::vector{0.5, 0.5}) == std::vector{0.0, 0.0});
    CHECK(chebyshev({}, {}).empty());
  }
  TEST_CASE("a concave front is reached from end to end, no dominated point ever is") {
    std::vector<std::vector<double>> objectives(2);
    for (int i = 0; i <= 10; ++i) {  // a quarter circle that bulges away from the origin
      objectives[0].push_back(std::sin(i * 0.15707963));
      objectives[1].push_back(std::cos(i * 0.15707963));
    }
    objectives[0].push_back(0.9);
    objectives[1].push_back(0.9);
    std::set<std::ptrdiff_t> best;
    PhiloxStream random(1, 1, "front");
    for (int i = 0; i < 500; ++i) {
      const auto values = chebyshev(objectives, draw_weights(2, random));
      best.insert(std::ranges::min_element(values) - values.begin());
    }
    CHECK(best.size() >= 9);  // the twentieth hides the neighbors of the ends
    CHECK(best.contains(0));
    CHECK(best.contains(5));
    CHECK(best.contains(10));
    CHECK_FALSE(best.contains(11));
  }
}

}  // namespace
}  // namespace hpo::search

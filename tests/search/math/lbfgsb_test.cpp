// Mirrors include/hpo/search/math/lbfgsb.hpp.
#include <hpo/search/math/lbfgsb.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

double rosenbrock(std::span<const double> x, std::span<double> gradient) {
  double sum = 0;
  std::ranges::fill(gradient, 0.0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    sum += 100 * a * a + b * b;
    gradient[i] += -400 * a * x[i] - 2 * b;
    gradient[i + 1] += 200 * a;
  }
  return sum;
}

Minimum minimize(std::vector<double> start, std::vector<double> low, std::vector<double> high) {
  return Lbfgsb(rosenbrock, low, high, {.max_iterations = 500, .gradient_tolerance = 1e-8}).minimize(start);
}

TEST_SUITE("search/math/lbfgsb") {
  TEST_CASE("Rosenbrock's valley to its end, in few evaluations") {
    const auto two = minimize({-1.2, 1}, {-5, -5}, {5, 5});
    CHECK(two.value < 1e-12);
    CHECK(two.evaluations < 80);
    const auto ten =
        minimize(std::vector<double>(10, -1.0), std::vector<double>(10, -5.0), std::vector<double>(10, 5.0));
    CHECK(ten.value < 1e-10);
    CHECK(ten.evaluations < 300);
  }
  TEST_CASE("a bound that cuts the valley: the least value on it") {
    const auto cut = minimize({-1.2, 1}, {-5, -5}, {0.5, 5});  // then y = x^2
    CHECK(cut.x[0] == 0.5);
    CHECK(cut.x[1] == doctest::Approx(0.25));
    CHECK(cut.value == doctest::Approx(0.25));
    const auto corner = minimize({4, 4}, {2, 5}, {4, 6});
    CHECK(corner.x[0] == doctest::Approx(2.2385).epsilon(1e-3));  // on y = 5: 200 x^3 - 999 x - 1 = 0
    CHECK(corner.x[1] == 5);
    const auto point = minimize({9, -9}, {2, 5}, {2, 5});
    CHECK(point.x == std::vector{2.0, 5.0});
  }
  TEST_CASE("a start outside is brought in; a function without a value there ends the search") {
    CHECK(minimize({-100, 100}, {-5, -5}, {5, 5}).value < 1e-10);
    const auto nan = [](std::span<const double>, std::span<double>) { return std::nan(""); };
    const std::vector low{0.0}, high{1.0}, start{0.5};
    CHECK(Lbfgsb(nan, low, high).minimize(start).x == start);
    // Half of the box has no value: the minimum at the cliff's edge is approached, not crossed.
    const auto cliff = [](std::span<const double> x, std::span<double> gradient) {
      gradient[0] = -1;
      return x[0] > 0.7 ? std::nan("") : -x[0];
    };
    const auto edge = Lbfgsb(cliff, low, high).minimize(start);
    CHECK(edge.x[0] <= 0.7);
    CHECK(edge.x[0] > 0.69);
  }
}

}  // namespace
}  // namespace hpo::search

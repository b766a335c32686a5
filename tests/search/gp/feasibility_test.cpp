// Mirrors include/hpo/search/gp/feasibility.hpp.
#include <hpo/search/gp/feasibility.hpp>

#include <limits>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/gp/feasibility") {
  TEST_CASE("targets: the side and the order of the values, whatever their unit, and bounded") {
    const double inf = std::numeric_limits<double>::infinity();
    for (const double unit : {1.0, 1e-6, 1e9}) {
      const auto targets = feasibility_targets(std::vector{-inf, -4 * unit, -unit, 0.0, unit, 2 * unit, inf});
      for (std::size_t i = 1; i < targets.size(); ++i) CHECK(targets[i] > targets[i - 1]);
      CHECK(targets[0] == -4);
      CHECK(targets[3] == 0);
      CHECK(targets[4] == doctest::Approx(std::log1p(0.5)));  // the median size is two units
      CHECK(targets[6] == 4);
    }
    CHECK(feasibility_targets(std::vector{inf, inf}) == std::vector{4.0, 4.0});
    CHECK(feasibility_targets(std::vector{0.0, 0.0}) == std::vector{-0.1, -0.1});
    CHECK(feasibility_targets(std::vector{0.0, 1.0})[0] == -0.1);
  }
  TEST_CASE("likely where trials kept them, unlikely where they did not; the gradient is the slope") {
    GpPoints points({false, true});
    std::vector<double> values;
    for (int i = 0; i < 20; ++i) {
      points.add(std::vector{i / 19.0, static_cast<double>(i % 2)});
      values.push_back(i / 19.0 - 0.6);
    }
    GpFeasibility feasibility(GaussianProcess(points, feasibility_targets(values), {{8, 0.1}, 1, 1e-3}));
    CHECK(std::exp(feasibility(std::vector{0.2, 0.0})) > 0.95);
    CHECK(std::exp(feasibility(std::vector{0.9, 0.0})) < 0.05);
    for (const double x : {0.1, 0.55, 0.62, 0.95}) {
      std::vector<double> gradient{1, 7};  // is added to
      CHECK(feasibility.add_gradient(std::vector{x, 1.0}, gradient) == feasibility(std::vector{x, 1.0}));
      CHECK(gradient[1] == 7);
      const double difference = feasibility(std::vector{x + 1e-6, 1.0}) - feasibility(std::vector{x - 1e-6, 1.0});
      CHECK(gradient[0] - 1 == doctest::Approx(difference / 2e-6).epsilon(1e-4));
    }
  }
}

}  // namespace
}  // namespace hpo::search

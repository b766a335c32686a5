// Mirrors include/hpo/search/gp/matern_kernel.hpp.
#include <hpo/search/gp/matern_kernel.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/gp/matern_kernel") {
  TEST_CASE("values by the formula, 1 at no distance") {
    CHECK(Matern52::at(0).value == 1);
    const double r = std::sqrt(5.0);  // at distance 1
    CHECK(Matern52::at(1).value == doctest::Approx((1 + r + 5.0 / 3) * std::exp(-r)));
    CHECK(Matern52::at(1e6).value == doctest::Approx(0));
  }
  TEST_CASE("the slope is the derivative by the squared distance, and finite at 0") {
    for (const double squared : {1e-4, 0.1, 1.0, 7.0}) {
      const double h = 1e-6 * squared;
      const double difference = (Matern52::at(squared + h).value - Matern52::at(squared - h).value) / (2 * h);
      CHECK(Matern52::at(squared).slope == doctest::Approx(difference).epsilon(1e-6));
    }
    CHECK(Matern52::at(0).slope == doctest::Approx(-5.0 / 6));
  }
  TEST_CASE("choices are equal or not, numbers are as far as they are; relevance weighs both") {
    GpPoints points({false, true});
    for (const auto& point : {std::vector{0.0, 0.0}, std::vector{0.5, 2.0}, std::vector{1.0, 7.0}}) points.add(point);
    const KernelParams params{{4, 0.5}, 1, 1e-6};
    std::vector<double> squared(3);
    weighted_distances(points, params, std::vector{0.5, 7.0}, squared);
    CHECK(squared == std::vector{1.5, 0.5, 1.0});
    CHECK(points.point(1) == std::vector{0.5, 2.0});
  }
}

}  // namespace
}  // namespace hpo::search

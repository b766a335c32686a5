// Mirrors include/hpo/search/gp/acquisition.hpp.
#include <hpo/search/gp/acquisition.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

GaussianProcess valley() {
  GpPoints points({false, false, true});
  std::vector<double> values;
  PhiloxStream random(3, 0, "valley");
  for (int i = 0; i < 20; ++i) {
    const std::vector<double> x{random.uniform(), random.uniform(), static_cast<double>(random.below(2))};
    points.add(x);
    values.push_back(std::pow(x[0] - 0.4, 2) + std::pow(x[1] - 0.7, 2) + 0.3 * x[2]);
  }
  return {points, values, {{3, 3, 0.5}, 1, 1e-4}};
}

TEST_SUITE("search/gp/acquisition") {
  TEST_CASE("nothing running: the expected improvement of the posterior") {
    GpAcquisition acquisition(valley(), 0.05, {}, 1, "test");
    const std::vector<double> x{0.3, 0.6, 0};
    const auto there = valley().posterior(x);
    CHECK(acquisition(x) ==
          doctest::Approx(LogExpectedImprovement::at(there.mean, std::sqrt(there.variance), 0.05).value));
  }
  TEST_CASE("the gradient is the slope, with and without running trials; choices have none") {
    for (const auto& pending : {std::vector<std::vector<double>>{}, {{0.4, 0.7, 0}, {0.5, 0.5, 1}}}) {
      GpAcquisition acquisition(valley(), 0.05, pending, 1, "test");
      for (const auto& x : {std::vector{0.3, 0.6, 0.0}, std::vector{0.45, 0.72, 0.0}, std::vector{0.9, 0.1, 1.0}}) {
        std::vector<double> gradient(3);
        CHECK(acquisition(x, gradient) == acquisition(x));
        CHECK(gradient[2] == 0);
        for (std::size_t d = 0; d < 2; ++d) {
          auto up = x, down = x;
          up[d] += 1e-6;
          down[d] -= 1e-6;
          CHECK(gradient[d] == doctest::Approx((acquisition(up) - acquisition(down)) / 2e-6).epsilon(1e-4));
        }
      }
    }
  }
  TEST_CASE("a running trial takes what it may find: much beside it, little far away") {
    const std::vector<double> running{0.4, 0.65, 0}, beside{0.41, 0.65, 0}, far{0.9, 0.95, 0};
    GpAcquisition alone(valley(), 0.05, {}, 1, "test"), shared(valley(), 0.05, {running}, 1, "test");
    CHECK(shared(running) < alone(running) - 2);
    CHECK(shared(beside) < alone(beside) - 0.5);
    CHECK(std::abs(shared(far) - alone(far)) < 0.5);
    CHECK(shared(far) > shared(running));
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/gp/gaussian_process.hpp.
#include <hpo/search/gp/gaussian_process.hpp>

#include <hpo/core/philox.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

struct Data {
  GpPoints points{{false, false, true}};
  std::vector<double> values;
};

Data wavy(std::size_t n) {
  Data data;
  PhiloxStream random(3, n, "data");
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<double> x{random.uniform(), random.uniform(), static_cast<double>(random.below(3))};
    data.points.add(x);
    data.values.push_back(std::sin(6 * x[0]) + x[1] * x[1] + 0.5 * x[2]);
  }
  return data;
}

TEST_SUITE("search/gp/gaussian_process") {
  TEST_CASE("one observation, worked out by hand") {
    GpPoints points({false});
    points.add(std::vector{0.25});
    const GaussianProcess process(points, std::vector{2.0}, {{1}, 3, 1});
    const double k = 3 * Matern52::at(0.25).value;  // half a unit away
    const auto there = process.posterior(std::vector{0.75});
    CHECK(there.mean == doctest::Approx(k / 4 * 2));
    CHECK(there.variance == doctest::Approx(3 - k * k / 4));
  }
  TEST_CASE("without noise it goes through its data, surely; far away it knows nothing") {
    const auto data = wavy(30);
    const GaussianProcess process(data.points, data.values, {{4, 4, 1}, 2, 1e-6});
    for (std::size_t i = 0; i < data.values.size(); ++i) {
      const auto here = process.posterior(data.points.point(i));
      CHECK(here.mean == doctest::Approx(data.values[i]).epsilon(1e-3));
      CHECK(here.variance < 1e-5);
    }
    const auto far = process.posterior(std::vector{50.0, 50.0, 5.0});
    CHECK(far.mean == doctest::Approx(0));
    CHECK(far.variance == doctest::Approx(2));
  }
  TEST_CASE("noise keeps it from going through its data") {
    GpPoints points({false});
    points.add(std::vector{0.5});
    points.add(std::vector{0.5});
    const GaussianProcess process(points, std::vector{-1.0, 1.0}, {{1}, 1, 0.1});
    CHECK(process.posterior(std::vector{0.5}).mean == doctest::Approx(0));
    CHECK(process.posterior(std::vector{0.5}).variance == doctest::Approx(1 - 2 / 2.1));
  }
  TEST_CASE("equal points many times over do not break it") {
    GpPoints points({false});
    for (int i = 0; i < 20; ++i) points.add(std::vector{0.5});
    const GaussianProcess process(points, std::vector<double>(20, 1.0), {{1}, 1000, 1e-13});
    CHECK(process.posterior(std::vector{0.5}).mean == doctest::Approx(1).epsilon(1e-3));
  }
  TEST_CASE("a pending point leaves the mean and takes the variance") {
    const auto data = wavy(10);
    GaussianProcess process(data.points, data.values, {{4, 4, 1}, 2, 1e-6});
    const std::vector<double> x{0.3, 0.9, 1.0};
    const auto before = process.posterior(x);
    process.add_pending(x);
    CHECK(process.posterior(x).mean == before.mean);
    CHECK(process.factor().size() == 11);
    // The pivot of the new row is the deviation of an observation there.
    CHECK(process.factor().row(10)[10] == doctest::Approx(std::sqrt(before.variance + 1e-6)));
  }
  TEST_CASE("the marginal likelihood is the normal density, its gradient the slope of it") {
    GpPoints two({false});
    two.add(std::vector{0.0});
    two.add(std::vector{1.0});
    std::vector<double> gradient(3);
    const double k = 2 * Matern52::at(1).value;
    const double a = 2.1, det = a * a - k * k, fit = (a * 1 - 2 * k * 2 + a * 4) / det;
    CHECK(MarginalLikelihood(two, std::vector{1.0, 2.0})({{1}, 2, 0.1}, gradient) ==
          doctest::Approx(-0.5 * (fit + std::log(det) + 2 * std::log(2 * std::numbers::pi))));

    const auto data = wavy(25);
    MarginalLikelihood likelihood(data.points, data.values);
    const auto at = [](std::span<const double> logs) {
      return KernelParams{
          {std::exp(logs[0]), std::exp(logs[1]), std::exp(logs[2])}, std::exp(logs[3]), std::exp(logs[4])};
    };
    for (const auto& logs : {std::vector{0.0, 0.0, 0.0, 0.0, -3.0}, std::vector{2.0, -1.0, 0.5, 1.0, -8.0}}) {
      gradient.assign(5, 0);
      static_cast<void>(likelihood(at(logs), gradient));
      std::vector<double> unused(5);
      for (std::size_t i = 0; i < 5; ++i) {
        auto up = logs, down = logs;
        up[i] += 1e-5;
        down[i] -= 1e-5;
        CHECK(gradient[i] ==
              doctest::Approx((likelihood(at(up), unused) - likelihood(at(down), unused)) / 2e-5).epsilon(1e-5));
      }
    }
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/gp/fit.hpp.
#include <hpo/search/gp/fit.hpp>

#include <hpo/core/philox.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

KernelParams plain(std::size_t d) {
  return {std::vector<double>(d, 1.0), 1, 1e-3};
}

KernelParams fit(std::size_t n, double noise) {
  GpPoints points({false, false, true});
  std::vector<double> values;
  PhiloxStream random(5, 0, "fit");
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<double> x{random.uniform(), random.uniform(), static_cast<double>(random.below(2))};
    points.add(x);
    values.push_back(1.4 * std::sin(9 * x[0]) + noise * random.normal());
  }
  return fit_kernel(points, values, std::vector{plain(3)});
}

TEST_SUITE("search/gp/fit") {
  TEST_CASE("relevant is what matters") {
    const auto params = fit(40, 0);
    CHECK(params.relevance[0] > 3);
    CHECK(params.relevance[1] < 0.2);
    CHECK(params.relevance[2] < 0.2);
    CHECK(params.noise < 1e-4);
  }
  TEST_CASE("noise is found for what it is") {
    const auto params = fit(80, 0.3);
    CHECK(params.noise > 0.04);
    CHECK(params.noise < 0.2);
  }
  TEST_CASE("the prior's gradient is its slope") {
    const KernelParams params{{0.2, 5}, 2, 0.01};
    std::vector<double> gradient(4), unused(4);
    static_cast<void>(log_kernel_prior(params, gradient));
    const auto moved = [&](std::size_t i, double by) {
      KernelParams other = params;
      (i < 2 ? other.relevance[i] : i == 2 ? other.scale : other.noise) *= std::exp(by);
      return log_kernel_prior(other, unused);
    };
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(gradient[i] == doctest::Approx((moved(i, 1e-6) - moved(i, -1e-6)) / 2e-6).epsilon(1e-6));
  }
  TEST_CASE("values without a message leave the prior in charge") {
    GpPoints points({false});
    for (int i = 0; i < 12; ++i) points.add(std::vector{i / 12.0});
    const auto params = fit_kernel(points, std::vector<double>(12, 0.0), std::vector{plain(1)});
    CHECK(std::isfinite(params.relevance[0]));
    CHECK(params.scale > 0);
  }
  TEST_CASE("of several starts the best end wins") {
    GpPoints points({false});
    std::vector<double> values;
    for (int i = 0; i < 30; ++i) {
      points.add(std::vector{i / 30.0});
      values.push_back(std::sin(i * 20 / 30.0));
    }
    const KernelParams noisy{{1e-4}, 1e-3, 1};
    const auto from = [&](std::vector<KernelParams> starts) { return fit_kernel(points, values, starts); };
    CHECK(from({noisy, plain(1)}).noise < 1e-3);
    CHECK(from({plain(1), noisy}).noise < 1e-3);
  }
}

}  // namespace
}  // namespace hpo::search

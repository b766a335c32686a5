// Mirrors include/hpo/search/math/truncated_normal.hpp.
#include <hpo/search/math/truncated_normal.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/math/truncated_normal") {
  TEST_CASE("ln Phi keeps its digits from one tail to the other") {
    // Reference: mpmath, 30 digits.
    CHECK(log_normal_cdf(0) == doctest::Approx(-0.693147180559945309).epsilon(1e-14));
    CHECK(log_normal_cdf(-1) == doctest::Approx(-1.8410216450092635058).epsilon(1e-14));
    CHECK(log_normal_cdf(-10) == doctest::Approx(-53.231285150512470578).epsilon(1e-13));
    CHECK(log_normal_cdf(-29.9) == doctest::Approx(-451.32291245852867701).epsilon(1e-14));
    CHECK(log_normal_cdf(-40) == doctest::Approx(-804.60844201375378817).epsilon(1e-14));
    CHECK(log_normal_cdf(6) == doctest::Approx(-9.8658764552437573169e-10).epsilon(1e-12));
    CHECK(std::abs(log_normal_cdf(-30.0000001) - log_normal_cdf(-29.9999999)) <
          1e-5);  // no jump where the formula changes
  }
  TEST_CASE("the mass of an interval is the same on both sides, and right far out") {
    CHECK(log_normal_mass(-1, 1) == doctest::Approx(std::log(0.682689492137085897)).epsilon(1e-14));
    CHECK(log_normal_mass(-0.5, 0.5) == doctest::Approx(std::log(0.382924922548026)).epsilon(1e-13));
    CHECK(log_normal_mass(2, 3) == doctest::Approx(log_normal_mass(-3, -2)));
    CHECK(log_normal_mass(2, 3) == doctest::Approx(std::log(0.0214002339165491)).epsilon(1e-13));
    CHECK(log_normal_mass(20, 21) == doctest::Approx(-203.91715537228815924).epsilon(1e-13));
    CHECK(log_normal_mass(100, 101) == doctest::Approx(-5005.5242086942050886).epsilon(1e-14));
  }
  TEST_CASE("quantiles invert the distribution function") {
    for (const double p : {1e-300, 1e-50, 1e-10, 0.001, 0.02425, 0.1, 0.3, 0.499999, 0.5})
      CHECK(log_normal_cdf(normal_quantile(p)) == doctest::Approx(std::log(p)).epsilon(1e-12));
    CHECK(normal_quantile(0.025) == doctest::Approx(-1.95996398454005424).epsilon(1e-14));
  }
  TEST_CASE("truncated quantiles stay inside and split the mass as asked") {
    CHECK(truncated_normal_quantile(0.5, 3, 2, 1, 5) == doctest::Approx(3));
    CHECK(truncated_normal_quantile(0, 3, 2, 1, 5) == doctest::Approx(1));
    CHECK(truncated_normal_quantile(0.9999999999999999, 3, 2, 1, 5) == doctest::Approx(5));
    for (const double u : {0.01, 0.3, 0.77, 0.99}) {
      const double x = truncated_normal_quantile(u, 0, 0.01, 0, 1);  // the mean on the bound
      CHECK(std::exp(log_normal_mass(0, x / 0.01)) / 0.5 == doctest::Approx(u).epsilon(1e-10));
    }
  }
}

}  // namespace
}  // namespace hpo::search

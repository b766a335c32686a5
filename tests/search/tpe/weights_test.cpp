// Mirrors include/hpo/search/tpe/weights.hpp.
#include <hpo/search/tpe/weights.hpp>

#include <vector>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/tpe/weights") {
  TEST_CASE("a tenth is good, rounded up, 25 at most") {
    CHECK(tpe_gamma(0) == 0);
    CHECK(tpe_gamma(1) == 1);
    CHECK(tpe_gamma(10) == 1);
    CHECK(tpe_gamma(11) == 2);
    CHECK(tpe_gamma(250) == 25);
    CHECK(tpe_gamma(251) == 25);
    CHECK(tpe_gamma(251, TpeGamma::linear, 2) == 26);
    CHECK(tpe_gamma(16, TpeGamma::sqrt) == 1);
    CHECK(tpe_gamma(17, TpeGamma::sqrt) == 2);
    CHECK(tpe_gamma(1000000, TpeGamma::sqrt) == 25);
  }
  TEST_CASE("weights: all equal below 25, then a ramp for the older ones") {
    CHECK(tpe_weights(0, 1.0) == std::vector<double>{1});
    CHECK(tpe_weights(24, 0.5) == [] {
      std::vector<double> w(25, 1.0);
      w.back() = 0.5;
      return w;
    }());
    const auto one = tpe_weights(26, 1.0);
    CHECK(one[0] == 1.0 / 26);
    CHECK(one[1] == 1);
    const auto w = tpe_weights(30, 1.0);  // 5 fade: 1/30, then in steps of (1 - 1/30) / 4, to 1
    REQUIRE(w.size() == 31);
    CHECK(w[0] == doctest::Approx(1.0 / 30));
    CHECK(w[1] == doctest::Approx(1.0 / 30 + (29.0 / 30) / 4));
    CHECK(w[4] == 1);
    CHECK(w[29] == 1);
    CHECK(w[30] == 1);
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/gp/log_expected_improvement.hpp.
#include <hpo/search/gp/log_expected_improvement.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/gp/log_expected_improvement") {
  TEST_CASE("as computed with sixty digits, where the improvement itself is no double too") {
    // z, ln h(z), Phi(z) / h(z)
    const double expected[10][3] = {
        {3.0, 1.0987396653277078, 0.33284096845179524},   {0.0, -0.91893853320467274, 1.2533141373155003},
        {-1.0, -2.4851210257126413, 1.9042712333296918},  {-4.9, -16.212816407897734, 5.2679101005632792},
        {-5.0, -16.74430116266099, 5.3618162412880885},   {-5.1, -17.285185774704836, 5.4559059518768738},
        {-8.0, -37.122364261692633, 8.2393965068400669},  {-25.0, -319.86146358149595, 25.079620234266533},
        {-40.0, -808.29856835661996, 40.049906657648518}, {-1000.0, -500014.73445209116, 1000.001999994}};
    for (const auto& [z, value, slope] : expected) {
      CAPTURE(z);
      const auto h = LogImprovement::at(z);
      CHECK(std::abs(h.value - value) <= 1e-12 * std::max(1.0, std::abs(value)));
      CHECK(std::abs(h.slope - slope) <= 1e-12 * slope);
    }
  }
  TEST_CASE("both branches meet") {
    CHECK(LogImprovement::at(-5 + 1e-12).value == doctest::Approx(LogImprovement::at(-5 - 1e-12).value).epsilon(1e-11));
  }
  TEST_CASE("the derivatives are those of the value") {
    for (const double mean : {-2.0, 0.3, 4.0, 30.0}) {
      const double deviation = 0.7, best = 0.1, h = 1e-6;
      const auto value = [&](double m, double s) { return LogExpectedImprovement::at(m, s, best).value; };
      const auto at = LogExpectedImprovement::at(mean, deviation, best);
      CHECK(at.by_mean ==
            doctest::Approx((value(mean + h, deviation) - value(mean - h, deviation)) / (2 * h)).epsilon(1e-6));
      CHECK(at.by_deviation ==
            doctest::Approx((value(mean, deviation + h) - value(mean, deviation - h)) / (2 * h)).epsilon(1e-6));
    }
  }
}

}  // namespace
}  // namespace hpo::search

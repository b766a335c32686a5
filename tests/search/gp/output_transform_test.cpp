// Mirrors include/hpo/search/gp/output_transform.hpp.
#include <hpo/search/gp/output_transform.hpp>

#include <limits>

#include "../../check.hpp"

namespace hpo::search {
namespace {

std::vector<double> transformed(std::vector<double> values) {
  transform_output(values);
  return values;
}

TEST_SUITE("search/gp/output_transform") {
  TEST_CASE("mean 0, variance 1, same order") {
    const std::vector<double> values{3, -1, 1e6, 0.5, 20, 2};
    const auto out = transformed(values);
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      sum += out[i];
      squares += out[i] * out[i];
      for (std::size_t j = 0; j < out.size(); ++j) CHECK((out[i] < out[j]) == (values[i] < values[j]));
    }
    CHECK(sum == doctest::Approx(0));
    CHECK(squares == doctest::Approx(6));
  }
  TEST_CASE("the better half keeps its distances, however bad the worst is") {
    const auto out = transformed({0, 1, 2, 3, 4, 5, 6, 1e9});
    CHECK(out[1] - out[0] == doctest::Approx(out[4] - out[3]).epsilon(1e-6));
    CHECK(out[5] - out[4] < out[4] - out[3]);
    CHECK(out[4] - out[0] > 0.1);  // plainly standardized: 1e-8
  }
  TEST_CASE("nothing to learn: equal values, one value, none") {
    CHECK(transformed({7, 7, 7}) == std::vector<double>{0, 0, 0});
    CHECK(transformed({7}) == std::vector<double>{0});
    CHECK(transformed({}).empty());
    for (const double v : transformed({1, 1, 1, 1, 5})) CHECK(std::isfinite(v));
  }
  TEST_CASE("infinite and huge values") {
    const double inf = std::numeric_limits<double>::infinity();
    const auto out = transformed({1, inf, 2, -inf, 3});
    CHECK(out[1] == out[4]);
    CHECK(out[3] == out[0]);
    CHECK(transformed({inf, inf}) == std::vector<double>{0, 0});
    for (const double v : transformed({-1e300, 1e300, 0})) CHECK(std::isfinite(v));
  }
}

}  // namespace
}  // namespace hpo::search

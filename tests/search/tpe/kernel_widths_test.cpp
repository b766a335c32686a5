// Mirrors include/hpo/search/tpe/kernel_widths.hpp.
#include <hpo/search/tpe/kernel_widths.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

std::vector<double> widths(std::vector<double> sorted, double low, double high) {
  return kernel_widths(sorted, low, high);
}

TEST_SUITE("search/tpe/kernel_widths") {
  TEST_CASE("a single observation looks at the bounds") {
    CHECK(widths({}, 0, 1).empty());
    CHECK(widths({2}, 0, 10) == std::vector<double>{8});
  }
  TEST_CASE("of several, the first and last look inwards, the others at the farther neighbor") {
    CHECK(widths({3, 7}, 0, 10) == std::vector<double>{4, 4});
    CHECK(widths({1, 4, 9}, 0, 10) == std::vector<double>{3, 5, 5});
  }
  TEST_CASE("none is narrower than the range over n + 2, or over 100 when there are many") {
    CHECK(widths({5, 5, 5}, 0, 10) == std::vector<double>{2, 2, 2});
    const std::vector<double> many(500, 5.0);
    CHECK(widths(many, 0, 10) == std::vector<double>(500, 0.1));
  }
}

}  // namespace
}  // namespace hpo::search

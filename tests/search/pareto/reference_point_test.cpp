// Mirrors include/hpo/search/pareto/reference_point.hpp.
#include <hpo/search/pareto/reference_point.hpp>

#include <vector>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using Points = std::vector<std::vector<double>>;

TEST_SUITE("search/pareto/reference_point") {
  TEST_CASE("a tenth worse than the worst of each loss, whatever its sign") {
    CHECK(reference_point(Points{{1, 30}, {2, 10}, {0.5, 20}}) == std::vector{1.1 * 2, 1.1 * 30});
    CHECK(reference_point(Points{{-1, -30}, {-2, -10}}) == std::vector{0.9 * -1, 0.9 * -10});
  }
  TEST_CASE("never the worst point itself: zero has a little room too") {
    CHECK(reference_point(Points{{0, -1}, {-3, 0}}) == std::vector{1e-12, 1e-12});
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/math/argsort.hpp.
#include <hpo/search/math/argsort.hpp>

#include <limits>

#include <hpo/core/philox.hpp>
#include <hpo/search/pareto/nondominated_sort.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using Positions = std::vector<std::size_t>;

TEST_SUITE("search/math/argsort") {
  TEST_CASE("numbers, the earlier of equals first") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK(argsort(std::vector<double>{3, -infinity, 3, infinity, -2, 3}) == Positions{1, 4, 0, 2, 5, 3});
    CHECK(argsort(std::vector<double>(40, 1.0)).front() == 0);
    CHECK(argsort(std::vector<double>(40, 1.0)).back() == 39);
    CHECK(argsort(std::vector<double>{}).empty());
  }
  TEST_CASE("points number by number, so that none dominates an earlier one") {
    const std::vector<std::vector<double>> few{{1, 2}, {0, 9}, {1, 1}, {0, 9}, {1, 2}};
    CHECK(argsort(few) == Positions{1, 3, 2, 0, 4});
    PhiloxStream random(1, 2, "points");
    std::vector<std::vector<double>> points;
    for (int i = 0; i < 200; ++i) {
      auto& point = points.emplace_back();
      for (int m = 0; m < 3; ++m) point.push_back(static_cast<double>(random.below(4)));
    }
    const auto order = argsort(points);
    for (std::size_t i = 0; i < order.size(); ++i)
      for (std::size_t k = 0; k < i; ++k) {
        CHECK_FALSE(dominates(points[order[i]], points[order[k]]));
        if (points[order[i]] == points[order[k]]) CHECK(order[k] < order[i]);
      }
  }
}

}  // namespace
}  // namespace hpo::search

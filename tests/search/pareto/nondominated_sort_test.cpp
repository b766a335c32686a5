// Mirrors include/hpo/search/pareto/nondominated_sort.hpp.
#include <hpo/search/pareto/nondominated_sort.hpp>

#include <hpo/core/philox.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using Points = std::vector<std::vector<double>>;

/// By the definition: peel off what nobody left dominates.
std::vector<std::size_t> peeled(const Points& points) {
  std::vector<std::size_t> ranks(points.size());
  std::vector<bool> gone(points.size());
  std::size_t left = points.size();
  for (std::size_t rank = 0; left > 0; ++rank) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < points.size(); ++i) {
      bool dominated = gone[i];
      for (std::size_t j = 0; j < points.size() && !dominated; ++j)
        dominated = !gone[j] && dominates(points[j], points[i]);
      if (!dominated) front.push_back(i);
    }
    for (const std::size_t i : front) {
      ranks[i] = rank;
      gone[i] = true;
      --left;
    }
  }
  return ranks;
}

TEST_SUITE("search/pareto/nondominated_sort") {
  TEST_CASE("dominance: as good everywhere, better somewhere") {
    const std::vector<double> a{1, 2}, b{1, 3}, c{0, 4};
    CHECK(dominates(a, b));
    CHECK_FALSE(dominates(b, a));
    CHECK_FALSE(dominates(a, a));
    CHECK_FALSE(dominates(a, c));
    CHECK_FALSE(dominates(c, a));
  }
  TEST_CASE("ranks by hand") {
    CHECK(nondominated_ranks(Points{}).empty());
    CHECK(nondominated_ranks(Points{{1, 4}, {2, 2}, {4, 1}, {2, 5}, {3, 3}, {5, 5}, {2, 2}}) ==
          std::vector<std::size_t>{0, 0, 0, 1, 1, 2, 0});
    CHECK(nondominated_ranks(Points{{3}, {1}, {2}, {1}}) == std::vector<std::size_t>{2, 0, 1, 0});
  }
  TEST_CASE("ranks are those of the definition, for 1 to 5 losses, ties and infinities included") {
    PhiloxStream random(1, 0, "test");
    for (std::size_t losses = 1; losses <= 5; ++losses)
      for (std::size_t round = 0; round < 20; ++round) {
        Points points(1 + random.below(60), std::vector<double>(losses));
        for (auto& point : points)
          for (double& x : point)
            x = random.below(20) == 0 ? std::numeric_limits<double>::infinity()
                                      : static_cast<double>(random.below(round < 10 ? 6 : 1000));
        CHECK(nondominated_ranks(points) == peeled(points));
      }
  }
  TEST_CASE("constraints: feasible points by dominance, then the others by how much they violate") {
    const Points points{{1, 1}, {2, 2}, {3, 3}, {0, 0}, {0, 0}, {0, 0}, {0, 0}};
    const std::vector<std::optional<double>> violations{
        0.0, 0.0, 0.5, 0.5, 0.25, std::nullopt, std::numeric_limits<double>::infinity()};
    CHECK(nondominated_ranks(points, violations) == std::vector<std::size_t>{0, 1, 3, 3, 2, 4, 4});
    const std::vector<std::optional<double>> none(points.size());
    CHECK(nondominated_ranks(points, none) == nondominated_ranks(points));
    const std::vector<std::optional<double>> all(points.size(), 2.0);
    CHECK(nondominated_ranks(points, all) == std::vector<std::size_t>(points.size(), 0));
  }
}

}  // namespace
}  // namespace hpo::search

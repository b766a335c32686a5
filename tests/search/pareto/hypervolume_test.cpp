// Mirrors include/hpo/search/pareto/hypervolume.hpp.
#include <hpo/search/pareto/hypervolume.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <hpo/core/philox.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using Points = std::vector<std::vector<double>>;

Points random_points(std::size_t n, std::size_t m, std::uint64_t seed) {
  PhiloxStream random(seed, n, "points");
  Points points(n, std::vector<double>(m));
  for (auto& point : points)
    for (double& x : point) x = static_cast<double>(random.below(8)) / 8;
  return points;
}

/// By counting the cells of a grid on whose corners the points lie.
double counted(const Points& points, std::size_t m) {
  std::size_t cells = 1, dominated = 0;
  for (std::size_t i = 0; i < m; ++i) cells *= 8;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    std::vector<double> corner;
    for (std::size_t i = 0, rest = cell; i < m; ++i, rest /= 8) corner.push_back(static_cast<double>(rest % 8) / 8);
    dominated += std::ranges::any_of(points, [&](const std::vector<double>& point) {
      return std::ranges::equal(point, corner, [](double a, double b) { return a <= b; });
    });
  }
  return static_cast<double>(dominated) / static_cast<double>(cells);
}

TEST_SUITE("search/pareto/hypervolume") {
  TEST_CASE("as many cells as are counted, in two to four dimensions") {
    for (const std::size_t m : {2, 3, 4})
      for (const std::size_t n : {1, 2, 5, 12}) {
        const auto points = random_points(n, m, m);
        CAPTURE(m);
        CAPTURE(n);
        CHECK(hypervolume(points, std::vector<double>(m, 1.0)) == doctest::Approx(counted(points, m)).epsilon(1e-12));
      }
  }
  TEST_CASE("beyond the reference point there is nothing") {
    const std::vector<double> reference{1, 1};
    CHECK(hypervolume(std::span<const std::vector<double>>(), reference) == 0);
    CHECK(hypervolume(std::vector<std::vector<double>>{{2, 0}, {0, 2}}, reference) == 0);
    CHECK(hypervolume(std::vector<std::vector<double>>{{0.5, 0.5}, {0, 2}, {2, 0}}, reference) == 0.25);
    CHECK(box_volume(std::vector<double>{0.5, 2}, reference) == 0);
  }
  TEST_CASE("a contribution is what a point adds") {
    for (const std::size_t m : {2, 3}) {
      auto points = random_points(9, m, 7);
      const std::vector<double> reference(m, 1.0);
      const double with = hypervolume(points, reference);
      const auto last = points.back();
      points.pop_back();
      CHECK(hypervolume_contribution(last, points, reference) ==
            doctest::Approx(with - hypervolume(points, reference)).epsilon(1e-12).scale(1));
    }
  }
  TEST_CASE("a subset takes what adds most, one after the other; equal points come last") {
    const std::vector<double> reference{1, 1};
    const Points points{{0.9, 0.0}, {0.5, 0.5}, {0.5, 0.5}, {0.0, 0.9}, {0.1, 0.6}};
    CHECK(hypervolume_subset(points, 0, reference).empty());
    CHECK(hypervolume_subset(points, 1, reference) == std::vector<std::size_t>{4});
    CHECK(hypervolume_subset(points, 2, reference) == std::vector<std::size_t>{0, 4});
    CHECK(hypervolume_subset(points, 4, reference) == std::vector<std::size_t>{0, 1, 3, 4});
    CHECK(hypervolume_subset(points, 9, reference) == std::vector<std::size_t>{0, 1, 2, 3, 4});
  }
  TEST_CASE("each choice adds as much as any other would") {
    for (const std::size_t m : {2, 3}) {
      const auto points = random_points(30, m, 3);
      const std::vector<double> reference(m, 1.1);
      std::vector<std::size_t> before;
      Points taken;
      for (std::size_t count = 1; count <= 8; ++count) {
        const auto now = hypervolume_subset(points, count, reference);
        std::vector<std::size_t> added;
        std::ranges::set_difference(now, before, std::back_inserter(added));
        REQUIRE(added.size() == 1);
        const double gain = hypervolume_contribution(points[added[0]], taken, reference);
        for (const auto& point : points) CHECK(gain >= hypervolume_contribution(point, taken, reference) - 1e-12);
        taken.push_back(points[added[0]]);
        before = now;
      }
    }
  }
}

}  // namespace
}  // namespace hpo::search

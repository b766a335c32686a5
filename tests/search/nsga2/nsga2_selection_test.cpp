// Mirrors include/hpo/search/nsga2/nsga2_selection.hpp and crowding_distance.hpp.
#include <hpo/search/nsga2/nsga2_selection.hpp>

#include <limits>

#include "../../check.hpp"

namespace hpo::search {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using Points = std::vector<std::vector<double>>;

std::vector<std::int64_t> numbers(const std::vector<Individual>& individuals) {
  std::vector<std::int64_t> numbers;
  for (const auto& individual : individuals) numbers.push_back(individual.number);
  return numbers;
}

std::vector<Individual> population(const Points& points, const std::vector<std::optional<double>>& violations = {}) {
  std::vector<Individual> all;
  for (std::size_t i = 0; i < points.size(); ++i)
    all.push_back({.row = i,
                   .number = static_cast<std::int64_t>(i),
                   .losses = points[i],
                   .violation = violations.empty() ? std::nullopt : violations[i]});
  return all;
}

TEST_SUITE("search/nsga2/nsga2_selection") {
  TEST_CASE("crowding distance by hand") {
    CHECK(crowding_distance(Points{}).empty());
    CHECK(crowding_distance(Points{{1, 2}}) == std::vector<double>{0});
    const auto room = crowding_distance(Points{{0, 10}, {1, 6}, {4, 5}, {10, 0}});
    CHECK(room[0] == infinity);
    CHECK(room[1] == doctest::Approx(4.0 / 10 + 5.0 / 10));
    CHECK(room[2] == doctest::Approx(9.0 / 10 + 6.0 / 10));
    CHECK(room[3] == infinity);
  }
  TEST_CASE("crowding distance of equal points, equal losses and infinite ones") {
    CHECK(crowding_distance(Points{{0, 2}, {1, 1}, {1, 1}, {2, 0}})[2] == 0);
    CHECK(crowding_distance(Points{{0, 2}, {1, 1}, {1, 1}, {2, 0}})[1] == doctest::Approx(2));
    CHECK(crowding_distance(Points{{1, 0}, {1, 3}, {1, 9}})[1] == doctest::Approx(1));
    for (const double room : crowding_distance(Points{{-infinity, 2}, {1, 1}, {2, 0}, {infinity, -1}}))
      CHECK_FALSE(std::isnan(room));
  }
  TEST_CASE("front after front, then those with room, then the earlier ones") {
    const Points points{{5, 5}, {0, 10}, {1, 6}, {4, 5}, {10, 0}, {6, 6}, {0, 10}};
    CHECK(numbers(nsga2_elite(population(points), 3)) == std::vector<std::int64_t>{1, 4, 3});
    CHECK(numbers(nsga2_elite(population(points), 6)) == std::vector<std::int64_t>{1, 4, 3, 2, 6, 0});
    CHECK(nsga2_elite(population(points), 50).size() == 7);
    CHECK(nsga2_elite({}, 5).empty());
  }
  TEST_CASE("whoever keeps the constraints comes first, then by violation") {
    const Points points{{0, 0}, {1, 1}, {2, 2}, {3, 3}};
    CHECK(numbers(nsga2_elite(population(points, {2.0, 0.5, 0.0, 0.0}), 4)) == std::vector<std::int64_t>{2, 3, 1, 0});
    CHECK(numbers(nsga2_elite(population(points, {std::nullopt, 0.5, 0.0, 9.0}), 4)) ==
          std::vector<std::int64_t>{2, 1, 3, 0});
  }
  TEST_CASE("one objective: the best values") {
    CHECK(numbers(nsga2_elite(population({{3}, {1}, {2}, {1}}), 3)) == std::vector<std::int64_t>{1, 3, 2});
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/grid/grid_points.hpp.
#include <hpo/search/grid/grid_points.hpp>

#include <set>

#include <hpo/space/enumerate.hpp>

#include <hpo/testing/sampler_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

std::vector<GridPoint> all(const GridPoints& points) {
  std::vector<GridPoint> list;
  REQUIRE(points.size());
  for (std::uint64_t i = 0; i < *points.size(); ++i) {
    list.push_back(points.point(i));
    CHECK(points.number(list.back()) == i);
  }
  return list;
}

/// How many configurations there are, counted one by one.
std::uint64_t counted(const space::SearchSpace& space) {
  std::uint64_t count = 0;
  REQUIRE(space::enumerate(space, {}, [&](const space::Assignment&) { return ++count > 0; }));
  return count;
}

TEST_SUITE("search/grid/grid_points") {
  TEST_CASE("a product, the last fastest") {
    const space::SearchSpace space{
        {{"a", space::IntDistribution{1, 2}}, {"b", space::CategoricalDistribution{{true, false, std::int64_t{3}}}}}};
    const auto list = all(GridPoints(space, 5));
    REQUIRE(list.size() == 6);
    CHECK(list[0] == GridPoint{0, 0});
    CHECK(list[1] == GridPoint{0, 1});
    CHECK(list[5] == GridPoint{1, 2});
  }
  TEST_CASE("what is inactive adds no points: children, grandchildren, of choices and of numbers") {
    const space::SearchSpace space{
        {{"k", space::CategoricalDistribution{{std::string("a"), std::string("b"), std::string("c")}}},
         {"n", space::IntDistribution{1, 4}},
         {"of_a", space::IntDistribution{1, 3}, space::Condition{.parent = "k", .any_of = {std::string("a")}}},
         {"deep", space::IntDistribution{0, 4}, space::Condition{.parent = "n", .at_least = 3}},
         {"deeper", space::IntDistribution{0, 6}, space::Condition{.parent = "deep", .at_most = 1}},
         {"not_b", space::IntDistribution{0, 1},
          space::Condition{.parent = "k", .any_of = {std::string("a"), std::string("c")}}}}};
    const GridPoints points(space, 5);
    CHECK(points.size() == counted(space));
    CHECK(*points.size() == (3 * 2 + 1 + 2) * (1 + 1 + 2 * (2 * 7 + 3)));
    const auto list = all(points);
    CHECK(std::set<GridPoint>(list.begin(), list.end()).size() == list.size());
    for (const auto& point : list) {
      space::Assignment values;
      for (std::size_t p = 0; p < point.size(); ++p)
        if (point[p])
          values.set(space.params[p].name,
                     space::to_external(space.params[p].distribution, points.axes()[p].at(*point[p])));
      test::fits_space(space, values);
    }
  }
  TEST_CASE("a long axis with conditions is cut where they change, not listed") {
    const auto with = [](std::int64_t high) {
      return space::SearchSpace{
          {{"n", space::IntDistribution{-7, high, false, 3}},
           {"large", space::IntDistribution{0, 2}, space::Condition{.parent = "n", .at_least = 1000}},
           {"odd", space::IntDistribution{0, 4},
            space::Condition{.parent = "n", .any_of = {std::int64_t{2}, std::int64_t{902}, std::int64_t{3}}}}}};
    };
    const auto small = with(2000);
    all(GridPoints(small, 5));
    CHECK(GridPoints(small, 5).size() == counted(small));
    const std::int64_t count = 1'000'000'000'000;
    const auto large = with(-7 + 3 * (count - 1));
    // 336 values are below 1000; two have an `odd`.
    CHECK(GridPoints(large, 5).size() == static_cast<std::uint64_t>(336 + 2 * 4 + (count - 336) * 3));
    const auto last = GridPoints(large, 5).point(*GridPoints(large, 5).size() - 1);
    CHECK(last == GridPoint{static_cast<std::uint64_t>(count - 1), 2, std::nullopt});
  }
  TEST_CASE("too many to count") {
    space::SearchSpace space;
    for (int i = 0; i < 5; ++i) space.params.push_back({concat("x", i), space::IntDistribution{0, 9999}});
    CHECK_FALSE(GridPoints(space, 5).size());
    space.params.resize(4);
    CHECK(GridPoints(space, 5).size() == 10'000'000'000'000'000);
    CHECK(GridPoints(space::SearchSpace{}, 5).size() == 1);
  }
  TEST_CASE("a point without an active parameter has no number") {
    const space::SearchSpace space{{{"a", space::IntDistribution{1, 2}}, {"b", space::IntDistribution{1, 2}}}};
    CHECK_FALSE(GridPoints(space, 5).number(GridPoint{1, std::nullopt}));
  }
}

}  // namespace
}  // namespace hpo::search

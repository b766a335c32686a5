// Mirrors include/hpo/search/grid/grid_axis.hpp.
#include <hpo/search/grid/grid_axis.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

std::vector<double> values(const space::Distribution& distribution, std::int64_t levels = 5) {
  const GridAxis axis(distribution, levels);
  std::vector<double> all;
  for (std::uint64_t i = 0; i < axis.count(); ++i) {
    all.push_back(axis.at(i));
    CHECK(space::contains(distribution, axis.at(i)));
    CHECK(axis.find(axis.at(i)) == i);
  }
  return all;
}

TEST_SUITE("search/grid/grid_axis") {
  TEST_CASE("all that can be listed") {
    CHECK(values(space::IntDistribution{2, 8, false, 2}) == std::vector<double>{2, 4, 6, 8});
    CHECK(values(space::IntDistribution{1, 40}).size() == 40);
    CHECK(values(space::FloatDistribution{0, 0.3, false, 0.1}).size() == 4);
    CHECK(values(space::CategoricalDistribution{{true, std::string("a"), 2.5}}) == std::vector<double>{0, 1, 2});
    CHECK(values(space::FloatDistribution{0.5, 0.5}) == std::vector<double>{0.5});
    CHECK(values(space::IntDistribution{3, 3, true}) == std::vector<double>{3});
  }
  TEST_CASE("levels of the rest, from end to end, on their scale") {
    CHECK(values(space::FloatDistribution{-1, 1}) == std::vector<double>{-1, -0.5, 0, 0.5, 1});
    CHECK(values(space::FloatDistribution{-1, 1}, 1) == std::vector<double>{0});
    CHECK(values(space::FloatDistribution{-1, 1}, 2) == std::vector<double>{-1, 1});
    const auto log = values(space::FloatDistribution{1e-5, 1e-1, true});
    REQUIRE(log.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(log[i] == doctest::Approx(std::pow(10.0, static_cast<double>(i) - 5)));
    CHECK(log.back() == 1e-1);
    CHECK(values(space::IntDistribution{8, 512, true}, 4) == std::vector<double>{8, 32, 128, 512});
    CHECK(values(space::IntDistribution{1, 3, true}) == std::vector<double>{1, 2, 3});        // fewer than levels: all
    CHECK(values(space::IntDistribution{1, 6, true}, 5) == std::vector<double>{1, 2, 4, 6});  // each once
  }
  TEST_CASE("what is not on the axis is not found") {
    const space::Distribution real = space::FloatDistribution{-1, 1}, whole = space::IntDistribution{2, 8, false, 2};
    CHECK_FALSE(GridAxis(real, 5).find(0.1));
    CHECK_FALSE(GridAxis(real, 5).find(2));
    CHECK_FALSE(GridAxis(whole, 5).find(3));
    CHECK_FALSE(GridAxis(whole, 5).find(10));
  }
}

}  // namespace
}  // namespace hpo::search

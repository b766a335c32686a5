// Mirrors include/hpo/report/grid_density.hpp.
#include <hpo/report/grid_density.hpp>

#include <numeric>

#include "../check.hpp"

namespace hpo::report {
namespace {

double sum(const std::vector<double>& density) {
  return std::accumulate(density.begin(), density.end(), 0.0);
}

const space::Distribution real = space::FloatDistribution{-5, 10}, rate = space::FloatDistribution{1e-4, 1e-1, true},
                          stepped = space::FloatDistribution{0, 0.6, false, 0.05}, whole = space::IntDistribution{1, 5},
                          wide = space::IntDistribution{8, 512, true}, many = space::IntDistribution{0, 1000},
                          word = space::CategoricalDistribution{{std::string("a"), std::string("b"), std::string("c")}};

TEST_SUITE("report/grid_density") {
  TEST_CASE("a grid has at most fifty points, a step or a choice its own") {
    CHECK(ParamGrid(real).size == 50);
    CHECK(ParamGrid(rate).size == 50);
    CHECK(ParamGrid(stepped).size == 13);
    CHECK(ParamGrid(whole).size == 5);
    CHECK(ParamGrid(wide).size == 10);  // 505 values are nine doublings
    CHECK(ParamGrid(many).size == 50);
    CHECK(ParamGrid(word).size == 3);
  }
  TEST_CASE("values go to the next point on their scale, the middle to the lower one") {
    CHECK(ParamGrid(real).nearest(-5) == 0);
    CHECK(ParamGrid(real).nearest(10) == 49);
    CHECK(ParamGrid(real).nearest(99) == 49);  // out of range, as a database may hold it
    CHECK(ParamGrid(real).nearest(-99) == 0);
    CHECK(ParamGrid(stepped).nearest(0.15) == 3);
    CHECK(ParamGrid(whole).nearest(2.5) == 1);
    CHECK(ParamGrid(rate).nearest(std::sqrt(1e-4 * 1e-1) * 1.01) == 25);
    CHECK(ParamGrid(word).nearest(2) == 2);
  }
  TEST_CASE("densities sum up to one, also of nothing") {
    for (const auto& distribution : {real, rate, stepped, whole, wide, many, word}) {
      CHECK(sum(grid_density(distribution, {})) == doctest::Approx(1).epsilon(1e-12));
      const double low = ParamGrid(distribution).log ? 10 : 1;
      const std::vector<double> internals(7, low);
      CHECK(sum(grid_density(distribution, internals)) == doctest::Approx(1).epsilon(1e-12));
    }
  }
  TEST_CASE("the mass lies where the values are") {
    const auto density = grid_density(real, std::vector<double>{4, 4.2, 4.4, 4.1, 4.3, 4.2});
    const std::size_t peak = ParamGrid(real).nearest(4.2);
    CHECK(std::ranges::max_element(density) - density.begin() ==
          doctest::Approx(static_cast<double>(peak)).epsilon(0.05));
    CHECK(density[peak] > 10 * density[5]);
    const auto choices = grid_density(word, std::vector<double>{1, 1, 1, 2});
    CHECK(choices[1] > choices[2]);
    CHECK(choices[2] > choices[0]);
    CHECK(choices[0] > 0);
  }
  TEST_CASE("the mass of a normal does not cancel in the tails") {
    CHECK(normal_mass(-1, 1) == doctest::Approx(0.682689492137086).epsilon(1e-12));
    CHECK(normal_mass(10, 11) / 7.61966195820302e-24 == doctest::Approx(1).epsilon(1e-9));
    CHECK(normal_mass(-11, -10) / 7.61966195820302e-24 == doctest::Approx(1).epsilon(1e-9));
  }
}

}  // namespace
}  // namespace hpo::report

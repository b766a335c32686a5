// Mirrors include/hpo/search/cmaes/cmaes_margin.hpp and unit_scale.hpp.
#include <hpo/search/cmaes/cmaes_margin.hpp>

#include <filesystem>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/philox.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/cmaes/cmaes_margin") {
  TEST_CASE("a unit scale: cells of a grid, ends, logarithms") {
    const UnitScale grid(space::IntDistribution{10, 40, false, 10});
    CHECK(grid.on_grid());
    CHECK(grid.to_unit(10) == doctest::Approx(0.125));
    CHECK(grid.to_internal(0.99) == 40);
    CHECK(grid.to_internal(7) == 40);
    CHECK(grid.to_internal(-7) == 10);
    CHECK_FALSE(grid.cell(0.1).low.has_value());
    CHECK(grid.cell(0.1).high.value() == doctest::Approx(0.25));
    CHECK(grid.cell(0.3).low.value() == doctest::Approx(0.25));
    CHECK(grid.cell(3).low.value() == doctest::Approx(0.75));
    CHECK_FALSE(grid.cell(3).high.has_value());
    const UnitScale real(space::FloatDistribution{1e-4, 1, true});
    CHECK_FALSE(real.on_grid());
    CHECK(real.to_unit(1e-2) == doctest::Approx(0.5));
    const UnitScale whole(space::IntDistribution{1, 100, true});
    CHECK(whole.to_internal(*whole.cell(0.5).low + 1e-9) == whole.to_internal(0.5));
    CHECK(whole.to_internal(*whole.cell(0.5).low - 1e-9) == whole.to_internal(0.5) - 1);
    CHECK(whole.to_internal(*whole.cell(0.5).high + 1e-9) == whole.to_internal(0.5) + 1);
  }
  TEST_CASE("corrections are those of a separate implementation") {
    const Json record =
        Json::parse(read_file<DataError>(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity/cmaes.json"));
    for (const auto& entry : record["margins"]) {
      CAPTURE(entry.dump());
      const UnitScale scale(space::IntDistribution{1, entry["cells"].get<std::int64_t>()});
      // A is 1 at first: the wanted one is reached by a distribution that is as much narrower.
      const double wanted = entry["widening"].get<double>();
      Cmaes state({entry["mean"].get<double>()}, wanted * entry["scale"].get<double>());
      CmaesMargin margin({scale}, entry["alpha"].get<double>());
      margin.correct(state);
      CHECK(std::as_const(state).mean()[0] == doctest::Approx(entry["new_mean"].get<double>()).epsilon(1e-7));
      CHECK(margin.widening()[0] * wanted == doctest::Approx(entry["new_widening"].get<double>()).epsilon(1e-7));
    }
  }
  TEST_CASE("however narrow the distribution is, the cells beside the mean keep their probability") {
    const double alpha = 0.1;
    for (const double mean : {0.02, 0.31, 0.45, 0.77, 0.999}) {
      const UnitScale scale(space::IntDistribution{1, 6});
      Cmaes state({mean, 0.5}, 1e-7);
      CmaesMargin margin({scale, UnitScale(space::FloatDistribution{0, 1})}, alpha);
      margin.correct(state);
      CHECK(margin.widening()[1] == 1);
      CHECK(std::as_const(state).mean()[1] == 0.5);
      const auto cell = scale.cell(std::as_const(state).mean()[0]);
      CHECK(scale.to_internal(std::as_const(state).mean()[0]) == scale.to_internal(mean));
      int outside = 0;
      PhiloxStream random(4, 0, "test");
      for (int i = 0; i < 20000; ++i) {
        const double v = margin.widened(state, state.point(std::vector{random.normal(), random.normal()}))[0];
        outside += (cell.low && v < *cell.low) || (cell.high && v > *cell.high);
      }
      CHECK(outside == doctest::Approx(2000).epsilon(0.1));
    }
  }
  TEST_CASE("where a point is evaluated and back") {
    Cmaes state({0.5, 0.5}, 0.01);
    CmaesMargin margin({UnitScale(space::IntDistribution{1, 5}), UnitScale(space::FloatDistribution{0, 1})}, 0.1);
    margin.correct(state);
    REQUIRE(margin.widening()[0] > 2);
    const auto v = margin.widened(state, {0.52, 0.52});
    CHECK(v[0] > 0.54);
    CHECK(v[1] == doctest::Approx(0.52));
    CHECK(margin.narrowed(state, v)[0] == doctest::Approx(0.52));
  }
}

}  // namespace
}  // namespace hpo::search

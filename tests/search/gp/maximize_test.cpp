// Mirrors include/hpo/search/gp/maximize.hpp.
#include <hpo/search/gp/maximize.hpp>

#include <hpo/testing/sampler_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

const space::Assignment nothing;
const History empty;

TEST_SUITE("search/gp/maximize") {
  TEST_CASE("the right choice, the right step of a small and of a large grid, the right real") {
    const space::SearchSpace space{
        {{"x", space::FloatDistribution{0, 1}},
         {"k", space::CategoricalDistribution{{std::string("a"), std::string("b"), std::string("c")}}},
         {"small", space::IntDistribution{0, 9}},
         {"large", space::IntDistribution{1, 1000, true}}}};
    const SampleRequest request{.space = space, .history = empty, .fixed = nothing};
    const GpEncoding encoding(request);
    // Values that fall towards x = 0.3, "b", 7 and 100: the best point is known, and there alone improvement is likely.
    const std::vector<double> top{0.3, 1, encoding.axes()[2].from_internal(7), encoding.axes()[3].from_internal(100)};
    GpPoints points(encoding.categorical());
    std::vector<double> values;
    std::vector<bool> movable;
    const Sobol sequence(4, 1, "test");
    for (std::uint64_t i = 0; i < 120; ++i) {
      auto x = sequence.point(i);
      x[1] = std::floor(3 * x[1]);
      encoding.project(x, movable);
      points.add(x);
      double value = x[1] == top[1] ? 0 : 2;
      for (const std::size_t d : {0U, 2U, 3U}) value += 20 * (x[d] - top[d]) * (x[d] - top[d]);
      values.push_back(value);
    }
    GaussianProcess process(points, values, {{1, 1, 1, 1}, 4, 1e-6});
    GpAcquisition acquisition(std::move(process), *std::ranges::min_element(values), {}, 1, "test");
    // Few candidates, so that the local search has to find the way.
    GpMaximizer maximizer(encoding, acquisition, {.candidates = 16, .neighbors = 0, .starts = 3});
    PhiloxStream random(1, 1, "test");
    const auto best = maximizer.maximize({}, 5, random);
    CHECK(best[0] == doctest::Approx(0.3).epsilon(0.1));
    CHECK(best[1] == 1);
    CHECK(encoding.axes()[2].to_internal(best[2]) == 7);
    const double large = encoding.axes()[3].to_internal(best[3]);
    CHECK(large == doctest::Approx(100).epsilon(0.15));
    CHECK(large == std::round(large));

    // No candidate is better than what it found, and no neighbor on a grid.
    const double found = acquisition(best);
    for (std::uint64_t i = 0; i < 2000; ++i) {
      auto x = sequence.point(1000 + i);
      x[1] = std::floor(3 * x[1]);
      encoding.project(x, movable);
      CHECK(acquisition(x) <= found + 1e-3);
    }
    for (const double other : {large - 1, large + 1}) {
      auto x = best;
      x[3] = encoding.axes()[3].from_internal(std::clamp(other, 1.0, 1000.0));
      CHECK(acquisition(x) <= found + 1e-9);
    }
  }
  TEST_CASE("not where a trial runs, unless there is nowhere else") {
    const space::SearchSpace space{{{"n", space::IntDistribution{0, 3}}}};
    const SampleRequest request{.space = space, .history = empty, .fixed = nothing};
    const GpEncoding encoding(request);
    const auto at = [&](double n) { return std::vector<double>{encoding.axes()[0].from_internal(n)}; };
    GpPoints points({false});
    for (const double n : {0.0, 1.0, 3.0}) points.add(at(n));
    const std::vector<double> values{3, 1, 0.5};
    PhiloxStream random(1, 1, "test");
    const auto next = [&](const std::vector<std::vector<double>>& running) {
      GpAcquisition acquisition(GaussianProcess(points, values, {{1}, 1, 1e-6}), 0.5, {}, 1, "test");
      const auto found = GpMaximizer(encoding, acquisition, {}, running).maximize({}, 5, random);
      return encoding.axes()[0].to_internal(found[0]);
    };
    CHECK(next({}) == 2);
    CHECK(next({at(2)}) != 2);
    CHECK(next({at(2), at(3), at(1)}) == 0);
    CHECK(next({at(0), at(1), at(2), at(3)}) == 2);
  }
}

}  // namespace
}  // namespace hpo::search

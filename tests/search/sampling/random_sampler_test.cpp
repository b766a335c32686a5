// Mirrors include/hpo/search/sampling/random_sampler.hpp.
#include <hpo/search/sampling/random_sampler.hpp>

#include <map>

#include <hpo/testing/sampler_contract.hpp>
#include "../many_workers.hpp"

#include "../../check.hpp"

namespace hpo::search {
namespace {

std::map<double, int> draws(const space::Distribution& distribution, int n) {
  PhiloxStream random(1, 2, "draws");
  std::map<double, int> counts;
  for (int i = 0; i < n; ++i) ++counts[draw_uniform(distribution, random)];
  return counts;
}

TEST_SUITE("search/sampling/random_sampler") {
  TEST_CASE("RandomSampler obeys the sampler contract") {
    test::obeys_sampler_contract([] { return RandomSampler{}; });
  }
  TEST_CASE("any number of workers gives every trial the same values") {
    test::is_alike_at_any_number_of_workers(test::every_kind(), 40, [] { return RandomSampler{}; });
  }
  TEST_CASE("grids are drawn evenly, ends included") {
    for (const space::Distribution& d :
         {space::Distribution(space::IntDistribution{1, 4}),
          space::Distribution(space::FloatDistribution{0, 0.75, false, 0.25}),
          space::Distribution(space::CategoricalDistribution{{true, false, std::int64_t{1}, 2.0}})}) {
      const auto counts = draws(d, 8000);
      CHECK(counts.size() == 4);
      for (const auto& [value, count] : counts) CHECK(std::abs(count - 2000) < 180);
    }
  }
  TEST_CASE("a log range is drawn evenly in logarithms") {
    int low = 0;
    for (const auto& [value, count] : draws(space::FloatDistribution{1e-4, 1, true}, 4000))
      low += value < 1e-2 ? count : 0;
    CHECK(std::abs(low - 2000) < 130);
  }
}

}  // namespace
}  // namespace hpo::search

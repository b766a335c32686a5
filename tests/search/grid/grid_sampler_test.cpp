// Mirrors include/hpo/search/grid/grid_sampler.hpp.
#include <hpo/search/grid/grid_sampler.hpp>

#include <set>

#include <hpo/search/propose.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

#include <hpo/testing/sampler_contract.hpp>
#include "../many_workers.hpp"

#include "../../check.hpp"

namespace hpo::search {
namespace {

static_assert(FiniteSampler<GridSampler>);

const space::Assignment nothing;

/// Six combinations without a c, and three with three values of it.
space::SearchSpace small() {
  return {{{"a", space::IntDistribution{1, 3}},
           {"b", space::CategoricalDistribution{{std::string("x"), std::string("y"), std::string("z")}}},
           {"c", space::FloatDistribution{0, 1}, space::Condition{.parent = "a", .at_least = 3}}}};
}
constexpr std::int64_t small_size = 2 * 3 + 3 * 3;
const GridOptions three{.levels = 3};

std::string text(const space::Assignment& values) {
  return storage::json_text(values);
}

TEST_SUITE("search/grid/grid_sampler") {
  TEST_CASE("GridSampler obeys the sampler contract, in either order") {
    test::obeys_sampler_contract([] { return GridSampler{}; });
    test::obeys_sampler_contract([] { return GridSampler({.levels = 2, .shuffle = false}); }, {.seeded = false});
  }
  TEST_CASE("every point once, then from the beginning; the order is the seed's alone") {
    const auto space = small();
    CHECK(GridSampler(three).size(space) == static_cast<std::uint64_t>(small_size));
    History history;
    GridSampler sampler(three);
    std::vector<std::string> seen;
    for (std::int64_t number = 0; number < 2 * small_size; ++number) {
      const auto values =
          sampler.sample({.space = space, .history = history, .seed = 4, .number = number, .fixed = nothing});
      test::fits_space(space, values);
      seen.push_back(text(values));
      const History empty;
      CHECK(GridSampler(three).sample(
                {.space = space, .history = empty, .seed = 4, .number = number, .fixed = nothing}) == values);
      history.put(
          test::trial_of(space, values, number, number % 3 == 0 ? TrialState::failed : TrialState::complete, 1));
    }
    CHECK(std::set<std::string>(seen.begin(), seen.begin() + small_size).size() == small_size);
    CHECK(std::equal(seen.begin(), seen.begin() + small_size, seen.begin() + small_size));
    const History empty;
    CHECK(text(GridSampler({.levels = 3, .shuffle = false})
                   .sample({.space = space, .history = empty, .seed = 4, .number = 1, .fixed = nothing})) ==
          R"({"a": 1, "b": "y"})");
  }
  TEST_CASE("any number of workers visits the same points, up to the last") {
    const auto size = static_cast<std::size_t>(small_size);
    test::is_alike_at_any_number_of_workers(small(), size, [] { return GridSampler(three); });
  }
  TEST_CASE("numbers that others took leave no hole") {
    const auto space = small();
    History history;
    // Not on the grid; on it, twice; died without a result.
    const space::Assignment off{{"a", std::int64_t{3}}, {"b", std::string("x")}, {"c", 0.3}};
    const space::Assignment on{{"a", std::int64_t{3}}, {"b", std::string("y")}, {"c", 0.5}};
    history.put(test::trial_of(space, off, 0, TrialState::complete, 1));
    history.put(test::trial_of(space, on, 1, TrialState::failed, 1));
    history.put(test::trial_of(space, on, 2, TrialState::running, 1));
    const space::Assignment gone{{"a", std::int64_t{1}}, {"b", std::string("z")}};
    auto died = test::trial_of(space, gone, 3, TrialState::failed, 1);
    died.user_attrs[std::string(storage::keys::interrupted)] = "true";
    history.put(died);
    GridSampler sampler(three);
    std::set<std::string> seen;
    for (std::int64_t number = 4; number < 4 + small_size - 1; ++number) {
      const auto values =
          sampler.sample({.space = space, .history = history, .seed = 4, .number = number, .fixed = nothing});
      CHECK_FALSE(values == on);
      seen.insert(text(values));
      history.put(test::trial_of(space, values, number, TrialState::complete, 1));
    }
    CHECK(seen.size() == small_size - 1);
    CHECK(seen.contains(text(gone)));
  }
  TEST_CASE("attempts of one trial go through the whole grid, in any order of asking") {
    const auto space = small();
    const History empty;
    GridSampler sampler(three);
    std::vector<std::string> seen;
    SampleRequest request{.space = space, .history = empty, .seed = 4, .number = 7, .fixed = nothing};
    for (; request.attempt < small_size; ++request.attempt) seen.push_back(text(sampler.sample(request)));
    CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == small_size);
    for (const std::int64_t attempt : {5, 2, 11}) {
      request.attempt = attempt;
      CHECK(text(sampler.sample(request)) == seen[static_cast<std::size_t>(attempt)]);
      CHECK(text(GridSampler(three).sample(request)) == seen[static_cast<std::size_t>(attempt)]);
    }
  }
  TEST_CASE("a study over a grid ends when all is done, with constraints, without repetition") {
    auto space = small();
    space.constraints.emplace_back("a * c < 2");
    storage::MemoryStorage storage;
    Study study(storage, {.name = "grid", .seed = 3}, space, GridSampler(three));
    study.enqueue({{"a", std::int64_t{2}}, {"b", std::string("y")}});
    std::set<std::string> seen;
    for (std::int64_t i = 0; i < 2 * 3 + 3 * 2; ++i) {
      const auto trial = study.ask();
      seen.insert(text(trial.params()));
      study.tell(trial, 1.0);
    }
    CHECK(seen.size() == 2 * 3 + 3 * 2);
    CHECK_THROWS_AS(static_cast<void>(study.ask()), ExhaustedError);
  }
  TEST_CASE("a grid too large to count is drawn from, without ever being listed") {
    space::SearchSpace space;
    for (int i = 0; i < 40; ++i) space.params.push_back({concat("x", i), space::FloatDistribution{0, 1}});
    const History empty;
    CHECK_FALSE(GridSampler{}.size(space));
    std::set<std::string> seen;
    std::set<double> first;
    for (std::int64_t number = 0; number < 50; ++number) {
      const auto values =
          GridSampler{}.sample({.space = space, .history = empty, .seed = 4, .number = number, .fixed = nothing});
      seen.insert(text(values));
      first.insert(std::get<double>(*values.find("x0")));
    }
    CHECK(seen.size() == 50);
    CHECK(first == std::set<double>{0, 0.25, 0.5, 0.75, 1});
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/nsga2/nsga2_sampler.hpp.
#include <hpo/search/nsga2/nsga2_sampler.hpp>

#include <functional>

#include <hpo/core/describe.hpp>
#include <hpo/search/pareto/hypervolume.hpp>

#include <hpo/testing/sampler_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using space::FloatDistribution;

const std::vector<Direction> two{Direction::minimize, Direction::minimize};
const space::Assignment nothing;

double real(const space::Assignment& values, std::string_view name) {
  return *space::number(*values.find(name));
}

using Objective = std::function<std::vector<double>(const space::Assignment&)>;
using Constraint = std::function<double(const space::Assignment&)>;

/// Asks for trials one at a time and tells `f` of their values, until there are `count`.
template <class S>
void go_on(History& history, const space::SearchSpace& space, S sampler, std::int64_t count, const Objective& f,
           std::uint64_t seed = 1, const Constraint& constraint = {}) {
  while (static_cast<std::int64_t>(history.trials().size()) < count) {
    const auto number = static_cast<std::int64_t>(history.trials().size());
    const Sample sample = sampler.sample(
        {.space = space, .history = history, .directions = two, .seed = seed, .number = number, .fixed = nothing});
    auto trial = test::told(space, sample, number, TrialState::complete, f(sample.values));
    if (constraint) trial.system_attrs["constraints"] = concat("[", constraint(sample.values), "]");
    history.put(std::move(trial));
  }
}

std::string generation_of(const FrozenTrial& trial) {
  const auto found = trial.system_attrs.find(std::string(nsga2_keys::generation));
  return found == trial.system_attrs.end() ? "" : found->second;
}

space::SearchSpace cube(int dimensions) {
  space::SearchSpace space;
  for (int i = 0; i < dimensions; ++i) space.params.push_back({concat("x", i), FloatDistribution{0, 1}});
  return space;
}

/// ZDT1.
std::vector<double> zdt1(const space::Assignment& values) {
  double sum = 0;
  for (std::size_t i = 1; i < values.size(); ++i) sum += real(values, concat("x", i));
  const double first = real(values, "x0"), g = 1 + 9 * sum / static_cast<double>(values.size() - 1);
  return {first, g * (1 - std::sqrt(first / g))};
}

double volume(const History& history) {
  std::vector<std::vector<double>> points;
  for (const auto& trial : history.trials()) points.push_back(trial.values);
  return hypervolume(points, std::vector<double>{11, 11});
}

TEST_SUITE("search/nsga2/nsga2_sampler") {
  TEST_CASE("Nsga2Sampler obeys the sampler contract, whatever its options") {
    test::obeys_sampler_contract([] { return Nsga2Sampler{}; });
    for (const auto crossover : {Crossover::uniform, Crossover::blx, Crossover::sbx})
      test::obeys_sampler_contract([&] { return Nsga2Sampler({.population = 4, .crossover = crossover}); });
    test::obeys_sampler_contract(
        [] { return Nsga2Sampler({.population = 2, .crossover_probability = 1, .mutation_probability = 0.5}); });
  }
  TEST_CASE("a random generation, then children of it; failed trials do not count") {
    const auto space = cube(3);
    History history;
    Nsga2Sampler sampler({.population = 5, .mutation_probability = 0.0});
    for (std::int64_t number = 0; number < 20; ++number) {
      const SampleRequest request{
          .space = space, .history = history, .directions = two, .seed = 1, .number = number, .fixed = nothing};
      const auto sample = sampler.sample(request);
      CHECK((sample.values == RandomSampler{}.sample(request)) == (number < 6));
      for (const auto& [name, value] : sample.values) {  // without mutation a value is one of those before
        const bool known = std::ranges::any_of(
            history.trials(), [&](const FrozenTrial& trial) { return trial.param(name)->value() == value; });
        CHECK(known == (number >= 6));
      }
      history.put(test::told(space, sample, number, number == 2 ? TrialState::failed : TrialState::complete,
                             zdt1(sample.values)));
    }
    CHECK(generation_of(history.trials()[5]) == "0");
    CHECK(generation_of(history.trials()[6]) == "1");
    CHECK(generation_of(history.trials()[11]) == "2");
  }
  TEST_CASE("another process goes on in the middle of a generation as if nothing had happened") {
    const auto space = test::every_kind();
    const auto f = [](const space::Assignment& values) {
      return std::vector<double>{std::abs(real(values, "x")), real(values, "dropout")};
    };
    History whole, parts;
    go_on(whole, space, Nsga2Sampler({.population = 8}), 60, f);
    for (const std::int64_t stop : {1, 8, 9, 30, 47, 60}) go_on(parts, space, Nsga2Sampler({.population = 8}), stop, f);
    for (std::size_t i = 0; i < 60; ++i) CHECK(whole.trials()[i] == parts.trials()[i]);
  }
  TEST_CASE("late results of long gone generations are learned, in whatever order they come") {
    const auto space = cube(4);
    History kept_up, late;
    go_on(kept_up, space, Nsga2Sampler({.population = 6}), 150, zdt1);
    Nsga2Sampler sampler({.population = 6});
    const auto all = kept_up.trials();
    for (auto trial : all) {
      trial.state = TrialState::running;
      late.put(std::move(trial));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      late.put(all[all.size() - 1 - i]);
      if (i % 10 == 5)
        static_cast<void>(sampler.sample(
            {.space = space, .history = late, .directions = two, .seed = 1, .number = 150, .fixed = nothing}));
    }
    CHECK(sampler.sample(
              {.space = space, .history = late, .directions = two, .seed = 1, .number = 150, .fixed = nothing}) ==
          Nsga2Sampler({.population = 6})
              .sample(
                  {.space = space, .history = kept_up, .directions = two, .seed = 1, .number = 150, .fixed = nothing}));
  }
  TEST_CASE("studies of Optuna go on, old and new; trials of other samplers are the first generation") {
    const auto space = cube(2);
    for (const std::string_view key : {"NSGAIISampler:generation", "nsga2:generation", "else"}) {
      History history;
      for (std::int64_t number = 0; number < 12; ++number) {
        const auto values = RandomSampler{}.sample(
            {.space = space, .history = history, .directions = two, .seed = 1, .number = number, .fixed = nothing});
        auto trial = test::told(space, values, number, TrialState::complete, zdt1(values));
        trial.system_attrs[std::string(key)] = std::to_string(number / 4);
        history.put(std::move(trial));
      }
      const auto next =
          Nsga2Sampler({.population = 4})
              .sample(
                  {.space = space, .history = history, .directions = two, .seed = 1, .number = 12, .fixed = nothing});
      CHECK(next.system_attrs.at("NSGAIISampler:generation") == (key == "else" ? "1" : "3"));
    }
  }
  TEST_CASE("a child has what is active in it, from its parents where they have it") {
    const space::SearchSpace space{
        {{"deep", space::CategoricalDistribution{{true, false}}},
         {"width", space::IntDistribution{1, 1000000}, space::Condition{.parent = "deep", .any_of = {true}}}}};
    History history;
    for (std::int64_t number = 0; number < 4; ++number) {
      const space::Assignment values = number % 2 == 0 ? space::Assignment{{"deep", true}, {"width", std::int64_t{7}}}
                                                       : space::Assignment{{"deep", false}};
      history.put(test::told(space, values, number, TrialState::complete,
                             {static_cast<double>(number), -static_cast<double>(number)}));
    }
    int inherited = 0, shallow = 0;
    for (std::int64_t number = 4; number < 104; ++number) {
      const auto child = Nsga2Sampler({.population = 4, .mutation_probability = 0.0})
                             .sample({.space = space,
                                      .history = history,
                                      .directions = two,
                                      .seed = 1,
                                      .number = number,
                                      .fixed = nothing});
      test::fits_space(space, child.values);
      const auto* width = child.values.find("width");
      shallow += width == nullptr;
      inherited += width != nullptr && *width == space::Value(std::int64_t{7});
    }
    CHECK(inherited + shallow == 100);
    CHECK(inherited > 20);
    CHECK(shallow > 20);
  }
  TEST_CASE("values that no longer fit the ranges are not passed on") {
    const space::SearchSpace before{{{"x", FloatDistribution{0, 10}}}}, today{{{"x", FloatDistribution{0, 1}}}};
    History history;
    for (std::int64_t number = 0; number < 10; ++number)
      history.put(test::told(before, space::Assignment{{"x", 5.0}}, number, TrialState::complete, {1, 1}));
    for (std::int64_t number = 10; number < 30; ++number)
      test::fits_space(today, Nsga2Sampler({.population = 10})
                                  .sample({.space = today,
                                           .history = history,
                                           .directions = two,
                                           .seed = 1,
                                           .number = number,
                                           .fixed = nothing})
                                  .values);
  }
  TEST_CASE("it dominates far more of ZDT1 than chance does, with each crossover") {
    const auto space = cube(10);
    double random = 0;
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      History history;
      go_on(history, space, RandomSampler{}, 600, zdt1, seed);
      random += volume(history);
    }
    for (const auto crossover : {Crossover::uniform, Crossover::blx, Crossover::sbx}) {
      double ours = 0;
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        History history;
        go_on(history, space, Nsga2Sampler({.crossover = crossover}), 600, zdt1, seed);
        ours += volume(history);
      }
      CAPTURE(enum_name(crossover));
      MESSAGE("volume up to (11, 11) of 121: random " << random / 3 << ", NSGA-II " << ours / 3);
      CHECK(3 * 121 - ours < 0.6 * (3 * 121 - random));
    }
  }
  TEST_CASE("constraints are kept more and more") {
    const auto space = cube(6);
    const auto constraint = [](const space::Assignment& values) {
      return 1.3 - real(values, "x1") - real(values, "x2");
    };
    History history;
    go_on(history, space, Nsga2Sampler({.population = 20}), 400, zdt1, 1, constraint);
    const auto percent_kept = [&](std::size_t from, std::size_t count) {
      const auto kept = std::ranges::count_if(history.trials().subspan(from, count), [](const FrozenTrial& trial) {
        return storage::violation(trial) == 0.0;
      });
      return 100 * static_cast<std::size_t>(kept) / count;
    };
    CHECK(percent_kept(0, 20) < 50);  // the first generation: a quarter by chance
    CHECK(percent_kept(300, 100) > 70);
  }
  TEST_CASE("options that mean nothing are refused") {
    CHECK_THROWS_WITH_AS(Nsga2Sampler({.population = 1}), "sampler.population: expected 2 or more, or 0 for 50, got 1",
                         ConfigError);
    CHECK_THROWS_WITH_AS(Nsga2Sampler({.mutation_probability = 2.0}),
                         "sampler.mutation_probability: expected a number from 0 to 1, got 2", ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/gp/gp_sampler.hpp.
#include <hpo/search/gp/gp_sampler.hpp>

#include <deque>
#include <numbers>

#include <hpo/search/optimize.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

#include <hpo/testing/sampler_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

double branin(double x, double y) {
  using std::numbers::pi;
  return std::pow(y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6, 2) + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
}

const space::SearchSpace plane{{{"x", space::FloatDistribution{-5, 10}}, {"y", space::FloatDistribution{0, 15}}}};
const space::Assignment nothing;

/// The parameters of trials in batches of four, of which `workers` have one in hand at any time.
std::vector<space::Assignment> run_in_batches(std::size_t workers) {
  storage::MemoryStorage storage;
  std::deque<Study<storage::MemoryStorage, GpSampler>> studies;
  for (std::size_t w = 0; w < workers; ++w)
    studies.emplace_back(storage, StudyOptions{.seed = 9, .batch = 4}, plane, GpSampler{});
  std::vector<space::Assignment> values(28);
  std::deque<std::pair<std::size_t, Trial>> running;
  for (std::size_t asked = 0, ended = 0; ended < values.size(); ++ended) {
    while (asked < values.size() && running.size() < workers) {
      auto trial = studies[asked % workers].try_ask();
      if (!trial) break;
      running.emplace_back(asked++ % workers, std::move(*trial));
    }
    const std::size_t next = ended * 7 % running.size();
    const auto& [worker, trial] = running[next];
    values[static_cast<std::size_t>(trial.number())] = trial.params();
    studies[worker].tell(trial, branin(trial.real("x"), trial.real("y")));
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(next));
  }
  return values;
}

TEST_SUITE("search/gp/gp_sampler") {
  TEST_CASE("GpSampler obeys the sampler contract") {
    test::obeys_sampler_contract([] { return GpSampler{}; });
    test::obeys_sampler_contract([] { return GpSampler({.startup_trials = 0, .max_points = 20}); });
  }
  TEST_CASE("it finds the minimum of branin to four digits in fifty trials, whatever the direction") {
    for (const auto direction : {Direction::minimize, Direction::maximize}) {
      const double sign = direction == Direction::minimize ? 1 : -1;
      std::vector<double> regrets;
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        storage::MemoryStorage storage;
        Study study(storage, {.name = "branin", .direction = direction, .seed = seed}, plane, GpSampler{});
        optimize(
            study, [&](auto& trial) { return sign * branin(trial.real("x"), trial.real("y")); }, 50);
        regrets.push_back(sign * study.best()->values[0] - 0.397887);
      }
      std::ranges::sort(regrets);
      CHECK(regrets[1] < 1e-3);
    }
  }
  TEST_CASE("a mixed, conditional space: the best branch, and the best in it") {
    const space::SearchSpace space{
        {{"k", space::CategoricalDistribution{{std::string("a"), std::string("b"), std::string("c")}}},
         {"lr", space::FloatDistribution{1e-5, 1, true}},
         {"layers", space::IntDistribution{1, 8}},
         {"momentum", space::FloatDistribution{0, 1}, space::Condition{.parent = "k", .any_of = {std::string("b")}}}}};
    storage::MemoryStorage storage;
    Study study(storage, {.name = "mixed", .seed = 3}, space, GpSampler{});
    optimize(
        study,
        [](auto& trial) {
          const double u = std::log10(trial.real("lr")) + 3, l = static_cast<double>(trial.integer("layers")) - 5;
          const double branch = trial.word("k") == "b" ? std::pow(trial.real("momentum") - 0.8, 2) : 0.3;
          return u * u + 0.1 * l * l + branch;
        },
        60);
    const auto best = *study.best();
    CHECK(best.values[0] < 0.01);
    CHECK(best.param("momentum") != nullptr);
  }
  TEST_CASE("trials that run at once are kept apart") {
    storage::MemoryStorage storage;
    Study study(storage, {.name = "batch", .seed = 1}, plane, GpSampler{});
    optimize(
        study, [](auto& trial) { return branin(trial.real("x"), trial.real("y")); }, 30);
    std::vector<Trial> running;
    for (int i = 0; i < 8; ++i) running.push_back(study.ask());
    for (std::size_t i = 0; i < running.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        CHECK(std::hypot(running[i].real("x") - running[j].real("x"), running[i].real("y") - running[j].real("y")) >
              0.14);
    // One at a time, they would all go to the same place.
    const auto& history = study.trials();
    History finished;
    for (const auto& trial : history)
      if (trial.state == TrialState::complete) finished.put(trial);
    double spread = 0;
    for (std::int64_t number = 30; number < 34; ++number) {
      const auto values =
          GpSampler{}
              .sample({.space = plane, .history = finished, .seed = 1, .number = number, .fixed = nothing})
              .values;
      spread = std::max(spread, std::abs(std::get<double>(*values.find("x")) - running[0].real("x")));
    }
    CHECK(spread < 0.1);
  }
  TEST_CASE("in batches, any number of workers visits the same points") {
    const auto alone = run_in_batches(1);
    CHECK(alone == run_in_batches(3));
    CHECK(alone == run_in_batches(4));
  }
  TEST_CASE("two objectives: the trials gather along the front, not at one end") {
    const space::SearchSpace space{{{"x", space::FloatDistribution{-4, 8}}, {"y", space::FloatDistribution{-4, 8}}}};
    History history;
    GpSampler sampler;
    int near = 0, left = 0, right = 0;
    for (std::int64_t number = 0; number < 40; ++number) {
      const auto sample = sampler.sample({.space = space,
                                          .history = history,
                                          .directions = {Direction::minimize, Direction::minimize},
                                          .seed = 2,
                                          .number = number,
                                          .fixed = nothing});
      const double x = std::get<double>(*sample.values.find("x")), y = std::get<double>(*sample.values.find("y"));
      // Squared distances from (0, 0) and (2, 0): the front is the segment between them.
      history.put(test::told(space, sample, number, TrialState::complete, {x * x + y * y, (x - 2) * (x - 2) + y * y}));
      if (number < 20) continue;
      near += std::abs(y) < 0.5 && x > -0.5 && x < 2.5;
      left += x < 0.7;
      right += x > 1.3;
    }
    CHECK(near >= 15);
    CHECK(left >= 3);
    CHECK(right >= 3);
  }
  TEST_CASE("soft constraints: the best trial that keeps them, at the edge of what is allowed") {
    History history;
    GpSampler sampler;
    double best = 100;
    for (std::int64_t number = 0; number < 30; ++number) {
      const auto sample =
          sampler.sample({.space = plane, .history = history, .seed = 2, .number = number, .fixed = nothing});
      const double x = std::get<double>(*sample.values.find("x")), y = std::get<double>(*sample.values.find("y"));
      const double constraint = 12 - x - y;  // without it the best is x + y = -5
      auto trial = test::told(plane, sample, number, TrialState::complete, {x + y + 0.1 * (x - 4) * (x - 4)});
      trial.system_attrs["constraints"] = concat("[", constraint, "]");
      if (constraint <= 0) best = std::min(best, trial.values[0]);
      history.put(trial);
    }
    CHECK(best < 12.01);
    CHECK(best >= 12);
  }
  TEST_CASE("constraints of the space are kept at the first attempt") {
    auto space = plane;
    space.constraints.emplace_back("x + y >= 12");
    History history;
    GpSampler sampler({.startup_trials = 5});
    for (std::int64_t number = 0; number < 25; ++number) {
      const auto sample =
          sampler.sample({.space = space, .history = history, .seed = 2, .number = number, .fixed = nothing});
      if (number >= 8) CHECK(space.broken(sample.values) == nullptr);
      const double x = std::get<double>(*sample.values.find("x")), y = std::get<double>(*sample.values.find("y"));
      history.put(test::told(space, sample, number, TrialState::complete, {x + y}));
    }
  }
  TEST_CASE("many trials are thinned, and those that count stay") {
    History history;
    PhiloxStream random(1, 0, "many");
    for (std::int64_t number = 0; number < 300; ++number) {
      const double x = -5 + 15 * random.uniform(), y = 15 * random.uniform();
      history.put(test::trial_of(plane, {{"x", x}, {"y", y}}, number, TrialState::complete, branin(x, y)));
    }
    GpSampler sampler({.max_points = 40});
    double best = 100;
    for (std::int64_t number = 300; number < 320; ++number) {
      const auto sample =
          sampler.sample({.space = plane, .history = history, .seed = 1, .number = number, .fixed = nothing});
      const double value =
          branin(std::get<double>(*sample.values.find("x")), std::get<double>(*sample.values.find("y")));
      best = std::min(best, value);
      history.put(test::told(plane, sample, number, TrialState::complete, {value}));
    }
    CHECK(best < 0.4);
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/cmaes/cmaes_sampler.hpp and cmaes_replay.hpp.
#include <hpo/search/cmaes/cmaes_sampler.hpp>

#include <functional>

#include <hpo/search/optimize.hpp>
#include <hpo/storage/memory_storage.hpp>

#include <hpo/testing/sampler_contract.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using space::FloatDistribution;
using space::IntDistribution;

const space::SearchSpace plane{{{"x", FloatDistribution{-5, 10}}, {"y", FloatDistribution{0, 15}}}};

double real(const space::Assignment& values, std::string_view name) {
  return *space::number(*values.find(name));
}

/// Asks for trials one at a time and tells `f` of their values, until there are `count`.
void go_on(History& history, const space::SearchSpace& space, CmaesSampler sampler, std::int64_t count,
           const std::function<double(const space::Assignment&)>& f, std::uint64_t seed = 1) {
  const space::Assignment nothing;
  while (static_cast<std::int64_t>(history.trials().size()) < count) {
    const auto number = static_cast<std::int64_t>(history.trials().size());
    const auto sample =
        sampler.sample({.space = space, .history = history, .seed = seed, .number = number, .fixed = nothing});
    history.put(test::told(space, sample, number, TrialState::complete, {f(sample.values)}));
  }
}

std::string generation_of(const FrozenTrial& trial) {
  const auto found = trial.system_attrs.find(std::string(cmaes_keys::generation));
  return found == trial.system_attrs.end() ? "" : found->second;
}

double bowl(const space::Assignment& values) {
  return std::pow(real(values, "x") - 3, 2) + std::pow(real(values, "y") - 4, 2);
}

TEST_SUITE("search/cmaes/cmaes_sampler") {
  TEST_CASE("CmaesSampler obeys the sampler contract, whatever its options") {
    test::obeys_sampler_contract([] { return CmaesSampler{}; });
    test::obeys_sampler_contract(
        [] { return CmaesSampler({.population = 2, .startup_trials = 0, .margin = false, .consider_pruned = false}); });
  }
  TEST_CASE("one numeric parameter, only categorical ones, none at all") {
    const space::Assignment nothing;
    const History history;
    const space::SearchSpace line{{{"x", FloatDistribution{0, 1}}}};
    History one;
    go_on(one, line, CmaesSampler{}, 60, [](const auto& v) { return std::pow(real(v, "x") - 0.8, 2); });
    CHECK(std::abs(real(space::Assignment{{"x", one.trials().back().params[0].value()}}, "x") - 0.8) < 0.02);
    const space::SearchSpace words{{{"k", space::CategoricalDistribution{{true, false}}}}};
    const auto answer =
        CmaesSampler{}.sample({.space = words, .history = history, .seed = 1, .number = 5, .fixed = nothing});
    test::fits_space(words, answer.values);
    CHECK(answer.system_attrs.empty());
  }
  TEST_CASE("the first trial is random, then generations follow each other; failed trials do not count") {
    History history;
    const space::Assignment nothing;
    CmaesSampler sampler;
    for (std::int64_t number = 0; number < 25; ++number) {
      const SampleRequest request{.space = plane, .history = history, .seed = 1, .number = number, .fixed = nothing};
      const auto sample = sampler.sample(request);
      CHECK((sample == RandomSampler{}.sample(request)) == (number == 0));
      history.put(test::told(plane, sample, number, number == 3 ? TrialState::failed : TrialState::complete,
                             {bowl(sample.values)}));
    }
    const auto trials = history.trials();
    CHECK(generation_of(trials[0]).empty());
    CHECK(generation_of(trials[7]) == "0");  // 1 to 7 but the failed one: the 6 of a generation
    CHECK(generation_of(trials[8]) == "1");
    CHECK(generation_of(trials[14]) == "2");
  }
  TEST_CASE("another process goes on in the middle of a generation as if nothing had happened") {
    History whole, parts;
    go_on(whole, plane, CmaesSampler{}, 70, bowl);
    for (const std::int64_t stop : {1, 4, 17, 18, 19, 44, 70}) go_on(parts, plane, CmaesSampler{}, stop, bowl);
    for (std::size_t i = 0; i < 70; ++i) CHECK(whole.trials()[i] == parts.trials()[i]);
  }
  TEST_CASE("late results of long gone generations are learned, in whatever order they come") {
    const space::Assignment nothing;
    History kept_up;
    go_on(kept_up, plane, CmaesSampler{}, 150, bowl);
    const std::vector<FrozenTrial> all(kept_up.trials().begin(), kept_up.trials().end());
    const auto request = [&](const History& history) {
      return SampleRequest{.space = plane, .history = history, .seed = 1, .number = 150, .fixed = nothing};
    };
    History late;
    CmaesSampler sampler;
    for (auto trial : all) {
      trial.state = TrialState::running;
      late.put(std::move(trial));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {  // from the end, so that each is older than what was told
      late.put(all[all.size() - 1 - i]);
      if (i % 10 == 5) static_cast<void>(sampler.sample(request(late)));
    }
    CHECK(sampler.sample(request(late)) == CmaesSampler{}.sample(request(kept_up)));
  }
  TEST_CASE("parallel trials do not wait: a generation takes in as many as were asked for") {
    const space::Assignment nothing;
    History history;
    CmaesSampler sampler;
    std::int64_t number = 0;
    for (int batch = 0; batch < 12; ++batch) {
      std::vector<FrozenTrial> running;
      for (int worker = 0; worker < 16; ++worker, ++number) {
        const auto sample =
            sampler.sample({.space = plane, .history = history, .seed = 1, .number = number, .fixed = nothing});
        running.push_back(test::told(plane, sample, number, TrialState::complete, {bowl(sample.values)}));
        auto trial = running.back();
        trial.state = TrialState::running;
        history.put(trial);
      }
      for (const auto& trial : running) history.put(trial);
    }
    CHECK(generation_of(history.trials().back()) == "11");
    const auto last = history.trials().last(16);
    CHECK(std::ranges::all_of(last, [](const FrozenTrial& trial) { return trial.values[0] < 0.1; }));
  }
  TEST_CASE("other ranges begin anew, the old ones again go on") {
    History history;
    go_on(history, plane, CmaesSampler{}, 40, bowl);
    const space::SearchSpace narrow{{{"x", FloatDistribution{0, 4}}, {"y", FloatDistribution{0, 15}}}};
    const space::Assignment nothing;
    const auto inside =
        CmaesSampler{}.sample({.space = narrow, .history = history, .seed = 1, .number = 40, .fixed = nothing});
    test::fits_space(narrow, inside.values);
    CHECK(inside.system_attrs.at(std::string(cmaes_keys::generation)) == "0");
    go_on(history, narrow, CmaesSampler{}, 60, bowl);
    CHECK(generation_of(history.trials().back()) == "3");
    const auto back =
        CmaesSampler{}.sample({.space = plane, .history = history, .seed = 1, .number = 60, .fixed = nothing});
    CHECK(back.system_attrs.at(std::string(cmaes_keys::generation)) == "6");
  }
  TEST_CASE("enqueued trials pull the search to them") {
    const space::Assignment nothing, good{{"x", 9.0}, {"y", 1.0}};
    const auto far = [](const space::Assignment& values) {
      return std::hypot(real(values, "x") - 9, real(values, "y") - 1);
    };
    const auto mean_distance = [&](bool enqueue) {
      double sum = 0;
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        History history;
        if (enqueue) {
          CmaesSampler sampler;
          const auto sample =
              sampler.sample({.space = plane, .history = history, .seed = seed, .number = 0, .fixed = good});
          CHECK(sample.values == good);
          CHECK(sample.system_attrs.at(std::string(cmaes_keys::injected)) == "true");
          history.put(test::told(plane, sample, 0, TrialState::complete, {far(sample.values)}));
        }
        go_on(history, plane, CmaesSampler{}, 20, far, seed);
        CmaesReplay replay;
        replay.update({plane, history, {Direction::minimize}, seed, 20, nothing});
        const auto mean = replay.state().distribution.mean();
        sum += std::hypot(mean[0] - 14.0 / 15, mean[1] - 1.0 / 15);
      }
      return sum;
    };
    CHECK(mean_distance(true) < 0.5 * mean_distance(false));
  }
  TEST_CASE("with a margin, whole numbers beside the best known stay in play; without, they do not") {
    const space::SearchSpace mixed{
        {{"x", FloatDistribution{0, 1}}, {"z", FloatDistribution{0, 1}}, {"k", IntDistribution{1, 8}}}};
    const auto varied = [&](bool margin) {
      History history;
      go_on(history, mixed, CmaesSampler({.margin = margin}), 500, [](const auto& v) {
        return 100 * std::pow(real(v, "x") - 0.3, 2) + std::pow(real(v, "z") - 0.7, 2) + std::abs(real(v, "k") - 6);
      });
      std::size_t other = 0;
      for (const auto& trial : history.trials().last(100)) other += trial.param("k")->internal != 6;
      CHECK(std::ranges::min(history.trials(), {}, [](const auto& t) { return t.values[0]; }).values[0] < 1e-3);
      return other;
    };
    CHECK(varied(true) >= 3);
    CHECK(varied(false) == 0);
  }
  TEST_CASE("five switches beside three reals: the margin finds them all where plain rounding stops") {
    space::SearchSpace mixed;
    for (int i = 0; i < 5; ++i) mixed.params.push_back({concat("switch", i), IntDistribution{0, 1}});
    for (int i = 0; i < 3; ++i) mixed.params.push_back({concat("x", i), FloatDistribution{-5, 5}});
    const auto loss = [](const space::Assignment& values) {
      double sum = 0;
      for (int i = 0; i < 5; ++i) sum += 1 - real(values, concat("switch", i));
      for (int i = 0; i < 3; ++i) sum += std::pow(10, i) * std::pow(real(values, concat("x", i)) - 1, 2);
      return sum;
    };
    int found[2] = {0, 0};
    for (const bool margin : {false, true})
      for (std::uint64_t seed = 0; seed < 10; ++seed) {
        History history;
        go_on(history, mixed, CmaesSampler({.margin = margin}), 600, loss, seed);
        found[margin] +=
            std::ranges::any_of(history.trials(), [](const auto& trial) { return trial.values[0] < 0.01; });
      }
    MESSAGE("optimum found in 10 runs: without margin " << found[0] << ", with " << found[1]);
    CHECK(found[1] >= 9);
    CHECK(found[0] <= 5);
  }
  TEST_CASE("pruned trials count unless told otherwise, as worse than complete ones") {
    const space::Assignment nothing;
    History history;
    CmaesSampler sampler;
    for (std::int64_t number = 0; number < 14; ++number) {
      const auto sample =
          sampler.sample({.space = plane, .history = history, .seed = 1, .number = number, .fixed = nothing});
      history.put(test::told(plane, sample, number, number % 2 ? TrialState::pruned : TrialState::complete,
                             {bowl(sample.values)}));
    }
    const auto generation = [&](CmaesOptions options) {
      return CmaesSampler(options)
          .sample({.space = plane, .history = history, .seed = 1, .number = 14, .fixed = nothing})
          .system_attrs.at(std::string(cmaes_keys::generation));
    };
    CHECK(generation({}) == "2");
    CHECK(generation({.consider_pruned = false}) != "2");
  }
  TEST_CASE("where it has shrunk to a point it begins again elsewhere, with twice the population") {
    CmaesReplay replay;
    History history;
    const space::Assignment nothing;
    go_on(history, plane, CmaesSampler{}, 500, bowl);
    replay.update({plane, history, {Direction::minimize}, 1, 500, nothing});
    CHECK(replay.state().population >= 12);
    CHECK(replay.population() == 6);
  }
  TEST_CASE("it is at home in a valley: Rosenbrock in 5 dimensions, medians of 10 seeds after 100 trials") {
    space::SearchSpace space;
    for (int i = 0; i < 5; ++i) space.params.push_back({concat("x", i), FloatDistribution{-5, 10}});
    const auto median = [&](auto make) {
      std::vector<double> best;
      for (std::uint64_t seed = 0; seed < 10; ++seed) {
        storage::MemoryStorage storage;
        Study study(storage, {.name = "valley", .seed = seed}, space, make());
        optimize(
            study,
            [](auto& trial) {
              double sum = 0;
              for (int i = 0; i < 4; ++i) {
                const double x = trial.real(concat("x", i)), next = trial.real(concat("x", i + 1));
                sum += 100 * std::pow(next - x * x, 2) + std::pow(1 - x, 2);
              }
              return sum;
            },
            100);
        best.push_back(study.best()->values[0]);
      }
      std::ranges::sort(best);
      return (best[4] + best[5]) / 2;
    };
    const double cmaes = median([] { return CmaesSampler{}; }), random = median([] { return RandomSampler{}; });
    MESSAGE("median: random " << random << ", CMA-ES " << cmaes << " (Optuna's, 20 seeds: 93)");
    CHECK(cmaes < random / 10);
    CHECK(cmaes < 166);
  }
  TEST_CASE("options that mean nothing are refused") {
    CHECK_THROWS_WITH_AS(CmaesSampler({.population = 1}),
                         "sampler.population: expected 2 or more, or 0 for one that fits the space, got 1",
                         ConfigError);
    CHECK_THROWS_WITH_AS(CmaesSampler({.sigma0 = 0}), "sampler.sigma0: expected a number above 0, got 0", ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

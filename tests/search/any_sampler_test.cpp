// Mirrors include/hpo/search/any_sampler.hpp.
#include <hpo/search/any_sampler.hpp>

#include <hpo/testing/sampler_contract.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/any_sampler") {
  TEST_CASE("AnySampler obeys the sampler contract, whatever it stands for") {
    for (const char* name : {"tpe", "random", "gp", "qmc", "grid", "cmaes", "nsga2"})
      test::obeys_sampler_contract([&] { return make_sampler({.name = name}); });
  }
  TEST_CASE("options reach the sampler") {
    const auto space = test::every_kind();
    const space::Assignment nothing;
    History history;
    history.put(test::trial_of(
        space, RandomSampler{}.sample({.space = space, .history = history, .seed = 1, .number = 0, .fixed = nothing}),
        0, TrialState::complete, 1));
    const SampleRequest request{.space = space, .history = history, .seed = 1, .number = 1, .fixed = nothing};
    CHECK(make_sampler({}).sample(request) == RandomSampler{}.sample(request));
    CHECK_FALSE(make_sampler({.tpe = {.startup_trials = 1}}).sample(request) == RandomSampler{}.sample(request));
    CHECK_FALSE(make_sampler({.tpe = {.startup_trials = 1}}).sample(request) ==
                make_sampler({.tpe = {.startup_trials = 1, .candidates = 1}}).sample(request));
    CHECK(make_sampler({.name = "gp"}).sample(request) == QmcSampler{}.sample(request));  // until it has learned
    CHECK(make_sampler({.name = "gp", .gp = {.startup_trials = 1}}).sample(request).system_attrs.empty());
    CHECK_FALSE(make_sampler({.name = "qmc"}).sample(request) ==
                make_sampler({.name = "qmc", .qmc = {.scramble = false}}).sample(request));
    CHECK(make_sampler({.name = "grid", .grid = {.shuffle = false}}).sample(request) ==
          GridSampler({.shuffle = false}).sample(request));
    CHECK(make_sampler({.name = "cmaes"}).sample(request) == CmaesSampler{}.sample(request));
    CHECK(make_sampler({.name = "cmaes", .cmaes = {.margin = false}}).sample(request) ==
          CmaesSampler({.margin = false}).sample(request));
    CHECK_FALSE(make_sampler({.name = "cmaes", .cmaes = {.sigma0 = 0.3}}).sample(request) ==
                CmaesSampler{}.sample(request));
    CHECK_THROWS_AS(make_sampler({.name = "cmaes", .cmaes = {.population = 1}}), ConfigError);
    CHECK(make_sampler({.name = "nsga2", .nsga2 = {.population = 2}}).sample(request) ==
          Nsga2Sampler({.population = 2}).sample(request));
    CHECK(make_sampler({.name = "nsga2"}).sample(request).system_attrs.at("NSGAIISampler:generation") == "0");
  }
  TEST_CASE("only a grid comes to an end") {
    const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}}};
    CHECK(make_sampler({.name = "grid", .grid = {.levels = 7}}).size(space) == 7U);
    for (const char* name : {"tpe", "random", "gp", "qmc", "cmaes"})
      CHECK_FALSE(make_sampler({.name = name}).size(space));
  }
  TEST_CASE("options that contradict each other are refused") {
    CHECK_THROWS_WITH_AS(static_cast<void>(make_sampler({.tpe = {.multivariate = false, .group = true}})),
                         "sampler.group: expected false where sampler.multivariate is false, got true", ConfigError);
    CHECK_THROWS_WITH_AS(static_cast<void>(make_sampler({.tpe = {.own_bracket = true}})),
                         "sampler.own_bracket: expected false unless pruner.name is hyperband, got true", ConfigError);
    CHECK_NOTHROW(static_cast<void>(make_sampler({.tpe = {.own_bracket = true}}, HyperbandOptions{})));
  }
  TEST_CASE("an unknown name is answered with the known ones") {
    CHECK_THROWS_WITH_AS(
        static_cast<void>(make_sampler({.name = "tpa"})),
        "sampler.name: expected one of tpe, random, gp, qmc, grid, cmaes, nsga2 (did you mean 'tpe'?), got 'tpa'",
        ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

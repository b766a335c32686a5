// Mirrors include/hpo/search/any_sampler.hpp.
#include <hpo/search/any_sampler.hpp>

#include "sampler_contract.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/any_sampler") {
  TEST_CASE("AnySampler obeys the sampler contract, whatever it stands for") {
    for (const char* name : {"tpe", "random"}) test::obeys_sampler_contract([&] { return make_sampler({.name = name}); });
  }
  TEST_CASE("options reach the sampler") {
    const auto space = test::every_kind();
    const space::Assignment nothing;
    History history;
    history.put(test::trial_of(space, RandomSampler{}.sample({space, history, Direction::minimize, 1, 0, nothing}), 0, TrialState::complete, 1));
    const SampleRequest request{space, history, Direction::minimize, 1, 1, nothing};
    CHECK(make_sampler({}).sample(request) == RandomSampler{}.sample(request));
    CHECK_FALSE(make_sampler({.startup_trials = 1}).sample(request) == RandomSampler{}.sample(request));
    CHECK_FALSE(make_sampler({.startup_trials = 1}).sample(request) == make_sampler({.startup_trials = 1, .candidates = 1}).sample(request));
  }
  TEST_CASE("an unknown name is answered with the known ones") {
    CHECK_THROWS_WITH_AS(static_cast<void>(make_sampler({.name = "tpa"})),
                         "sampler.name: expected one of tpe, random (did you mean 'tpe'?), got 'tpa'", ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/tpe_sampler.hpp.
#include <hpo/search/tpe_sampler.hpp>

#include <numbers>

#include <hpo/search/optimize.hpp>
#include <hpo/storage/memory_storage.hpp>

#include "sampler_contract.hpp"

namespace hpo::search {
namespace {

double branin(double x, double y) {
  using std::numbers::pi;
  return std::pow(y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6, 2) + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
}

template <class S>
double median_regret(S sampler) {
  const space::SearchSpace space{{{"x", space::FloatDistribution{-5, 10}}, {"y", space::FloatDistribution{0, 15}}}};
  std::vector<double> regrets;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    storage::MemoryStorage storage;
    Study study(storage, {.name = "branin", .seed = seed}, space, S(sampler));
    optimize(
        study, [](auto& trial) { return branin(trial.real("x"), trial.real("y")); }, 100);
    regrets.push_back(study.best()->values[0] - 0.397887);
  }
  std::ranges::sort(regrets);
  return (regrets[4] + regrets[5]) / 2;
}

struct FreshTpe {  // TpeSampler is not copied: it points into what it remembers
  TpeSampler sampler{};
  FreshTpe() = default;
  FreshTpe(const FreshTpe&) {}
  FreshTpe(FreshTpe&&) = default;
  FreshTpe& operator=(FreshTpe&&) = default;
  space::Assignment sample(const SampleRequest& request) { return sampler.sample(request); }
};

TEST_SUITE("search/tpe_sampler") {
  TEST_CASE("TpeSampler obeys the sampler contract, with and without the liar") {
    test::obeys_sampler_contract([] { return TpeSampler{}; });
    test::obeys_sampler_contract([] { return TpeSampler({.startup_trials = 0, .constant_liar = false}); });
  }
  TEST_CASE("random until there are enough finished trials, failed ones not counted") {
    const auto space = test::every_kind();
    const space::Assignment nothing;
    History history;
    for (std::int64_t number = 0; number < 12; ++number) {
      const SampleRequest request{space, history, {Direction::minimize}, 1, number, nothing};
      const auto values = RandomSampler{}.sample(request);
      CHECK((TpeSampler{}.sample(request) == values) == (number < 11));
      history.put(test::trial_of(space, values, number, number == 5 ? TrialState::failed : TrialState::complete, 1.0));
    }
  }
  TEST_CASE("it goes where the good trials are, in both directions") {
    const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}},
                                    {"k", space::CategoricalDistribution{{std::string("a"), std::string("b")}}}}};
    const space::Assignment nothing;
    History history;
    for (std::int64_t number = 0; number < 50; ++number) {
      const double x = static_cast<double>(number) / 50;
      history.put(
          test::trial_of(space, {{"x", x}, {"k", std::string(x < 0.5 ? "a" : "b")}}, number, TrialState::complete, x));
    }
    int low = 0, high = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const auto down = TpeSampler{}.sample({space, history, {Direction::minimize}, seed, 50, nothing});
      const auto up = TpeSampler{}.sample({space, history, {Direction::maximize}, seed, 50, nothing});
      low += std::get<double>(*down.find("x")) < 0.25 && *down.find("k") == space::Value(std::string("a"));
      high += std::get<double>(*up.find("x")) > 0.75 && *up.find("k") == space::Value(std::string("b"));
    }
    CHECK(low >= 40);
    CHECK(high >= 40);
  }
  TEST_CASE("running trials keep others away, unless told not to") {
    const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}}};
    const space::Assignment nothing;
    History history;
    for (std::int64_t number = 0; number < 20; ++number) {
      const double x = static_cast<double>(number) / 20;
      history.put(test::trial_of(space, {{"x", x}}, number, TrialState::complete, std::abs(x - 0.5)));
    }
    const auto alone = TpeSampler{}.sample({space, history, {Direction::minimize}, 3, 30, nothing});
    for (std::int64_t number = 20; number < 30; ++number)
      history.put(test::trial_of(space, alone, number, TrialState::running, 0));
    CHECK(TpeSampler({.constant_liar = false}).sample({space, history, {Direction::minimize}, 3, 30, nothing}) == alone);
    const auto apart = TpeSampler{}.sample({space, history, {Direction::minimize}, 3, 30, nothing});
    CHECK(std::abs(std::get<double>(*apart.find("x")) - std::get<double>(*alone.find("x"))) > 0.01);
  }
  TEST_CASE("trials of an earlier space count as far as their values fit") {
    const space::SearchSpace before{
        {{"x", space::FloatDistribution{0, 100}},
         {"k", space::CategoricalDistribution{{std::string("a"), std::string("b"), std::string("c")}}}}};
    const space::SearchSpace today{{{"x", space::FloatDistribution{0, 10}},
                                    {"k", space::CategoricalDistribution{{std::string("c"), std::string("a")}}}}};
    History history;
    for (std::int64_t number = 0; number < 40; ++number) {  // the four good ones are near 1 with "c"
      const bool good = number < 4, fits = number < 20;
      const double x = static_cast<double>(number) / 100 + (good ? 1.0 : fits ? 9.0 : 50.0);
      history.put(test::trial_of(before,
                                 {{"x", x},
                                  {"k", std::string(good   ? "c"
                                                    : fits ? "a"
                                                           : "b")}},
                                 number, TrialState::complete, good ? 0 : 1));
    }
    const space::Assignment nothing;
    int near = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto values = TpeSampler{}.sample({today, history, {Direction::minimize}, seed, 40, nothing});
      test::fits_space(today, values);
      near += std::get<double>(*values.find("x")) < 4 && *values.find("k") == space::Value(std::string("c"));
    }
    CHECK(near >= 10);
  }
  TEST_CASE("on Branin it is far better than chance after 100 trials (medians of 10 seeds)") {
    const double random = median_regret(RandomSampler{}), tpe = median_regret(FreshTpe{});
    MESSAGE("median regret: random " << random << ", TPE " << tpe);
    CHECK(tpe < random / 2);
  }
}

}  // namespace
}  // namespace hpo::search

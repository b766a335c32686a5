// Mirrors include/hpo/search/tpe/tpe_sampler.hpp.
#include <hpo/search/tpe/tpe_sampler.hpp>

#include <numbers>

#include <hpo/search/optimize.hpp>
#include <hpo/storage/memory_storage.hpp>

#include <hpo/testing/sampler_contract.hpp>

#include "../../check.hpp"

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

/// One in ten is good: it lies at either end of the diagonal. The others are in the corner where x is large and y
/// small, so that x by itself is best small, and y by itself large.
std::pair<double, double> diagonal_or_corner(std::int64_t number) {
  if (number % 10 == 0) return number % 20 == 0 ? std::pair(0.1, 0.1) : std::pair(0.9, 0.9);
  const double a = 0.2 * static_cast<double>(number % 7) / 7, b = 0.2 * static_cast<double>(number % 11) / 11;
  return {1 - a, b};
}

TEST_SUITE("search/tpe/tpe_sampler") {
  TEST_CASE("TpeSampler obeys the sampler contract, with each of its options") {
    test::obeys_sampler_contract([] { return TpeSampler{}; });
    test::obeys_sampler_contract([] { return TpeSampler({.startup_trials = 0, .constant_liar = false}); });
    test::obeys_sampler_contract([] { return TpeSampler({.multivariate = false, .gamma = TpeGamma::sqrt}); });
    test::obeys_sampler_contract([] { return TpeSampler({.candidates = 9, .multivariate = true, .group = true}); });
    test::obeys_sampler_contract([] {
      return TpeSampler({.startup_trials = 3, .own_bracket = true}, HyperbandOptions{1, 9});
    });
  }
  TEST_CASE("options that make no sense are refused") {
    CHECK_THROWS_AS(TpeSampler({.candidates = 0}), ConfigError);
    CHECK_THROWS_AS(TpeSampler({.prior_weight = 0}), ConfigError);
    CHECK_THROWS_AS(TpeSampler({.multivariate = false, .group = true}), ConfigError);
  }
  TEST_CASE("random until there are enough finished trials, failed ones not counted") {
    const auto space = test::every_kind();
    const space::Assignment nothing;
    History history;
    for (std::int64_t number = 0; number < 12; ++number) {
      const SampleRequest request{.space = space, .history = history, .seed = 1, .number = number, .fixed = nothing};
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
      const auto down =
          TpeSampler{}.sample({.space = space, .history = history, .seed = seed, .number = 50, .fixed = nothing});
      const auto up = TpeSampler{}.sample({.space = space,
                                           .history = history,
                                           .directions = {Direction::maximize},
                                           .seed = seed,
                                           .number = 50,
                                           .fixed = nothing});
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
    const auto alone =
        TpeSampler{}.sample({.space = space, .history = history, .seed = 3, .number = 30, .fixed = nothing});
    for (std::int64_t number = 20; number < 30; ++number)
      history.put(test::trial_of(space, alone, number, TrialState::running, 0));
    CHECK(TpeSampler({.constant_liar = false})
              .sample({.space = space, .history = history, .seed = 3, .number = 30, .fixed = nothing}) == alone);
    const auto apart =
        TpeSampler{}.sample({.space = space, .history = history, .seed = 3, .number = 30, .fixed = nothing});
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
      const auto values =
          TpeSampler{}.sample({.space = today, .history = history, .seed = seed, .number = 40, .fixed = nothing});
      test::fits_space(today, values);
      near += std::get<double>(*values.find("x")) < 4 && *values.find("k") == space::Value(std::string("c"));
    }
    CHECK(near >= 10);
  }
  TEST_CASE("values of which only the combination matters are found together, not one by one") {
    const space::SearchSpace plane{{{"x", space::FloatDistribution{0, 1}}, {"y", space::FloatDistribution{0, 1}}}};
    const space::Assignment nothing;
    const auto near_diagonal = [&](TpeOptions options, const std::vector<Direction>& directions) {
      History history;
      for (std::int64_t number = 0; number < 100; ++number) {
        const auto [x, y] = diagonal_or_corner(number);
        auto trial = test::trial_of(plane, {{"x", x}, {"y", y}}, number, TrialState::complete, std::abs(x - y));
        trial.values.resize(directions.size(), trial.values.front());
        history.put(std::move(trial));
      }
      int near = 0;
      for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const auto values = TpeSampler(options).sample({.space = plane,
                                                        .history = history,
                                                        .directions = directions,
                                                        .seed = seed,
                                                        .number = 100,
                                                        .fixed = nothing});
        near += std::abs(std::get<double>(*values.find("x")) - std::get<double>(*values.find("y"))) < 0.3;
      }
      return near;
    };
    const std::vector<Direction> one{Direction::minimize}, two{Direction::minimize, Direction::minimize};
    CHECK(near_diagonal({}, one) >= 50);
    CHECK(near_diagonal({.multivariate = false}, one) <= 10);
    CHECK(near_diagonal({}, two) <= 10);  // the default for several objectives
    CHECK(near_diagonal({.multivariate = true}, two) >= 50);
  }
  TEST_CASE("with `group`, conditional parameters that go together are found together") {
    const space::Condition if_b{.parent = "k", .any_of = {std::string("b")}};
    const space::SearchSpace space{{{"k", space::CategoricalDistribution{{std::string("a"), std::string("b")}}},
                                    {"x", space::FloatDistribution{0, 1}, if_b},
                                    {"y", space::FloatDistribution{0, 1}, if_b}}};
    const space::Assignment b{{"k", std::string("b")}};
    History history;
    for (std::int64_t number = 0; number < 100; ++number) {
      const auto [x, y] = diagonal_or_corner(number);
      const auto values = number % 4 == 1 ? space::Assignment{{"k", std::string("a")}}
                                          : space::Assignment{{"k", std::string("b")}, {"x", x}, {"y", y}};
      history.put(test::trial_of(space, values, number, TrialState::complete, number % 4 == 1 ? 2 : std::abs(x - y)));
    }
    const auto near = [&](bool group) {
      int count = 0;
      for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const auto values = TpeSampler({.group = group})
                                .sample({.space = space, .history = history, .seed = seed, .number = 100, .fixed = b});
        count += std::abs(std::get<double>(*values.find("x")) - std::get<double>(*values.find("y"))) < 0.3;
      }
      return count;
    };
    CHECK(near(true) >= 50);
    CHECK(near(false) <= 10);
  }
  TEST_CASE("a parameter that was added later does not make the others forget") {
    const space::SearchSpace before{{{"x", space::FloatDistribution{0, 1}}}};
    const space::SearchSpace today{{{"x", space::FloatDistribution{0, 1}}, {"new", space::FloatDistribution{0, 1}}}};
    const space::Assignment nothing;
    History history;
    for (std::int64_t number = 0; number < 50; ++number) {
      const double x = static_cast<double>(number) / 50;
      history.put(test::trial_of(before, {{"x", x}}, number, TrialState::complete, x));
    }
    int low = 0, new_low = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const auto values =
          TpeSampler{}.sample({.space = today, .history = history, .seed = seed, .number = 50, .fixed = nothing});
      test::fits_space(today, values);
      low += std::get<double>(*values.find("x")) < 0.25;
      new_low += std::get<double>(*values.find("new")) < 0.5;
    }
    CHECK(low >= 40);
    CHECK(std::abs(new_low - 25) < 15);
  }
  TEST_CASE("what breaks its constraints is avoided, however good it is") {
    const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}}};
    const space::Assignment nothing;
    History history;
    for (std::int64_t number = 0; number < 50; ++number) {
      const double x = static_cast<double>(number) / 50;
      auto trial = test::trial_of(space, {{"x", x}}, number, TrialState::complete, x);
      trial.system_attrs["constraints:memory"] = storage::json_text(0.5 - x);  // small x needs too much of it
      history.put(std::move(trial));
    }
    int kept = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const auto values =
          TpeSampler{}.sample({.space = space, .history = history, .seed = seed, .number = 50, .fixed = nothing});
      const double x = std::get<double>(*values.find("x"));
      kept += x > 0.42 && x < 0.75;
    }
    CHECK(kept >= 40);
  }
  TEST_CASE("candidates that break a constraint between parameters are left out") {
    space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}, {"y", space::FloatDistribution{0, 1}}}};
    const space::Assignment nothing;
    History history;  // the best are just beside the line x = y
    for (std::int64_t number = 0; number < 50; ++number) {
      const double x = static_cast<double>(number * 17 % 50) / 50,
                   y = std::min(1.0, x + 0.02 * static_cast<double>(number));
      history.put(test::trial_of(space, {{"x", x}, {"y", y}}, number, TrialState::complete, y - x));
    }
    const auto broken = [&](const space::SearchSpace& asked) {
      int count = 0;
      for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const auto values =
            TpeSampler{}.sample({.space = asked, .history = history, .seed = seed, .number = 50, .fixed = nothing});
        count += std::get<double>(*values.find("x")) > std::get<double>(*values.find("y"));
      }
      return count;
    };
    CHECK(broken(space) >= 5);
    space.constraints.emplace_back("x <= y");
    CHECK(broken(space) == 0);
  }
  TEST_CASE("with Hyperband it can learn from the trial's own bracket alone") {
    const HyperbandOptions hyperband{.min_resource = 1, .max_resource = 9};
    const HyperbandBrackets brackets(hyperband);
    const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}}};
    const space::Assignment nothing;
    History history;  // low values are good in bracket 0, high ones in the others
    for (std::int64_t number = 0; number < 150; ++number) {
      const double x = static_cast<double>(number * 37 % 150) / 150;
      const bool first = brackets.bracket("s", number, history) == std::size_t{0};
      history.put(test::trial_of(space, {{"x", x}}, number, TrialState::complete, first ? x : 1 - x));
    }
    int own = 0, asked = 0;
    for (std::int64_t number = 150; number < 190; ++number) {
      if (brackets.bracket("s", number, history) != std::size_t{0}) continue;
      const SampleRequest request{
          .space = space, .history = history, .seed = 1, .number = number, .fixed = nothing, .study = "s"};
      own += std::get<double>(*TpeSampler({.own_bracket = true}, hyperband).sample(request).find("x")) < 0.3;
      ++asked;
    }
    REQUIRE(asked >= 10);
    CHECK(own >= asked * 3 / 4);
  }
  TEST_CASE("a trial of another program gets its values one by one: each is seen") {
    const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}, {"y", space::FloatDistribution{0, 1}}}};
    const space::Assignment nothing;
    History history;
    for (std::int64_t number = 0; number < 20; ++number)
      history.put(test::trial_of(space, {{"x", 0.05 * static_cast<double>(number)}, {"y", 0.5}}, number,
                                 TrialState::complete, static_cast<double>(number)));
    TpeSampler kept;
    for (const auto& values :
         {space::Assignment{}, space::Assignment{{"x", 0.1}}, space::Assignment{{"x", 0.1}, {"y", 0.5}}}) {
      history.put(test::trial_of(space, values, 20, TrialState::running, 0));
      const SampleRequest request{.space = space, .history = history, .seed = 3, .number = 21, .fixed = nothing};
      CHECK(kept.sample(request) == TpeSampler{}.sample(request));
    }
  }
  TEST_CASE("on Branin it is far better than chance after 100 trials (medians of 10 seeds)") {
    const double random = median_regret(RandomSampler{}), tpe = median_regret(FreshTpe{});
    MESSAGE("median regret: random " << random << ", TPE " << tpe);
    CHECK(tpe < random / 2);
  }
}

}  // namespace
}  // namespace hpo::search

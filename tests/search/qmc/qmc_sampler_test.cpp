// Mirrors include/hpo/search/qmc/qmc_sampler.hpp.
#include <hpo/search/qmc/qmc_sampler.hpp>

#include <map>

#include <hpo/testing/sampler_contract.hpp>
#include "../many_workers.hpp"

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/qmc/qmc_sampler") {
  TEST_CASE("QmcSampler obeys the sampler contract, scrambled or not") {
    test::obeys_sampler_contract([] { return QmcSampler{}; });
    test::obeys_sampler_contract([] { return QmcSampler({.scramble = false}); }, {.seeded = false});
  }
  TEST_CASE("a power of two of trials has every value equally often") {
    const auto space = test::every_kind();
    const space::Assignment nothing;
    const History history;
    for (const bool scramble : {true, false}) {
      QmcSampler sampler({.scramble = scramble});
      std::map<std::string, std::map<std::string, int>> seen;
      for (std::int64_t number = 0; number < 64; ++number) {
        const auto values =
            sampler.sample({.space = space, .history = history, .seed = 1, .number = number, .fixed = nothing});
        for (const auto& [name, value] : values) ++seen[name][space::to_string(value)];
      }
      CHECK(seen["batch"].size() == 8);
      for (const auto& [value, count] : seen["batch"]) CHECK(count == 8);
      for (const auto& [value, count] : seen["bias"]) CHECK(count == 32);
      for (const auto& [value, count] : seen["pooling"]) CHECK(std::abs(count - 21) <= 1);
      CHECK(seen["x"].size() == 64);
      CHECK(std::abs(static_cast<int>(seen["width"].size()) - 43) <= 6);  // active in two thirds, rarely twice the same
    }
  }
  TEST_CASE("any number of workers visits the same points") {
    const auto space = test::every_kind();
    test::is_alike_at_any_number_of_workers(space, 40, [] { return QmcSampler{}; });
  }
  TEST_CASE("trials that were not sampled here leave the others where they were") {
    const auto space = test::every_kind();
    const space::Assignment nothing;
    const History empty;
    History busy;
    busy.put(test::trial_of(space, {{"x", 1.0}}, 0, TrialState::complete, 1));
    CHECK(QmcSampler{}.sample({.space = space, .history = empty, .seed = 1, .number = 5, .fixed = nothing}) ==
          QmcSampler{}.sample({.space = space, .history = busy, .seed = 1, .number = 5, .fixed = nothing}));
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/optimize.hpp.
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/optimize.hpp>

#include <stdexcept>

#include <unistd.h>

#include <hpo/storage/memory_storage.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

using storage::MemoryStorage;

const space::SearchSpace plain{{{"x", space::FloatDistribution{-5, 5}}}};

TEST_SUITE("search/optimize") {
  TEST_CASE("optimize: prunes, fails, stops in time, and hands an exception on") {
    MemoryStorage storage;
    Study study(storage, {}, plain, AnySampler{}, make_pruner({.name = "asha"}));
    optimize(
        study,
        [](auto& trial) -> Outcome {
          trial.report(1, static_cast<double>(trial.number()));
          if (trial.should_prune()) return Outcome::pruned();
          if (trial.number() == 0) return Outcome::failed("no luck");
          return 1.0;
        },
        5);
    CHECK(study.trials()[0].state == TrialState::failed);
    CHECK(study.trials()[1].state == TrialState::pruned);
    const auto throws = [](auto&) -> double { throw std::runtime_error("boom"); };
    CHECK_THROWS_WITH_AS(optimize(study, throws, 5), "boom", std::runtime_error);
    CHECK(study.trials().size() == 6);
    CHECK(storage::cause_of(study.trials()[5]) == "boom");
    optimize(study, throws, 2, {.keep_going = true});
    CHECK(study.trials().size() == 8);
    const auto slow = [](auto&) {
      ::usleep(20000);
      return 1.0;
    };
    optimize(study, slow, 1000, {.timeout = std::chrono::milliseconds(50)});
    CHECK(study.trials().size() < 20);
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/optimize.hpp and result.hpp; when it ends: stop_rule_test.cpp.
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/optimize.hpp>

#include <chrono>
#include <limits>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include <hpo/storage/memory_storage.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

using storage::MemoryStorage;

const space::SearchSpace plain{{{"x", space::FloatDistribution{-5, 5}}}};

static_assert(state_of(TrialEnd::complete) == TrialState::complete);
static_assert(state_of(TrialEnd::pruned) == TrialState::pruned);
static_assert(state_of(TrialEnd::failed) == TrialState::failed);

TEST_SUITE("search/optimize") {
  TEST_CASE("each trial is told with the value that the objective returns") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    CHECK(optimize(
              study, [](auto& trial) { return trial.real("x") * 2; }, 4) == StopReason::trials);
    REQUIRE(study.trials().size() == 4);
    for (const auto& trial : study.trials()) {
      CHECK(trial.state == TrialState::complete);
      CHECK(trial.values == std::vector{trial.param("x")->internal * 2});
    }
  }
  TEST_CASE("a trial that the objective calls pruned or failed is that, with its cause") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    optimize(
        study,
        [](auto& trial) -> Result {
          if (trial.number() == 0) return Result::failed("no luck");
          if (trial.number() == 1) return Result::pruned("not worth it");
          return 1.0;
        },
        3);
    CHECK(study.trials()[0].state == TrialState::failed);
    CHECK(storage::cause_of(study.trials()[0]) == "no luck");
    CHECK(study.trials()[1].state == TrialState::pruned);
    CHECK(storage::cause_of(study.trials()[1]) == "not worth it");
    CHECK(study.trials()[2].state == TrialState::complete);
  }
  TEST_CASE("the pruner judges what was reported") {
    MemoryStorage storage;
    Study study(storage, {}, plain, AnySampler{}, make_pruner({.name = "asha"}));
    optimize(
        study,
        [](auto& trial) -> Result {
          trial.report(1, static_cast<double>(trial.number()));
          if (trial.should_prune()) return Result::pruned();
          return 1.0;
        },
        2);
    CHECK(study.trials()[0].state == TrialState::complete);
    CHECK(study.trials()[1].state == TrialState::pruned);
    CHECK(study.trials()[1].values == std::vector{1.0});
  }
  TEST_CASE("a value that is no number fails the trial and says so") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    optimize(
        study, [](auto&) { return std::numeric_limits<double>::quiet_NaN(); }, 1);
    CHECK(study.trials()[0].state == TrialState::failed);
    CHECK(storage::cause_of(study.trials()[0]) == "the objective is nan");
  }
  TEST_CASE("an exception fails its trial and ends the loop") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    const auto throws = [](auto&) -> double { throw std::runtime_error("boom"); };
    CHECK_THROWS_WITH_AS(optimize(study, throws, 5), "boom", std::runtime_error);
    REQUIRE(study.trials().size() == 1);
    CHECK(study.trials()[0].state == TrialState::failed);
    CHECK(storage::cause_of(study.trials()[0]) == "boom");
  }
  TEST_CASE("asked to keep going, the loop goes on after an exception") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    const auto throws = [](auto&) -> double { throw std::runtime_error("boom"); };
    CHECK(optimize(study, throws, 2, {.keep_going = true}) == StopReason::trials);
    CHECK(study.trials().size() == 2);
  }
  TEST_CASE("no trial begins after the time is up") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    const auto slow = [](auto&) {
      ::usleep(20000);
      return 1.0;
    };
    CHECK(optimize(study, slow, 1000, {.timeout = std::chrono::milliseconds(50)}) == StopReason::timed_out);
    CHECK(study.trials().size() < 20);
  }
}

}  // namespace
}  // namespace hpo::search

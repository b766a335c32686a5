// Mirrors include/hpo/sweep/optimize.hpp: a function that crashes in every way a function can.
#include <hpo/sweep/optimize.hpp>

#include <csignal>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include <hpo/core/file.hpp>
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/optimize.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>
#include <hpo/storage/sqlite_storage.hpp>

#include <hpo/testing/observer_contract.hpp>

#include "../check.hpp"

namespace hpo::sweep {
namespace {

using search::StopReason;
using storage::TrialState;

const space::SearchSpace unit{{{"x", space::FloatDistribution{0, 1}}}};

static_assert(IsolatedObjective<decltype([](auto& trial) { return trial.real("x"); })>);
static_assert(IsolatedObjective<decltype([](RemoteTrial&) -> search::Result { return {1.0, 2.0}; })>);
static_assert(!IsolatedObjective<decltype([](RemoteTrial&) { return std::string("1"); })>);

TEST_SUITE("sweep/optimize") {
  TEST_CASE("a call that crashes fails its trial with its cause, and the search goes on") {
    const test::TemporaryFolder folder;
    storage::SqliteStorage storage((folder / "study.db").string());
    search::Study study(storage, {.seed = 3}, unit);
    const auto fragile = [](auto& trial) -> double {
      switch (trial.number()) {
        case 0:
          ::raise(SIGSEGV);
          break;
        case 1:
          ::_exit(7);
        case 2:
          throw std::runtime_error("no solution");
        case 3:
          throw std::bad_alloc();
        case 4:
          std::abort();
        case 5:
          throw 5;  // NOLINT: what is no std::exception
        default:
          break;
      }
      return trial.real("x");
    };
    test::RecordingObserver observer;
    CHECK(optimize(study, fragile, {.total = 12, .parallel = 2, .trials_folder = folder / "trials"}, observer) ==
          StopReason::trials);
    const auto trials = study.trials();
    REQUIRE(trials.size() == 12);
    const char* causes[] = {"signal 11",     "code 7",   "no solution",
                            "out of memory", "signal 6", "is not a std::exception"};
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(trials[i].state == TrialState::failed);
      CHECK_MESSAGE(storage::cause_of(trials[i]).find(causes[i]) != std::string::npos, storage::cause_of(trials[i]));
    }
    for (std::size_t i = 6; i < 12; ++i) {
      CHECK(trials[i].state == TrialState::complete);
      CHECK(trials[i].values == std::vector{trials[i].param("x")->internal});
    }
    CHECK(observer.finished);
    CHECK(observer.ended.size() == 12);
    CHECK(std::filesystem::exists(folder / "trials" / "0003" / "log.txt"));
  }
  TEST_CASE("memory that the system does not give fails the trial, not the search") {
    storage::MemoryStorage storage;
    search::Study study(storage, {}, unit);
    const auto greedy = [](auto& trial) {
      if (trial.number() == 0) {
        const rlimit limit{1UL << 32, 1UL << 32};
        ::setrlimit(RLIMIT_AS, &limit);
        std::vector<char> much(std::size_t{1} << 40);
        return static_cast<double>(much[0]);
      }
      return trial.real("x");
    };
    optimize(study, greedy, {.total = 2});
    CHECK(storage::cause_of(study.trials()[0]) == "out of memory");
    CHECK(study.trials()[1].state == TrialState::complete);
  }
  TEST_CASE("the same objective serves search::optimize, and reports, prunes and fails alike") {
    const auto objective = [](auto& trial) -> search::Result {
      trial.set_user_attr("pid", storage::json_text(std::int64_t{::getpid()}));
      for (int step = 1; step <= 3; ++step) {
        trial.report(step, static_cast<double>(trial.number() % 4));
        if (trial.should_prune()) return search::Result::pruned("not worth it");
      }
      if (trial.number() == 4) return search::Result::failed("no luck");
      return trial.has("x") ? trial.real("x") : -1;
    };
    const auto study_of = [](storage::MemoryStorage& storage) {
      return search::Study(storage, {.seed = 4}, unit, search::AnySampler{}, search::make_pruner({.name = "asha"}));
    };
    storage::MemoryStorage here, there;
    auto local = study_of(here), remote = study_of(there);
    CHECK(search::optimize(local, objective, 8) == optimize(remote, objective, {.total = 8}));
    REQUIRE(local.trials().size() == remote.trials().size());
    for (std::size_t i = 0; i < 8; ++i) {
      const auto &a = local.trials()[i], &b = remote.trials()[i];
      CHECK(a.state == b.state);
      CHECK(a.values == b.values);
      CHECK(a.intermediate == b.intermediate);
      CHECK(storage::cause_of(a) == storage::cause_of(b));
      CHECK(a.user_attrs.at("pid") == std::to_string(::getpid()));
      CHECK(b.user_attrs.at("pid") != std::to_string(::getpid()));
    }
    CHECK(remote.trials()[1].state == TrialState::pruned);
    CHECK(remote.trials()[4].state == TrialState::failed);
  }
  TEST_CASE("several objectives, constraints of the trial's own, and a warning that nobody can prune") {
    storage::MemoryStorage storage;
    search::Study study(storage, {.directions = {search::Direction::minimize, search::Direction::maximize}}, unit);
    test::RecordingObserver observer;
    const auto objective = [](auto& trial) -> search::Result {
      trial.report(1, 0.5);
      trial.set_constraint("even", trial.number() % 2 == 0 ? -1 : 1);
      return {trial.real("x"), 1 - trial.real("x")};
    };
    CHECK(optimize(study, objective, {.total = 4, .parallel = 2}, observer) == StopReason::trials);
    for (const auto& trial : study.trials()) {
      REQUIRE(trial.values.size() == 2);
      CHECK(trial.values[0] + trial.values[1] == doctest::Approx(1));
    }
    for (const auto& trial : study.best_trials()) CHECK(trial.number % 2 == 0);
    CHECK(observer.warnings.find("no trial is pruned: study.reported_metric") == 0);
    CHECK(observer.warnings.find('\n') == observer.warnings.size() - 1);  // said once
  }
  TEST_CASE("it ends for each of the reasons that options name") {
    const auto run = [](auto objective, const LoopOptions& options) {
      storage::MemoryStorage storage;
      search::Study study(storage, {.seed = 1}, unit);
      return optimize(study, objective, options);
    };
    const auto good = [](auto& trial) { return trial.real("x"); };
    CHECK(run(good, {.total = 3}) == StopReason::trials);
    CHECK(run(good, {.more = 2}) == StopReason::trials);
    CHECK(run(good, {.total = 1000, .stop = {.target = 0.9}}) == StopReason::target);
    CHECK(run(good, {.total = 1000, .stop = {.patience = 5}}) == StopReason::stalled);
    CHECK(run(good, {.total = 1000, .timeout_s = 0.05}) == StopReason::timed_out);
    CHECK(run([](auto&) -> double { ::_exit(1); }, {.total = 1000, .failure_limit = 0.5}) ==
          StopReason::too_many_failed);
    storage::MemoryStorage storage;
    search::Study study(storage, {}, {{{"flag", space::CategoricalDistribution{{true, false}}}}});
    CHECK(optimize(study, [](auto& trial) { return trial.flag("flag") ? 1.0 : 0.0; }, {.total = 1000}) ==
          StopReason::exhausted);
    CHECK(study.trials().size() == 2);
  }
  TEST_CASE("what was sampled and not read is said, once for each name") {
    storage::MemoryStorage storage;
    search::Study study(storage, {}, {{{"x", space::FloatDistribution{0, 1}}, {"y", space::FloatDistribution{0, 1}}}});
    test::RecordingObserver observer;
    optimize(
        study, [](auto& trial) { return trial.real("x"); }, {.total = 3}, observer);
    CHECK(observer.warnings == "trial 0: y: sampled, but nothing read it: it is searched in vain\n");
    test::RecordingObserver silent;
    optimize(
        study, [](auto& trial) { return static_cast<double>(trial.params().size()); }, {.more = 1}, silent);
    CHECK(silent.warnings.empty());
    CHECK(silent.started->trials_before == 3);
    CHECK(silent.started->best_before->value == study.best()->values[0]);
  }
}

}  // namespace
}  // namespace hpo::sweep

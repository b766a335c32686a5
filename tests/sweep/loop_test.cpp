// Mirrors include/hpo/sweep/loop.hpp: real processes, a real SQLite file, real signals.
#include <hpo/core/file.hpp>
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/sqlite_storage.hpp>
#include <hpo/sweep/loop.hpp>
#include <hpo/testing/observer_contract.hpp>

#include "../check.hpp"
#include "wait_for.hpp"

#include <chrono>
#include <cstdlib>
#include <limits>
#include <set>
#include <thread>

#include <sys/wait.h>

namespace hpo::sweep {
namespace {

using storage::TrialState;

const space::SearchSpace unit{{{"x", space::FloatDistribution{0, 1}}}};

using TestStudy = search::Study<storage::SqliteStorage>;

struct Bench {
  test::TemporaryFolder folder;
  storage::SqliteStorage storage{(folder / "study.db").string()};
  TestStudy study{storage, {.name = "s", .direction = storage::Direction::maximize, .seed = 1}, unit};
  NoObserver view;

  LoopOptions options(std::int64_t total, std::int64_t parallel) {
    return {.total = total, .parallel = parallel, .trials_folder = folder / "trials", .keep = 1};
  }
};

// Reports once and ends with the value x, writing a "model" if asked.
void good_trial(const search::Trial& trial, TrialLink& link, const std::filesystem::path& folder) {
  const double x = trial.real("x");
  if (link.report({.evaluation = 1, .evaluations = 1, .value = x}) != Answer::go_on) return;
  const bool keep = link.end({.end = TrialEnd::complete, .values = {x}, .best_evaluation = 1, .metrics = {{"f1", x}}});
  if (!keep) return;
  const auto model = BestModels(folder, 1).model(trial.number());
  AtomicFile::write(model / "config.json", "{}");
  link.say(ExportMessage{model.string()});
}

std::size_t count(TestStudy& study, TrialState state) {
  std::size_t n = 0;
  for (const auto& trial : study.trials()) n += trial.state == state;
  return n;
}

TEST_SUITE("sweep/loop") {
  TEST_CASE("runs as many trials as asked, two at once, and keeps the best model alone") {
    Bench bench;
    Loop loop(bench.study, bench.options(12, 2), bench.view,
              [&](const search::Trial& trial, TrialLink& link) { good_trial(trial, link, bench.folder / "trials"); });
    CHECK(loop.run() == search::StopReason::trials);
    CHECK(count(bench.study, TrialState::complete) == 12);
    const auto best = bench.study.best();
    REQUIRE(best);
    CHECK(best->intermediate.at(1) == best->values[0]);
    CHECK(best->user_attrs.at("f1") == storage::json_text(best->values[0]));
    CHECK(best->user_attrs.at("best_evaluation") == "1");
    std::set<std::string> models;
    for (const auto& entry : std::filesystem::directory_iterator(bench.folder / "trials"))
      if (std::filesystem::exists(entry.path() / "model")) models.insert(entry.path().filename().string());
    CHECK(models == std::set<std::string>{BestModels("", 1).folder(best->number).string()});
  }
  TEST_CASE("a study that has its trials is done; more can be asked for") {
    Bench bench;
    const auto body = [&](const search::Trial& trial, TrialLink& link) {
      good_trial(trial, link, bench.folder / "trials");
    };
    CHECK(Loop(bench.study, bench.options(3, 2), bench.view, body).run() == search::StopReason::trials);
    CHECK(Loop(bench.study, bench.options(3, 2), bench.view, body).run() == search::StopReason::trials);
    CHECK(bench.study.trials().size() == 3);
    auto more = bench.options(3, 1);
    more.more = 2;
    CHECK(Loop(bench.study, more, bench.view, body).run() == search::StopReason::trials);
    CHECK(bench.study.trials().size() == 5);
  }
  TEST_CASE("trials that crash, hang up or fail are failed with their cause, and the sweep goes on to its limit") {
    Bench bench;
    auto options = bench.options(20, 2);
    options.failure_limit = 0.5;
    Loop loop(bench.study, options, bench.view, [](const search::Trial& trial, TrialLink& link) {
      if (trial.number() % 3 == 0) ::raise(SIGSEGV);
      if (trial.number() % 3 == 1) ::_exit(7);
      (void)link.end({.end = TrialEnd::failed, .cause = "loss is NaN"});
    });
    CHECK(loop.run() == search::StopReason::too_many_failed);
    const auto trials = bench.study.trials();
    CHECK(trials.size() >= 5);
    CHECK(trials.size() <= 7);
    for (const auto& trial : trials) {
      CHECK(trial.state == TrialState::failed);
      const std::string& cause = trial.user_attrs.at(std::string(storage::keys::cause));
      const char* expected = trial.number % 3 == 0 ? "signal 11" : trial.number % 3 == 1 ? "code 7" : "loss is NaN";
      CHECK_MESSAGE(cause.find(expected) != std::string::npos, cause);
    }
  }
  TEST_CASE("a trial that fails after its result was taken, writing its model, ends; the result stands") {
    Bench bench;
    Loop loop(bench.study, bench.options(2, 1), bench.view, [](const search::Trial&, TrialLink& link) {
      (void)link.end({.end = TrialEnd::complete, .values = {0.5}, .best_evaluation = 1});
      (void)link.end({.end = TrialEnd::failed, .cause = "no space left on device"});
    });
    CHECK(loop.run() == search::StopReason::trials);
    CHECK(count(bench.study, TrialState::complete) == 2);
  }
  TEST_CASE("no trial starts after the time is up, and those that run are finished") {
    Bench bench;
    auto options = bench.options(1000, 2);
    options.timeout_s = 0.3;
    Loop loop(bench.study, options, bench.view, [&](const search::Trial& trial, TrialLink& link) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      good_trial(trial, link, bench.folder / "trials");
    });
    CHECK(loop.run() == search::StopReason::timed_out);
    CHECK(count(bench.study, TrialState::complete) == bench.study.trials().size());
    CHECK(bench.study.trials().size() >= 2);
    CHECK(bench.study.trials().size() < 20);
  }
  TEST_CASE("asked once to stop it finishes what runs; asked twice it stops at once and loses nothing finished") {
    struct Impatient : NoObserver {
      int requests = 0;
      void trial_started(std::int64_t number, const space::Assignment&) {
        for (int i = 0; number == 3 && i < requests; ++i) ::raise(SIGINT);
      }
    };
    for (const int requests : {1, 2}) {
      Bench bench;
      Impatient user;
      user.requests = requests;
      Loop loop(bench.study, bench.options(1000, 2), user, [&](const search::Trial& trial, TrialLink& link) {
        while (requests == 2 && trial.number() >= 2) ::pause();
        good_trial(trial, link, bench.folder / "trials");
      });
      CHECK(loop.run() == search::StopReason::stopped);
      CHECK(bench.study.trials().size() == 4);
      CHECK(count(bench.study, TrialState::complete) == (requests == 1 ? 4 : 2));
      std::size_t interrupted = 0;
      for (const auto& trial : bench.study.trials())
        interrupted += trial.user_attrs.contains(std::string(storage::keys::interrupted));
      CHECK(interrupted == (requests == 1 ? 0 : 2));
    }
  }
  TEST_CASE("the observer is told everything, in order; a pruned trial shows its last value") {
    const test::TemporaryFolder folder;
    storage::SqliteStorage storage((folder / "study.db").string());
    search::Study study(storage, {.direction = storage::Direction::maximize}, unit, search::AnySampler{},
                        search::make_pruner({.name = "asha"}));
    test::RecordingObserver observer;
    observer.sweep_started({});
    Loop loop(study, {.total = 6, .parallel = 1}, observer, [](const search::Trial& trial, TrialLink& link) {
      if (trial.number() == 4) ::_exit(3);
      TrialEnd end = TrialEnd::complete;
      const double value = trial.number() == 5 ? -1 : 1;
      for (int evaluation = 1; evaluation <= 3 && end == TrialEnd::complete; ++evaluation)
        if (link.report({.evaluation = evaluation, .evaluations = 3, .value = value}) == Answer::prune)
          end = TrialEnd::pruned;
      (void)link.end({.end = end, .values = {value}});
    });
    CHECK(loop.run() == search::StopReason::trials);
    CHECK(observer.running.empty());
    CHECK(observer.ticks > 0);
    REQUIRE(observer.ended.size() == 6);
    CHECK(observer.ended[0].end == TrialEnd::complete);
    CHECK(observer.ended[0].value == 1.0);
    CHECK(observer.ended[4].end == TrialEnd::failed);
    CHECK(!observer.ended[4].value);
    CHECK(observer.ended[4].cause.find("code 3") != std::string::npos);
    CHECK(observer.ended[5].end == TrialEnd::pruned);
    CHECK(observer.ended[5].value == -1.0);
    CHECK(study.trials()[5].state == TrialState::pruned);
  }
  TEST_CASE("a value that is no number, or one too many, is no result") {
    Bench bench;
    test::RecordingObserver observer;
    observer.sweep_started({});
    Loop loop(bench.study, bench.options(2, 1), observer, [](const search::Trial& trial, TrialLink& link) {
      const double infinity = std::numeric_limits<double>::infinity();
      const auto values = trial.number() == 0 ? std::vector{infinity} : std::vector{1.0, 2.0};
      if (link.end({.end = TrialEnd::complete, .values = values})) ::abort();  // asks for no model
    });
    CHECK(loop.run() == search::StopReason::trials);
    CHECK(storage::cause_of(bench.study.trials()[0]) == "the objective is inf");
    CHECK(storage::cause_of(bench.study.trials()[1]) == "expected 1 value, got 2");
    CHECK(observer.ended[0].end == TrialEnd::failed);
    CHECK(observer.ended[1].end == TrialEnd::failed);
  }
  TEST_CASE("a sweep that was killed is continued: finished trials count, the dead ones are reaped and done again") {
    const test::TemporaryFolder folder;
    const auto url = (folder / "study.db").string();
    const auto sweep = [&](int total, bool hang) {
      storage::SqliteStorage storage(url);
      TestStudy study(storage, {.name = "s", .direction = storage::Direction::maximize, .seed = 1}, unit);
      study.reap_dead();
      NoObserver view;
      Loop loop(study, {.total = total, .parallel = 2, .trials_folder = folder / "trials", .keep = 1}, view,
                [&](const search::Trial& trial, TrialLink& link) {
                  while (hang && trial.number() >= 4) ::pause();
                  good_trial(trial, link, folder / "trials");
                });
      return loop.run();
    };
    const pid_t child = ::fork();
    if (child == 0) {
      (void)sweep(10, true);
      ::_exit(0);
    }
    const auto running = [&]() -> std::size_t {  // of the two that hang
      storage::SqliteStorage storage(url);
      TestStudy study(storage, {.name = "s", .direction = storage::Direction::maximize}, unit);
      return study.trials().size() == 6 ? count(study, TrialState::running) : 0;
    };
    test::wait_for([&] { return running() == 2; });
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);

    CHECK(sweep(10, false) == search::StopReason::trials);
    storage::SqliteStorage storage(url);
    TestStudy study(storage, {.name = "s", .direction = storage::Direction::maximize, .seed = 1}, unit);
    CHECK(count(study, TrialState::complete) == 10);
    CHECK(count(study, TrialState::running) == 0);
    CHECK(count(study, TrialState::failed) == 2);
  }
}

}  // namespace
}  // namespace hpo::sweep

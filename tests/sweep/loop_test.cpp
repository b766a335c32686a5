// Mirrors include/hpo/sweep/loop.hpp: real processes, a real SQLite file, real signals.
#include <hpo/core/file.hpp>
#include <hpo/storage/sqlite_storage.hpp>
#include <hpo/sweep/loop.hpp>
#include "../check.hpp"

#include <chrono>
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
  report::ProgressView view{{.quiet = true}};

  LoopOptions options(std::int64_t total, std::int64_t parallel) {
    return {.total = total, .parallel = parallel, .trials_folder = folder / "trials"};
  }
};

// Reports once and ends with the value x, writing a "model" if asked.
void good_trial(const search::Trial& trial, TrialLink& link, const std::filesystem::path& folder) {
  const double x = trial.real("x");
  if (!link.report({.step = 1, .steps = 1, .value = x})) return;
  const bool keep =
      link.end({.outcome = EndMessage::Outcome::complete, .value = x, .best_step = 1, .metrics = {{"f1", x}}});
  if (!keep) return;
  const auto model = BestModels(folder, 1).model(trial.number());
  AtomicFile::write(model / "config.json", "{}");
  link.exported({model.string()});
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
    CHECK(loop.run() == report::Verdict::complete);
    CHECK(count(bench.study, TrialState::complete) == 12);
    const auto best = bench.study.best();
    REQUIRE(best);
    CHECK(best->intermediate.at(1) == best->values[0]);
    CHECK(best->user_attrs.at("f1") == storage::json_text(best->values[0]));
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
    CHECK(Loop(bench.study, bench.options(3, 2), bench.view, body).run() == report::Verdict::complete);
    CHECK(Loop(bench.study, bench.options(3, 2), bench.view, body).run() == report::Verdict::complete);
    CHECK(bench.study.trials().size() == 3);
    auto more = bench.options(3, 1);
    more.more = 2;
    CHECK(Loop(bench.study, more, bench.view, body).run() == report::Verdict::complete);
    CHECK(bench.study.trials().size() == 5);
  }
  TEST_CASE("trials that crash, hang up or fail are failed with their cause, and the sweep goes on to its limit") {
    Bench bench;
    auto options = bench.options(20, 2);
    options.failure_limit = 0.5;
    Loop loop(bench.study, options, bench.view, [](const search::Trial& trial, TrialLink& link) {
      if (trial.number() % 3 == 0) ::raise(SIGSEGV);
      if (trial.number() % 3 == 1) ::_exit(7);
      (void)link.end({.outcome = EndMessage::Outcome::failed, .cause = "loss is NaN"});
    });
    CHECK(loop.run() == report::Verdict::too_many_failed);
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
      (void)link.end({.outcome = EndMessage::Outcome::complete, .value = 0.5, .best_step = 1});
      (void)link.end({.outcome = EndMessage::Outcome::failed, .cause = "no space left on device"});
    });
    CHECK(loop.run() == report::Verdict::complete);
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
    CHECK(loop.run() == report::Verdict::timed_out);
    CHECK(count(bench.study, TrialState::complete) == bench.study.trials().size());
    CHECK(bench.study.trials().size() >= 2);
    CHECK(bench.study.trials().size() < 20);
  }
  TEST_CASE("asked once to stop it finishes what runs; asked twice it stops at once and loses nothing finished") {
    for (const int requests : {1, 2}) {
      Bench bench;
      Loop loop(bench.study, bench.options(1000, 2), bench.view, [&](const search::Trial& trial, TrialLink& link) {
        if (trial.number() >= 2) std::this_thread::sleep_for(std::chrono::milliseconds(requests == 1 ? 1500 : 60'000));
        good_trial(trial, link, bench.folder / "trials");
      });
      std::jthread user([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(600));
        for (int i = 0; i < requests; ++i) {
          ::kill(::getpid(), SIGINT);
          std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
      });
      CHECK(loop.run() == report::Verdict::stopped);
      CHECK(bench.study.trials().size() == 4);
      CHECK(count(bench.study, TrialState::complete) == (requests == 1 ? 4 : 2));
      std::size_t interrupted = 0;
      for (const auto& trial : bench.study.trials())
        interrupted += trial.user_attrs.contains(std::string(storage::keys::interrupted));
      CHECK(interrupted == (requests == 1 ? 0 : 2));
    }
  }
  TEST_CASE("a sweep that was killed is continued: finished trials count, the dead ones are reaped and done again") {
    const test::TemporaryFolder folder;
    const auto url = (folder / "study.db").string();
    const auto sweep = [&](int total, bool hang) {
      storage::SqliteStorage storage(url);
      TestStudy study(storage, {.name = "s", .direction = storage::Direction::maximize, .seed = 1}, unit);
      study.reap_dead();
      report::ProgressView view({.quiet = true});
      Loop loop(study, {.total = total, .parallel = 2, .trials_folder = folder / "trials"}, view,
                [&](const search::Trial& trial, TrialLink& link) {
                  if (hang && trial.number() >= 4) std::this_thread::sleep_for(std::chrono::seconds(60));
                  good_trial(trial, link, folder / "trials");
                });
      return loop.run();
    };
    const pid_t child = ::fork();
    if (child == 0) {
      (void)sweep(10, true);
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // its children die of the parent-death signal

    CHECK(sweep(10, false) == report::Verdict::complete);
    storage::SqliteStorage storage(url);
    TestStudy study(storage, {.name = "s", .direction = storage::Direction::maximize, .seed = 1}, unit);
    CHECK(count(study, TrialState::complete) == 10);
    CHECK(count(study, TrialState::running) == 0);
    CHECK(count(study, TrialState::failed) == 2);
  }
}

}  // namespace
}  // namespace hpo::sweep

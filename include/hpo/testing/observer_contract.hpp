#pragma once
/// \file  What every SweepObserver promises, obeys_observer_contract(observer), and what the loop promises it,
/// RecordingObserver.
/// Layer `testing`. No torch.

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include <hpo/sweep/sweep_observer.hpp>

#include <hpo/testing/check.hpp>

namespace hpo::testing {

/// A sweep at its worst: the observer takes all of it, soon, and throws nothing. What it is given does not outlive the
/// call.
template <sweep::SweepObserver O>
void obeys_observer_contract(O& observer) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto began = std::chrono::steady_clock::now();
  const auto run = [&] {
    observer.sweep_started({.study = std::string("two\nlines \xff"), .trials = 0, .timeout_s = 0.0});
    for (std::int64_t number = 0; number < 200; ++number) {
      observer.trial_started(number, space::Assignment{{"x", nan}, {"word", std::string("\x1b[2J\n")}});
      observer.tick();
    }
    for (std::int64_t number = 199; number >= 0; --number) {
      observer.trial_evaluated(number, {.evaluation = 1, .evaluations = 0, .value = nan, .train_loss = infinity});
      observer.trial_finished({.number = number,
                               .end = number % 2 == 0 ? TrialEnd::failed : TrialEnd::complete,
                               .value = number % 3 == 0 ? std::nullopt : std::optional(-infinity),
                               .cause = std::string("a\nb\xff")});
    }
    observer.trial_started(1000, {});  // stopped while it runs: it is never finished
    observer.note("");
    observer.warning(std::string("\r\n\xff"));
    observer.finish();
  };
  DOCTEST_CHECK_NOTHROW(run());
  DOCTEST_CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
}

/// Counts what it is told, and checks that the loop tells it in order.
class RecordingObserver {
 public:
  void sweep_started(const report::StudyInfo& info) {
    DOCTEST_CHECK(!started);
    started = info;
  }
  void trial_started(std::int64_t number, const space::Assignment& params) {
    DOCTEST_CHECK(started);
    DOCTEST_CHECK(!finished);
    DOCTEST_CHECK(!params.empty());
    DOCTEST_CHECK(running.emplace(number, 0).second);
    DOCTEST_CHECK(!ended.contains(number));
  }
  void trial_evaluated(std::int64_t number, const Evaluation& evaluation) {
    DOCTEST_REQUIRE(running.contains(number));
    DOCTEST_CHECK(evaluation.evaluation > running[number]);
    running[number] = evaluation.evaluation;
  }
  void trial_finished(const report::TrialFinished& event) {
    DOCTEST_CHECK(running.erase(event.number) == 1);
    DOCTEST_CHECK(ended.emplace(event.number, event).second);
    DOCTEST_CHECK(event.seconds >= 0);
  }
  void note(const std::string& text) { notes += text + "\n"; }
  void warning(const std::string& text) { warnings += text + "\n"; }
  void tick() { ++ticks; }
  void finish() {
    DOCTEST_CHECK(started);
    DOCTEST_CHECK(!finished);
    finished = true;
  }

  std::optional<report::StudyInfo> started{};
  bool finished = false;
  std::int64_t ticks = 0;
  std::map<std::int64_t, std::int64_t> running{};         // and their last evaluation
  std::map<std::int64_t, report::TrialFinished> ended{};  // by number
  std::string notes{}, warnings{};
};
static_assert(sweep::SweepObserver<RecordingObserver>);

}  // namespace hpo::testing

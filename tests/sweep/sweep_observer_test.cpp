// Mirrors include/hpo/sweep/sweep_observer.hpp; ProgressView, which may not know sweep, proves itself here.
#include <hpo/sweep/sweep_observer.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <hpo/report/terminal.hpp>

#include <hpo/testing/observer_contract.hpp>

#include "../check.hpp"

namespace hpo::sweep {
namespace {

static_assert(SweepObserver<report::ProgressView>);
static_assert(SweepObserver<report::ProgressView&>);
static_assert(!SweepObserver<int>);

// The least that the concept asks for: no more than what it names, nothing returned.
struct Least {
  Least() = default;
  Least(const Least&) = delete;
  Least& operator=(const Least&) = delete;
  void sweep_started(const report::StudyInfo&) { ++calls; }
  void trial_started(std::int64_t, const space::Assignment&) { ++calls; }
  void trial_evaluated(std::int64_t, const Evaluation&) { ++calls; }
  void trial_finished(const report::TrialFinished&) { ++calls; }
  void note(const std::string&) { ++calls; }
  void warning(const std::string&) { ++calls; }
  void tick() { ++calls; }
  void finish() { ++calls; }
  int calls = 0;
};
static_assert(SweepObserver<Least>);

struct Deaf : NoObserver {  // takes no warning
  void warning() {}
};
static_assert(!SweepObserver<Deaf>);

TEST_SUITE("sweep/sweep_observer") {
  TEST_CASE("the least observer is told everything") {
    Least least;
    test::obeys_observer_contract(least);
    CHECK(least.calls == 1 + 3 * 200 + 200 + 4);
  }
  TEST_CASE("the observer that does nothing keeps the contract") {
    NoObserver none;
    test::obeys_observer_contract(none);
  }
  TEST_CASE("progress keeps the contract in each of its forms") {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (const bool in_place : {false, true})
      for (const auto log : {report::LogFormat::text, report::LogFormat::json})
        for (const bool quiet : {false, true}) {
          report::ProgressView view({.log = log, .quiet = quiet}, report::now,
                                    report::Console(nowhere, {.in_place = in_place}));
          test::obeys_observer_contract(view);
        }
    ::close(nowhere);
  }
}

}  // namespace
}  // namespace hpo::sweep

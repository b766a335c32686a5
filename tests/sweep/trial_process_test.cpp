// Mirrors include/hpo/sweep/trial_process.hpp and messages.hpp.
#include <hpo/core/file.hpp>
#include <hpo/sweep/trial_process.hpp>
#include "../check.hpp"

#include <limits>
#include <vector>

#include <poll.h>

namespace hpo::sweep {
namespace {

// Runs a trial to its end; answers every question with `reply`. \return the lines it sent and its exit status.
std::pair<std::vector<std::string>, int> run(const TrialProcess::Body& body, Reply reply,
                                             const std::filesystem::path& log) {
  TrialProcess process = TrialProcess::start(log, body);
  std::vector<std::string> lines;
  for (bool open = true; open;) {
    pollfd ready{process.socket(), POLLIN, 0};
    ::poll(&ready, 1, 10'000);
    open = process.read_lines([&](std::string_view line) {
      lines.emplace_back(line);
      process.answer(reply);
    });
  }
  return {lines, process.wait()};
}

TEST_SUITE("sweep/trial_process") {
  TEST_CASE("messages survive the way, NaN and infinities and broken UTF-8 included") {
    const test::TemporaryFolder folder;
    const auto [lines, status] = run(
        [](TrialLink& link) {
          if (!link.report(
                  {.step = 2, .steps = 5, .value = 0.1 + 0.2, .train_loss = std::numeric_limits<double>::infinity()}))
            return;
          (void)link.end({.outcome = EndMessage::Outcome::complete,
                          .cause = "a\nb\xff",
                          .best_step = 2,
                          .metrics = {{"f1", 0.5}}});
        },
        Reply::go_on, folder / "log");
    REQUIRE(lines.size() == 2);
    CHECK(status == 0);
    int seen = 0;
    struct Visitor {
      int& seen;
      void operator()(const EpochMessage& m) {
        ++seen;
        CHECK(m.value == 0.1 + 0.2);  // the same bits
        CHECK(m.train_loss == std::numeric_limits<double>::infinity());
      }
      void operator()(const EndMessage& m) {
        ++seen;
        CHECK(std::isnan(m.value));
        CHECK(m.cause == "a\nb\xEF\xBF\xBD");
        CHECK(m.metrics.at("f1") == 0.5);
      }
      void operator()(const ExportMessage&) { FAIL("no export was sent"); }
    };
    for (const auto& line : lines) visit_message(line, Visitor{seen});
    CHECK(seen == 2);
    CHECK_THROWS_AS(visit_message("{\"say\": 3}", Visitor{seen}), Error);
    CHECK_THROWS_AS(visit_message("garbage", Visitor{seen}), Error);
  }
  TEST_CASE("the pruner's verdict reaches the trial") {
    const test::TemporaryFolder folder;
    const auto [lines, status] = run(
        [](TrialLink& link) {
          for (int step = 1; link.report({.step = step, .steps = 9}); ++step) {
          }
        },
        Reply::prune, folder / "log");
    CHECK(lines.size() == 1);
    CHECK(status == 0);
  }
  TEST_CASE("a trial that crashes takes nobody with it and its cause is told") {
    const test::TemporaryFolder folder;
    const auto crash = run([](TrialLink&) { ::raise(SIGSEGV); }, Reply::go_on, folder / "log");
    CHECK(describe_exit(crash.second).find("signal 11 (Segmentation fault)") != std::string::npos);
    const auto killed = run([](TrialLink&) { ::raise(SIGKILL); }, Reply::go_on, folder / "log");
    CHECK(describe_exit(killed.second).find("out of memory") != std::string::npos);
    const auto code = run([](TrialLink&) { ::_exit(7); }, Reply::go_on, folder / "log");
    CHECK(describe_exit(code.second) == "the trial's process ended with code 7 and no result");
  }
  TEST_CASE("what a trial prints goes to its log") {
    const test::TemporaryFolder folder;
    (void)run([](TrialLink&) { ::dprintf(2, "hello\n"); }, Reply::go_on, folder / "log");
    CHECK(read_file<Error>(folder / "log") == "hello\n");
  }
  TEST_CASE("destroying the handle kills the process") {
    const test::TemporaryFolder folder;
    pid_t pid = 0;
    {
      const TrialProcess process = TrialProcess::start(folder / "log", [](TrialLink&) { ::pause(); });
      pid = process.pid();
      CHECK(::kill(pid, 0) == 0);
    }
    CHECK(::kill(pid, 0) != 0);
  }
}

}  // namespace
}  // namespace hpo::sweep

// Mirrors include/hpo/sweep/trial_process.hpp.
#include <hpo/core/file.hpp>
#include <hpo/sweep/trial_process.hpp>
#include "../check.hpp"

#include <vector>

#include <poll.h>

namespace hpo::sweep {
namespace {

// Runs a trial to its end; answers an evaluation with `answer` and the end with `keep`. \return the lines it sent and
// its exit status.
std::pair<std::vector<std::string>, int> run(const TrialProcess::Body& body, Answer answer,
                                             const std::filesystem::path& log, bool keep = false) {
  TrialProcess process = TrialProcess::start(log, body);
  std::vector<std::string> lines;
  for (bool open = true; open;) {
    pollfd ready{process.socket(), POLLIN, 0};
    ::poll(&ready, 1, 10'000);
    open = process.read_lines([&](std::string_view line) {
      lines.emplace_back(line);
      if (line.find("\"say\":\"end\"") != std::string_view::npos)
        process.answer_end(keep);
      else if (line.find("\"say\":\"evaluation\"") != std::string_view::npos)
        process.answer(answer);
    });
  }
  return {lines, process.wait()};
}

TEST_SUITE("sweep/trial_process") {
  TEST_CASE("the sweep's answer to an evaluation reaches the trial, whatever it is") {
    const test::TemporaryFolder folder;
    for (const Answer answer : {Answer::go_on, Answer::prune, Answer::stop}) {
      const auto [lines, status] = run(
          [](TrialLink& link) {
            ::_exit(10 + static_cast<int>(link.report({.evaluation = 1, .evaluations = 9, .value = 0.5})));
          },
          answer, folder / "log");
      CHECK(lines.size() == 1);
      CHECK(WEXITSTATUS(status) == 10 + static_cast<int>(answer));
    }
  }
  TEST_CASE("so does the answer to its end") {
    const test::TemporaryFolder folder;
    for (const bool keep : {false, true}) {
      const auto [lines, status] = run([](TrialLink& link) { ::_exit(link.end({.cause = "x"}) ? 21 : 20); },
                                       Answer::go_on, folder / "log", keep);
      CHECK(lines.size() == 1);
      CHECK(WEXITSTATUS(status) == (keep ? 21 : 20));
    }
  }
  TEST_CASE("a trial that crashes takes nobody with it and its cause is told") {
    const test::TemporaryFolder folder;
    const auto crash = run([](TrialLink&) { ::raise(SIGSEGV); }, Answer::go_on, folder / "log");
    CHECK(describe_exit(crash.second).find("signal 11 (Segmentation fault)") != std::string::npos);
    const auto killed = run([](TrialLink&) { ::raise(SIGKILL); }, Answer::go_on, folder / "log");
    CHECK(describe_exit(killed.second).find("out of memory") != std::string::npos);
    const auto code = run([](TrialLink&) { ::_exit(7); }, Answer::go_on, folder / "log");
    CHECK(describe_exit(code.second) == "the trial's process ended with code 7 and no result");
    const auto thrown = run([](TrialLink&) { throw 5; }, Answer::go_on, folder / "log");  // and unwinds nothing of ours
    CHECK(describe_exit(thrown.second) == "the trial's process ended with code 1 and no result");
  }
  TEST_CASE("what a trial prints goes to its log") {
    const test::TemporaryFolder folder;
    (void)run([](TrialLink&) { ::dprintf(2, "hello\n"); }, Answer::go_on, folder / "log");
    CHECK(read_file<Error>(folder / "log") == "hello\n");
  }
  TEST_CASE("without a log it prints where its parent does") {
    const test::TemporaryFolder folder;
    const auto outer = [](TrialLink&) { (void)run([](TrialLink&) { ::dprintf(2, "hello\n"); }, Answer::go_on, {}); };
    (void)run(outer, Answer::go_on, folder / "log");
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

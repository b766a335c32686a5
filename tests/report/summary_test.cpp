// Mirrors include/hpo/report/summary.hpp and ranking.hpp.
#include <hpo/report/summary.hpp>

#include <limits>

#include <hpo/report/listings.hpp>
#include <hpo/storage/any_storage.hpp>

#include "trials.hpp"

#include "../check.hpp"

namespace hpo::report {
namespace {

SweepSummary demo() {
  return {.reason = search::StopReason::trials,
          .study = "demo",
          .metric = "macro_f1",
          .seconds = 92.4,
          .trials_asked = 5,
          .model = "runs/demo/model",
          .table = "runs/demo/trials.csv",
          .database = "sqlite:///runs/demo/study.db",
          .config = "runs/demo/config.toml",
          .retrain = {"build/criteria", "train", "--config", "runs/my demo/config.toml", "--trial", "4"}};
}

TEST_SUITE("report/summary") {
  TEST_CASE("verdict, best, parameters, places, command, failures") {
    CHECK(summary_text(demo(), test::some_trials()) ==
          "study demo: complete after 1 min 32 s; 4 of 5 trials: done 2, pruned 1, failed 1\n"
          "best: trial 4 with macro_f1 0.8750\n"
          "\n" +
              indented(params_toml(test::some_trials()[4].params), 2) +
              "\n"
              "model    runs/demo/model\n"
              "trials   runs/demo/trials.csv\n"
              "study    sqlite:///runs/demo/study.db\n"
              "config   runs/demo/config.toml\n"
              "retrain  build/criteria train --config 'runs/my demo/config.toml' --trial 4\n"
              "failed   1 x loss is NaN, at step 3 (trial 2)\n");
  }

  TEST_CASE("why it ended stands in the first line, in words") {
    using enum search::StopReason;
    const std::pair<search::StopReason, std::string> words[] = {{trials, "complete"},
                                                                {timed_out, "out of time"},
                                                                {target, "done: the target is reached"},
                                                                {stalled, "done: no improvement for long"},
                                                                {exhausted, "done: every configuration was tried"},
                                                                {stopped, "stopped by the user"},
                                                                {too_many_failed, "given up: too many failed trials"}};
    for (const auto& [reason, said] : words) {
      SweepSummary summary = demo();
      summary.reason = reason;
      CHECK(summary_text(summary, test::some_trials()).starts_with("study demo: " + said + " after 1 min 32 s; "));
    }
  }

  TEST_CASE("no best, no command to train it again") {
    auto trials = test::some_trials();
    trials.resize(4);
    trials.erase(trials.begin());
    SweepSummary summary = demo();
    summary.reason = search::StopReason::stopped;
    summary.model.clear();
    summary.trials_asked = 0;
    const std::string text = summary_text(summary, trials);
    CHECK(
        text.starts_with("study demo: stopped by the user after 1 min 32 s; 2 trials: done 0, pruned 1, failed 1\n"
                         "no trial was completed: there is no best\ntrials "));
    CHECK(text.find("retrain") == std::string::npos);
    CHECK(text.find("model") == std::string::npos);
  }

  TEST_CASE("what mattered stands between the best and the places, once there are enough trials") {
    std::vector<storage::FrozenTrial> trials;
    for (std::size_t i = 0; i < 30; ++i) {
      trials.push_back(test::some_trials()[0]);
      trials.back().number = static_cast<std::int64_t>(i);
      trials.back().params[0].internal = i < 15 ? 1e-5 : 5e-3;
      trials.back().values = {static_cast<double>(i) / 30};
    }
    const std::string text = summary_text(demo(), trials);
    CHECK(text.find("\nmattered  optim.lr 100 %\nmodel     runs/demo/model\n") != std::string::npos);
    storage::AnyStorage storage("memory");
    const auto id = storage.create_study("s", {storage::Direction::maximize});
    for (const auto& trial : trials) static_cast<void>(storage.create_trial(id, trial));
    CHECK(best_listing(storage, "s", 1).find("\n\nWhat mattered: optim.lr 100 %\n\nTrial 29 as configuration:") !=
          std::string::npos);
  }

  TEST_CASE("a study that has more trials than it was to have does not say 4 of 3") {
    SweepSummary summary = demo();
    summary.trials_asked = 3;
    CHECK(summary_text(summary, test::some_trials()).find("; 4 trials: done 2") != std::string::npos);
  }

  TEST_CASE("failures are grouped by cause, numbers aside, most frequent first") {
    std::vector<storage::FrozenTrial> trials(13);
    for (std::size_t i = 0; i < trials.size(); ++i) {
      trials[i].number = static_cast<std::int64_t>(i);
      trials[i].state = storage::TrialState::failed;
      const std::string cause = i == 0 ? "out of memory" : "loss is NaN at step " + std::to_string(i * 100);
      if (i < 12) trials[i].user_attrs[std::string(storage::keys::cause)] = storage::json_text(cause);
    }
    CHECK(failure_lines(trials) ==
          std::vector<std::string>{"11 x loss is NaN at step 100 (trials 1, 2, 3, 4, 5, 6, 7, 8, ...)",
                                   "1 x out of memory (trial 0)", "1 x no cause was recorded (trial 12)"});
  }

  TEST_CASE("a command survives the shell") {
    const std::vector<std::string> words{"./a b", "it's", "", "x=1", "$(rm)", "plain"};
    CHECK(shell_command(words) == R"('./a b' 'it'\''s' '' x=1 '$(rm)' plain)");
  }

  TEST_CASE("ranking: complete trials with a value, in the direction, earlier first among equals") {
    std::vector<storage::FrozenTrial> trials(6);
    const double values[] = {2, 1, 3, 1, std::numeric_limits<double>::quiet_NaN(), 0};
    for (std::size_t i = 0; i < trials.size(); ++i) {
      trials[i].number = static_cast<std::int64_t>(i);
      trials[i].state = i == 5 ? storage::TrialState::pruned : storage::TrialState::complete;
      trials[i].values = {values[i]};
    }
    const auto numbers = [&](storage::Direction direction, std::size_t most) {
      std::vector<std::int64_t> out;
      for (const auto* trial : ranked(trials, direction, most)) out.push_back(trial->number);
      return out;
    };
    CHECK(numbers(storage::Direction::minimize, 9) == std::vector<std::int64_t>{1, 3, 0, 2});
    CHECK(numbers(storage::Direction::maximize, 2) == std::vector<std::int64_t>{2, 0});

    std::vector<storage::FrozenTrial> equals(100);  // enough for a sort that is not stable to show
    for (std::size_t i = 0; i < equals.size(); ++i) {
      equals[i].number = static_cast<std::int64_t>(i);
      equals[i].state = storage::TrialState::complete;
      equals[i].values = {i % 2 == 0 ? 1.0 : 2.0};
    }
    const auto best = ranked(equals, storage::Direction::maximize, 50);
    for (std::size_t i = 0; i < best.size(); ++i) CHECK(best[i]->number == static_cast<std::int64_t>(2 * i + 1));
  }
}
}  // namespace
}  // namespace hpo::report

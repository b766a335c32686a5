// Mirrors include/hpo/config/{problems,convert,read}.hpp.
#include <hpo/config/read.hpp>

#include "../check.hpp"
#include "options.hpp"

namespace hpo::config {
namespace {

using test::TrainOptions;

struct Outcome {
  TrainOptions options;
  std::string problems;
};

Outcome read_text(const std::string& text, std::initializer_list<const char*> sets = {}) {
  Document document = Document::parse(text, "x.toml");
  for (const char* set : sets) document.set(set);
  Outcome outcome;
  Problems problems;
  read(document, "train", outcome.options, problems);
  outcome.problems = join(problems.lines(), "\n");
  return outcome;
}

/// The faults of one line in `[train]`.
std::string fault(const std::string& line) {
  return read_text("[train]\n" + line + "\n").problems;
}

TEST_SUITE("config/read") {
  TEST_CASE("every kind of field is read; what is absent keeps its default") {
    const auto [options, problems] = read_text(
        "[train]\ntrials = 3\nbudget_s = 60\nresume = false\npath = 'x'\nsampler = \"random\"\nschedule = "
        "\"cosine\"\ncolumns = [\"label\", \"text\"]\n"
        "group = \"post\"\n[train.stop]\ntarget = 0.5\n");
    CHECK(problems == "");
    CHECK(options == TrainOptions{.trials = 3,
                                  .budget_s = 60,
                                  .resume = false,
                                  .path = "x",
                                  .sampler = "random",
                                  .schedule = test::Schedule::cosine,
                                  .columns = {"label", "text"},
                                  .group = "post",
                                  .folds = 5,
                                  .stop = {.patience = 3, .target = 0.5}});
    CHECK(read_text("").options == TrainOptions{});
    CHECK(read_text("train.stop = { patience = 0 }").options.stop.patience == 0);
  }

  TEST_CASE("a value of another kind") {
    CHECK(fault("trials = 1.0") == "x.toml:2:10: train.trials: expected a whole number, got 1.0");
    CHECK(fault("trials = \"3\"") == "x.toml:2:10: train.trials: expected a whole number, got \"3\"");
    CHECK(fault("budget_s = true") == "x.toml:2:12: train.budget_s: expected a number, got true");
    CHECK(fault("budget_s = nan") == "x.toml:2:12: train.budget_s: expected a finite number, got nan");
    CHECK(fault("budget_s = -inf") == "x.toml:2:12: train.budget_s: expected a finite number, got -inf");
    CHECK(fault("resume = 1") == "x.toml:2:10: train.resume: expected true or false, got 1");
    CHECK(fault("path = 7") == "x.toml:2:8: train.path: expected text in quotes, got 7");
    CHECK(fault("path = 2026-01-01") == "x.toml:2:8: train.path: expected text in quotes, got 2026-01-01");
    CHECK(fault("columns = \"text\"") ==
          "x.toml:2:11: train.columns: expected a list in brackets, each text in quotes, got \"text\"");
    CHECK(fault("columns = ['text', 1]") ==
          "x.toml:2:11: train.columns: expected a list in brackets, each text in quotes, got ['text', 1]");
    CHECK(fault("folds = 'x'") == "x.toml:2:9: train.folds: expected a whole number, got 'x'");
    CHECK(fault("stop = 1") == "x.toml:2:8: train.stop: expected a table, got 1");
    CHECK(read_text("train = 1").problems == "x.toml:1:9: train: expected a table, got 1");
    CHECK(read_text("[[train]]\n").problems.starts_with("x.toml:1:1: train: expected a table, got "));
  }

  TEST_CASE("a rule that is broken") {
    CHECK(fault("trials = -3") == "x.toml:2:10: train.trials: expected a whole number, 1 or more, got -3");
    CHECK(fault("trials = -9223372036854775808") ==
          "x.toml:2:10: train.trials: expected a whole number, 1 or more, got -9223372036854775808");
    CHECK(fault("trials = 4294967296") == "");  // not cut to 32 bits, where it would be 0
    CHECK(fault("budget_s = -0.5") == "x.toml:2:12: train.budget_s: expected a number, 0 or more, got -0.5");
    CHECK(fault("path = ''") == "x.toml:2:8: train.path: expected a value that is not empty, got ''");
    CHECK(fault("sampler = 'tep'") ==
          "x.toml:2:11: train.sampler: expected one of random, tpe (did you mean 'tpe'?), got 'tep'");
    CHECK(fault("schedule = 'cosin'") ==
          "x.toml:2:12: train.schedule: expected one of linear, cosine (did you mean 'cosine'?), got 'cosin'");
    CHECK(fault("columns = ['text', 'body']") ==
          "x.toml:2:11: train.columns: expected each to be one of text, pair, label, got ['text', 'body']");
    CHECK(fault("folds = 1") == "x.toml:2:9: train.folds: expected a whole number, 2 or more, got 1");
    CHECK(fault("stop.target = 2") == "x.toml:2:15: train.stop.target: expected a number from 0 to 1, got 2");
  }

  TEST_CASE("an unknown key names the nearest and lists the others") {
    CHECK(fault("trails = 3") ==
          "x.toml:2:1: train.trails: no such key; did you mean 'trials'?; known: trials, budget_s, resume, path, "
          "sampler, schedule, columns, group, folds, stop");
    CHECK(fault("stop.zzzzzz = 1") == "x.toml:2:6: train.stop.zzzzzz: no such key; known: patience, target");
    CHECK(fault("\"stop.target\" = 1").starts_with("x.toml:2:1: train.stop.target: no such key; "));
  }

  TEST_CASE("an unknown section") {
    Problems problems;
    refuse_other_sections(Document::parse("seed = 1\n[trian]\n[train]\n", "x.toml"), {"train", "study"}, problems);
    CHECK(join(problems.lines(), "\n") ==
          "x.toml:1:1: seed: no such section; known: train, study\n"
          "x.toml:2:2: trian: no such section; did you mean 'train'?; known: train, study");
  }

  TEST_CASE("a default that breaks a rule is a key that must be set") {
    TrainOptions options{.path = ""};
    Problems problems;
    read(Document::parse("[train]\n", "x.toml"), "train", options, problems);
    read(Document::parse("", "y.toml"), "train", options, problems);
    CHECK(join(problems.lines(), "\n") ==
          "y.toml: train.path: expected a value that is not empty, got nothing\n"
          "x.toml:1:2: train.path: expected a value that is not empty, got nothing");
  }

  TEST_CASE("all faults are reported together, in the order of the file, then of the command line") {
    const std::string text = "[train.stop]\ntarget = 7\n[train]\nfolds = 0\ntrails = 1\nbudget_s = 'x'\n";
    const std::string expected =
        "x.toml:2:10: train.stop.target: expected a number from 0 to 1, got 7\n"
        "x.toml:5:1: train.trails: no such key; did you mean 'trials'?; known: trials, budget_s, resume, path, "
        "sampler, schedule, columns, "
        "group, folds, stop\n"
        "x.toml:6:12: train.budget_s: expected a number, got 'x'\n"
        "--set train.trials=many: train.trials: expected a whole number, got many\n"
        "--set train.folds=1: train.folds: expected a whole number, 2 or more, got 1";
    CHECK(read_text(text, {"train.trials=many", "train.folds=1"}).problems == expected);
    Problems problems;
    CHECK_NOTHROW(problems.throw_if_any());
    problems.add({"x.toml", 3, 1}, "b: wrong");
    problems.add({"x.toml", 2, 9}, "a: wrong");
    CHECK_THROWS_WITH_AS(problems.throw_if_any(), "x.toml:2:9: a: wrong\nx.toml:3:1: b: wrong", ConfigError);
  }

  TEST_CASE("an empty value is said to be one") {
    CHECK(read_text("", {"train.trials="}).problems ==
          "--set train.trials=: train.trials: expected a whole number, got an empty value");
  }

  TEST_CASE("a faulty field keeps its default, the others are read") {
    const auto outcome = read_text("[train]\ntrials = 0\nfolds = 7\n");
    CHECK(outcome.options.trials == 40);
    CHECK(outcome.options.folds == 7);
  }
}

}  // namespace
}  // namespace hpo::config

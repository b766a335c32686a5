// Mirrors what include/hpo/search/study.hpp does beyond one objective at a time: several objectives, batches, warm
// start.
#include <cmath>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/optimize.hpp>
#include <hpo/search/pruners/percentile_pruner.hpp>
#include <hpo/storage/any_storage.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

using storage::AnyStorage;
using storage::MemoryStorage;
using storage::TrialState;
using test::refusal;
using Word = std::string;

const space::SearchSpace plane{{{"x", space::FloatDistribution{0, 1}}, {"y", space::FloatDistribution{0, 1}}}};

// The values of 24 trials in batches of 6, run by so many workers that end their trials in a scrambled order.
std::map<std::int64_t, space::Assignment> in_batches(const std::string& sampler, std::size_t workers) {
  MemoryStorage storage;
  Study study(storage, {.seed = 9, .batch = 6}, plane,
              make_sampler({.name = sampler, .tpe = {.startup_trials = 4}, .gp = {.startup_trials = 4}}));
  std::map<std::int64_t, space::Assignment> values;
  std::vector<Trial> running;
  while (values.size() < 24 || !running.empty()) {
    while (running.size() < workers && values.size() < 24) {
      auto trial = study.try_ask();
      if (!trial) break;
      values.emplace(trial->number(), trial->params());
      running.push_back(std::move(*trial));
    }
    const auto last = running.begin() + static_cast<std::ptrdiff_t>(running.size() * 7 / 10);
    study.tell(*last, std::pow(last->real("x") - 0.3, 2) + last->real("y"));
    running.erase(last);
  }
  return values;
}

TEST_SUITE("search/study_modes") {
  TEST_CASE("in batches the values of every trial are the same at any number of workers") {
    for (const char* sampler : {"random", "tpe"}) {
      CAPTURE(sampler);
      const auto one = in_batches(sampler, 1);
      for (const std::size_t workers : {2, 5, 6, 20}) CHECK(in_batches(sampler, workers) == one);
    }
  }
  TEST_CASE("a batch waits for the one before it") {
    MemoryStorage storage;
    Study study(storage, {.batch = 2}, plane);
    const auto a = study.ask(), b = study.ask();
    CHECK_FALSE(study.try_ask());
    CHECK(refusal([&] { static_cast<void>(study.ask()); }).starts_with("study.batch: expected the trials of earlier"));
    study.tell(a, 1.0);
    CHECK_FALSE(study.try_ask());
    study.tell(b, TrialState::failed, "no");
    CHECK(study.ask().number() == 2);
  }
  TEST_CASE("several objectives: a value for each, their names for every reader, the trials that no other dominates") {
    test::TemporaryFolder folder;
    for (const auto& url : {std::string("memory"), (folder / "m.db").string()}) {
      AnyStorage storage(url);
      const StudyOptions options{.directions = {Direction::maximize, Direction::minimize},
                                 .metric_names = {"f1", "seconds"}};
      Study study(storage, options, plane);
      const std::vector<std::vector<double>> told{{0.5, 2}, {0.6, 3}, {0.4, 3}, {0.6, 4}, {0.7, 9}, {0.9, 1}};
      for (std::size_t i = 0; i < told.size(); ++i) {
        const auto trial = study.ask();
        if (i == 5) study.set_constraint(trial, "memory", 0.25);  // the best of all does not fit
        if (i == 0) study.set_constraint(trial, "memory", -1);
        study.tell(trial, told[i]);
      }
      std::vector<std::int64_t> best;
      for (const auto& trial : study.best_trials()) best.push_back(trial.number);
      CHECK(best == std::vector<std::int64_t>{0, 1, 4});
      CHECK(storage.study(study.id()).system_attrs.at("study:metric_names") == R"(["f1", "seconds"])");
      CHECK(study.trials()[5].system_attrs.at("constraints:memory") == "0.25");
      CHECK(refusal([&] { static_cast<void>(study.best()); }) ==
            "study 'study': expected one objective, got 2: there is no single best; use best_trials()");
      const auto trial = study.ask();
      CHECK(refusal([&] { study.tell(trial, 1.0); }) == "trial 6: expected 2 values, one for each objective, got 1");
      study.tell(trial, {1.0, std::nan("")});
      CHECK(study.trials()[6].state == TrialState::failed);
      CHECK(refusal([&] { Study(storage, {.direction = Direction::maximize}, plane); }).find("has 2 objectives") !=
            Word::npos);
      Study again(storage, options, plane);
      CHECK(again.trials().size() == 7);
    }
  }
  TEST_CASE("with several objectives a pruner looks at the named one, in its direction") {
    for (const char* name : {"f1", "seconds"}) {
      CAPTURE(name);
      MemoryStorage storage;
      Study study(storage,
                  {.directions = {Direction::maximize, Direction::minimize},
                   .metric_names = {"f1", "seconds"},
                   .reported_metric = name},
                  plane, AnySampler{}, AnyPruner(MedianPruner({.startup_trials = 2})));
      for (int i = 0; i < 4; ++i) {
        auto trial = study.ask();
        study.report(trial, 1, std::vector{0.5, 5.0});
        study.tell(trial, {0.5, 5.0});
      }
      auto worse_f1 = study.ask(), slower = study.ask();
      study.report(worse_f1, 1, std::vector{0.4, 4.0});
      study.report(slower, 1, std::vector{0.6, 6.0});
      CHECK(study.should_prune(worse_f1) == (Word(name) == "f1"));
      CHECK(study.should_prune(slower) == (Word(name) == "seconds"));
      study.tell(slower, TrialState::pruned);
      CHECK(study.trials()[5].values.empty());
    }
    MemoryStorage storage;
    Study unnamed(storage, {.directions = {Direction::maximize, Direction::minimize}}, plane);
    auto trial = unnamed.ask();
    unnamed.report(trial, 1, 0.5);
    CHECK(refusal([&] {
            static_cast<void>(unnamed.should_prune(trial));
          }).starts_with("study.reported_metric: expected"));
    CHECK(refusal([&] {
            Study(storage,
                  {.name = "n",
                   .directions = {Direction::maximize, Direction::minimize},
                   .metric_names = {"f1", "seconds"},
                   .reported_metric = "f2"},
                  plane);
          }) == "study.reported_metric: no objective is called 'f2'; did you mean 'f1'?; known: f1, seconds");
    CHECK_FALSE(storage.find_study("n"));
    // One that is no objective brings its own direction.
    Study loss(storage,
               {.name = "l",
                .directions = {Direction::maximize, Direction::minimize},
                .reported_metric = "loss",
                .reported_direction = Direction::minimize},
               plane);
    auto other = loss.ask();
    loss.report(other, 1, 0.5);
    CHECK_FALSE(loss.should_prune(other));
  }
  TEST_CASE("optimize takes objectives that return several values") {
    MemoryStorage storage;
    Study study(storage, {.directions = {Direction::minimize, Direction::minimize}, .seed = 1}, plane);
    optimize(
        study,
        [](auto& trial) {
          return std::vector{trial.real("x"), 1 - trial.real("x") + trial.real("y")};
        },
        30);
    CHECK(study.best_trials().size() > 1);
    CHECK(study.best_trials().size() < 30);
  }
  TEST_CASE("a study learns from the trials of another one that fit, each once") {
    MemoryStorage storage;
    Study old(storage, {.name = "old", .seed = 1},
              {{{"x", space::FloatDistribution{0, 2}},
                {"y", space::FloatDistribution{0, 1}},
                {"gone", space::CategoricalDistribution{{Word("a"), Word("b")}}}}});
    optimize(
        old,
        [](auto& trial) -> Result {
          static_cast<void>(trial.params());
          trial.report(3, trial.real("x"));
          if (trial.number() % 5 == 4) return Result::pruned();
          if (trial.number() % 5 == 3) return Result::failed("no");
          return trial.real("x");
        },
        40);
    std::size_t fit = 0;
    for (const auto& trial : old.trials()) fit += trial.state != TrialState::failed && trial.param("x")->internal <= 1;
    Study study(storage, {.name = "new", .seed = 2}, plane);
    CHECK(study.warm_start(old.trials(), "memory#old") == fit);
    CHECK(study.warm_start(old.trials(), "memory#old") == 0);
    CHECK(fit > 5);
    REQUIRE(study.trials().size() == fit);
    for (const auto& trial : study.trials()) {
      const auto from =
          static_cast<std::size_t>(std::stoll(storage::word_from_json(trial.user_attrs.at("hpo:source")).substr(11)));
      const auto& source = old.trials()[from];
      CHECK(trial.state == source.state);
      CHECK(trial.values == source.values);
      CHECK(trial.intermediate == source.intermediate);
      CHECK(trial.params.size() == 2);
      CHECK(trial.param("x")->internal == source.param("x")->internal);
      CHECK(trial.param("x")->distribution == plane.params[0].distribution);
    }
    CHECK(study.ask().number() == static_cast<std::int64_t>(fit));
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/sweep/agent/run.hpp, sweep_result.hpp, agent_study.hpp, train.hpp, evaluate.hpp, predict.hpp and
// trained_model.hpp: a program of one's own that sweeps, trains and applies an agent without a command line.
#include <hpo/sweep/agent/evaluate.hpp>
#include <hpo/sweep/agent/predict.hpp>
#include <hpo/sweep/agent/run.hpp>
#include <hpo/sweep/agent/train.hpp>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <hpo/agent/trained_record.hpp>
#include <hpo/core/file.hpp>
#include <hpo/space/middle.hpp>

#include <hpo/testing/observer_contract.hpp>

#include "../../check.hpp"
#include "small_agent.hpp"

namespace hpo::sweep {
namespace {

using search::StopReason;
using storage::TrialState;
using test::small_config, test::SmallAgent;

std::vector<storage::FrozenTrial> in_database(const std::string& url, const std::string& study) {
  auto storage = open_existing(url);
  storage::History history;
  storage.refresh(*storage.find_study(study), history);
  return {history.trials().begin(), history.trials().end()};
}

TEST_SUITE("sweep/agent/run") {
  TEST_CASE("a sweep's result is what the database and the files say") {
    const test::TemporaryFolder folder;
    test::RecordingObserver observer;
    const auto result = run<SmallAgent>(small_config(folder.path()), observer);
    CHECK(result.reason == StopReason::trials);
    CHECK(result.study == "small");
    CHECK(result.metric == "macro_f1");
    CHECK(result.complete == 3);
    CHECK(result.pruned + result.failed == 0);
    CHECK(result.seconds > 0);

    const auto trials = in_database(result.storage, result.study);
    REQUIRE(trials.size() == 3);
    REQUIRE(result.trials.size() == 3);
    REQUIRE(result.best);
    double most = 0;
    for (const auto& trial : trials) {
      CHECK(trial.state == TrialState::complete);
      most = std::max(most, trial.values.at(0));
      CHECK(trial.intermediate.size() == 2);
      CHECK(trial.user_attrs.at("macro_f1") == storage::json_text(trial.values[0]));
      CHECK(trial.user_attrs.contains("best_evaluation"));
    }
    CHECK(result.best->value == most);
    const auto& best = trials[static_cast<std::size_t>(result.best->number)];
    CHECK(best.values[0] == most);
    for (const auto& param : best.params) CHECK(*result.best->values.find(param.name) == param.value());

    const auto run_folder = folder / "run";
    CHECK(result.model == run_folder / "model");
    CHECK(result.config == run_folder / "config.toml");
    CHECK(agent::read_record(result.model).trial == result.best->number);
    CHECK(agent::read_record(result.model).validation.at("macro_f1") == most);
    const std::string table = read_file<Error>(result.table);
    CHECK(std::ranges::count(table, '\n') == 4);
    CHECK(std::filesystem::exists(result.lines));
    const auto again = agent::read_config<SmallAgent>(config::Document::load(result.config));
    CHECK(agent::to_toml(again) == read_file<Error>(result.config));

    CHECK(observer.finished);
    CHECK(observer.started->program == "small");
    CHECK(observer.started->trials == 3);
    CHECK(observer.ended.size() == 3);
    CHECK(observer.notes.find("64 rows, 2 classes: 48 train, 16 validate, 0 test") == 0);
    for (const auto& [number, event] : observer.ended)
      CHECK(event.value == trials[static_cast<std::size_t>(number)].values[0]);

    SUBCASE("it goes on where it was: more trials, the same study, an observer that does nothing") {
      const auto more = run<SmallAgent>(small_config(folder.path()), NoObserver{}, {.more = 1});
      CHECK(more.complete == 4);
      CHECK(in_database(more.storage, more.study).size() == 4);
      CHECK(run<SmallAgent>(small_config(folder.path())).complete == 4);  // it has its trials
    }
    SUBCASE("another sweep learns from it, and does not count its trials") {
      auto config = small_config(folder / "other");
      config.study.warm_start = result.storage + "#small";
      config.enqueue = {test::good_values};
      test::RecordingObserver other;
      const auto learned = run<SmallAgent>(config, other, {.more = 1});
      CHECK(other.notes.find("3 of 3 trials of " + config.study.warm_start + " taken over") != std::string::npos);
      CHECK(learned.complete == 1);
      CHECK(learned.best->values == test::good_values);
      CHECK(in_database(learned.storage, learned.study).size() == 4);
      config.study.warm_start = "nowhere";
      CHECK_THROWS_WITH_AS(static_cast<void>(run<SmallAgent>(config)),
                           "study.warm_start: expected DATABASE#NAME, got 'nowhere'", ConfigError);
    }
    SUBCASE("its best trial is trained again to its score, judged on a file to a score, and applied") {
      auto config = agent::read_config<SmallAgent>(config::Document::load(result.config));
      config.output.dir = (folder / "again").string();
      test::RecordingObserver training;
      const auto trained = train<SmallAgent>(config, *result.best, training, {"retrain", "it"});
      CHECK(trained.end == TrialEnd::complete);
      CHECK(trained.metrics.at("macro_f1") == most);
      CHECK(trained.model == folder / "again" / "model");
      CHECK(training.ended.at(result.best->number).value == most);
      CHECK(training.finished);
      CHECK(read_file<Error>(trained.model / "README.md").find("`retrain it`") != std::string::npos);

      const auto scored = evaluate<SmallAgent>(result.model, config.data.source.train);
      CHECK(scored.rows == 960);
      REQUIRE(scored.scores.size() >= 2);
      CHECK(scored.scores[0].second == evaluate<SmallAgent>(trained.model, config.data.source.train).scores[0].second);
      const auto applied = predict<SmallAgent>(result.model, config.data.source.train, folder / "said.csv");
      CHECK(applied.count == 960);
      const std::string said = read_file<Error>(folder / "said.csv");
      CHECK(std::ranges::count(said, '\n') == 961);
      CHECK_THROWS_WITH_AS(static_cast<void>(evaluate<SmallAgent>(folder.path(), config.data.source.train)),
                           doctest::Contains("expected a model folder that hpo exported"), CheckpointError);
    }
  }
  TEST_CASE("trials that fail have their causes in the result, which has no best") {
    const test::TemporaryFolder folder;
    auto config = small_config(folder.path());
    config.study.trials = 20;
    config.train.options.clip_norm = 0;
    config.space.params[0].distribution = space::FloatDistribution{1e30, 1e31};
    const auto result = run<SmallAgent>(config);
    CHECK(result.reason == StopReason::too_many_failed);
    CHECK(result.failed >= 5);
    CHECK(result.complete == 0);
    CHECK(!result.best);
    CHECK(result.model.empty());
    CHECK(storage::cause_of(result.trials[0]).find("expected a finite") != std::string::npos);
  }
  TEST_CASE("asked to stop it ends with what it has") {
    struct Impatient : NoObserver {
      void trial_finished(const report::TrialFinished&) { ::raise(SIGINT); }
    };
    const test::TemporaryFolder folder;
    auto config = small_config(folder.path());
    config.study.trials = 50;
    config.study.parallel = 1;
    const auto result = run<SmallAgent>(config, Impatient{});
    CHECK(result.reason == StopReason::stopped);
    CHECK(result.complete == 1);
    CHECK(result.best->number == 0);
    CHECK(std::filesystem::exists(result.model / "model.safetensors"));
    CHECK(std::filesystem::exists(result.table));
  }
  TEST_CASE("a trial that cannot be trained says why, and writes nothing") {
    const test::TemporaryFolder folder;
    const auto config = small_config(folder.path());
    const auto result = train<SmallAgent>(config, {.values = {{"optim.lr", 1e-3}}});
    CHECK(result.end == TrialEnd::failed);
    CHECK(result.cause.find("optim.weight_decay") != std::string::npos);
    CHECK(!std::filesystem::exists(folder / "run" / "config.toml"));
  }
  TEST_CASE("as many trials at once as asked; else one for each core, and one on a GPU") {
    agent::StudySection study;
    CHECK(parallel_of(study, true) == 1);
    CHECK(parallel_of(study, false) >= 1);
    study.parallel = 3;
    CHECK(parallel_of(study, true) == 3);
  }
}

}  // namespace
}  // namespace hpo::sweep

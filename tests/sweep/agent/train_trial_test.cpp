// Mirrors include/hpo/sweep/agent/train_trial.hpp, trial_model.hpp, model_files.hpp and dry_run.hpp.
#include <hpo/sweep/agent/dry_run.hpp>
#include <hpo/sweep/agent/train_trial.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <ATen/Context.h>

#include <hpo/agent/trained_record.hpp>
#include <hpo/core/file.hpp>

#include "small_agent.hpp"

namespace hpo::sweep {
namespace {

using test::good_values, test::small_config, test::SmallAgent;
using Model = nn::TaskModel<nn::BertEncoder, nn::ClassificationHead>;

struct Bench {
  test::TemporaryFolder folder;
  agent::Config<SmallAgent> config = completed(small_config(folder.path()));

  Prepared<SmallAgent> prepared() const { return prepare(config); }
};

TEST_SUITE("sweep/agent/train_trial") {
  TEST_CASE("a trial reports each evaluation, and ends with its best one") {
    const Bench bench;
    const auto prepared = bench.prepared();
    std::vector<Evaluation> seen;
    std::optional<EndMessage> told;
    const auto end = train_trial(prepared, {.number = 3,
                                            .values = good_values,
                                            .on_evaluation =
                                                [&](const Evaluation& evaluation) {
                                                  seen.push_back(evaluation);
                                                  return Answer::go_on;
                                                },
                                            .on_end =
                                                [&](const EndMessage& message) {
                                                  told = message;
                                                  return false;
                                                },
                                            .model = bench.folder / "model"});
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].evaluation == 1);
    CHECK(seen[1].evaluation == 2);
    CHECK(seen[0].evaluations == 2);
    CHECK(seen[0].train_loss > 0);
    CHECK(end.end == TrialEnd::complete);
    REQUIRE(end.best_evaluation > 0);
    CHECK(end.values == std::vector{seen[static_cast<std::size_t>(end.best_evaluation) - 1].value});
    CHECK(end.metrics.at("macro_f1") == end.values[0]);
    CHECK(end.metrics.contains("accuracy"));
    CHECK(end.unread.empty());
    REQUIRE(told);
    CHECK(told->values == end.values);
    CHECK(!std::filesystem::exists(bench.folder / "model"));  // it was not wanted

    std::vector<Evaluation> again;
    static_cast<void>(train_trial(prepared, {.number = 3, .values = good_values, .on_evaluation = [&](const auto& e) {
                                               again.push_back(e);
                                               return Answer::go_on;
                                             }}));
    REQUIRE(again.size() == 2);
    CHECK(again[1].train_loss == seen[1].train_loss);  // the number is the address of its randomness
  }
  TEST_CASE("the answer to an evaluation ends it: pruned without a value, or stopped with its best") {
    const Bench bench;
    const auto prepared = bench.prepared();
    for (const Answer answer : {Answer::prune, Answer::stop}) {
      std::int64_t evaluations = 0;
      const auto end = train_trial(prepared, {.values = good_values,
                                              .on_evaluation =
                                                  [&](const Evaluation&) {
                                                    ++evaluations;
                                                    return answer;
                                                  },
                                              .on_end = [](const EndMessage&) { return true; },
                                              .model = bench.folder / "model"});
      CHECK(evaluations == 1);
      CHECK(end.end == (answer == Answer::prune ? TrialEnd::pruned : TrialEnd::complete));
      CHECK(end.values.size() == (answer == Answer::prune ? 0 : 1));
      CHECK(std::filesystem::exists(bench.folder / "model") == (answer == Answer::stop));
    }
  }
  TEST_CASE("what goes wrong is the cause of a failed trial, told like any other end") {
    const Bench bench;
    const auto prepared = bench.prepared();
    const auto failing = [&](const Prepared<SmallAgent>& with, const space::Assignment& values) {
      std::string told;
      const auto end = train_trial(with, {.values = values, .on_end = [&](const EndMessage& message) {
                                            told = message.cause;
                                            return true;
                                          }});
      CHECK(end.end == TrialEnd::failed);
      CHECK(end.values.empty());
      CHECK(told == end.cause);
      return end.cause;
    };
    CHECK(failing(prepared, {{"optim.lr", 1e-3}}).find("optim.weight_decay") != std::string::npos);
    auto wild = bench.prepared();
    wild.config.train.options.clip_norm = 0;
    CHECK(failing(wild, {{"optim.lr", 1e30}, {"optim.weight_decay", 0.01}}).find("expected a finite") !=
          std::string::npos);
  }
  TEST_CASE("what a fit says is what a trial says; complete without an evaluation is a failure") {
    train::FitResult fitted{.best_evaluation = 2, .best = {.metric = 0.5, .all = {{"f1", 0.5}}}};
    CHECK(end_of(fitted).end == TrialEnd::complete);
    CHECK(end_of(fitted).values == std::vector{0.5});
    CHECK(end_of(fitted).metrics == std::map<std::string, double>{{"f1", 0.5}});
    fitted.best_evaluation = 0;
    CHECK(end_of(fitted).end == TrialEnd::failed);
    CHECK(end_of(fitted).cause == "training ended before its first evaluation");
    fitted.end = TrialEnd::failed;
    fitted.cause = "loss is NaN";
    CHECK(end_of(fitted).cause == "loss is NaN");
  }
  TEST_CASE("a trial's model is built with what the configuration freezes, and must fit its tokenizer") {
    Bench bench;
    bench.config.encoder.freeze_layers = 1;
    const auto prepared = bench.prepared();
    const space::Values<agent::SpaceOf<SmallAgent>> values(prepared.config.space, good_values);
    const auto encoder = nn::BertConfig::parse(prepared.source.config(), "config.json");
    const auto trial = build_trial_model<SmallAgent, Model>(prepared, values, encoder, 7, 0);
    CHECK(trial.setup.train.optim.lr == 1e-3);
    CHECK(trial.setup.head.num_labels == 2);
    CHECK(trial.pad_id() == 0);
    std::size_t frozen = 0;
    for (const auto& parameter : trial.model->named_parameters()) frozen += !parameter.value().requires_grad();
    CHECK(frozen > 0);
    auto small = encoder;
    small.vocab_size = 100;
    CHECK_THROWS_WITH_AS((static_cast<void>(build_trial_model<SmallAgent, Model>(prepared, values, small, 7, 0))),
                         doctest::Contains("expected a tokenizer of at most 100 tokens"), CheckpointError);
  }
  TEST_CASE("a model's folder says how it was made, and what it is worth on the test rows") {
    Bench bench;
    bench.config.data.split.test_fraction = 0.25;
    const auto prepared = bench.prepared();
    const auto model = bench.folder / "model";
    const auto end = train_trial(prepared, {.number = 5,
                                            .values = good_values,
                                            .on_end = [](const EndMessage&) { return true; },
                                            .model = model,
                                            .retrain = {"small", "train", "--trial", "5"}});
    CHECK(end.end == TrialEnd::complete);
    for (const char* file : {"config.json", "model.safetensors", "vocab.txt", "README.md", "hpo.json"})
      CHECK(std::filesystem::exists(model / file));
    const auto record = agent::read_record(model);
    CHECK(record.agent == "small");
    CHECK(record.trial == 5);
    CHECK(record.values == good_values);
    CHECK(record.validation == end.metrics);
    CHECK(record.test.contains("macro_f1"));
    const std::string card = read_file<Error>(model / "README.md");
    CHECK(card.find("train it again: `small train --trial 5`") != std::string::npos);
  }
  TEST_CASE("a dry run finds nothing, says where trials train, and leaves no log") {
    const Bench bench;
    const auto found = dry_run(bench.prepared(), bench.folder / "run");
    CHECK(!found.on_gpu);
    CHECK(!std::filesystem::exists(bench.folder / "run" / "preflight.log"));
  }
  TEST_CASE("what every trial would stumble over is refused with its cause") {
    Bench bench;
    bench.config.encoder.max_length = 4096;
    CHECK_THROWS_WITH_AS(static_cast<void>(dry_run(bench.prepared(), bench.folder / "run")),
                         "encoder.max_length: expected at most 128 (what the model has positions for), got 4096",
                         ConfigError);
    bench.config.encoder.max_length = 32;
    bench.config.train.device = "cuda";
    if (!at::hasCUDA())
      CHECK_THROWS_WITH_AS(static_cast<void>(dry_run(bench.prepared(), bench.folder / "run")),
                           "train.device: expected a device of this machine, got cuda; use auto or cpu", ConfigError);
  }
}

}  // namespace
}  // namespace hpo::sweep

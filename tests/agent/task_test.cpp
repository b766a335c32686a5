// Mirrors include/hpo/agent/task.hpp and agent.hpp: the least of a user's own goes through the library.
#include <hpo/core/file.hpp>
#include <hpo/sweep/agent/dry_run.hpp>
#include <hpo/sweep/agent/evaluate.hpp>
#include <hpo/sweep/agent/predict.hpp>
#include <hpo/sweep/agent/train.hpp>
#include <hpo/testing/metric_contract.hpp>
#include <hpo/testing/task_contract.hpp>

#include "archetypes.hpp"
#include "model_folder.hpp"

#include "../check.hpp"

namespace hpo {
namespace {

agent::Config<test::Rater> rater_config(const test::TemporaryFolder& folder) {
  auto config = agent::read_config<test::Rater>(config::Document::parse(
      "[data]\ntrain = \"" + test::rated_notes(folder) + "\"\n[encoder]\nmodel = \"" +
          test::lookup_folder(folder).string() + "\"\ninit = \"random\"\nfreeze_embeddings = true\n" +
          "[train]\nepochs = 3\nbatch_size = 8\n[output]\ndir = \"" + (folder / "out").string() + "\"\n",
      "rater.toml"));
  agent::complete(config);
  return config;
}

using Model = nn::TaskModel<test::LookupEncoder, test::SumHead>;

// Tasks that compile, and break a promise each.
struct ReadsTwice : test::RatingTask {  // an example that trains and validates
  static Data read(const Section& section, std::int64_t seed) {
    Data data = RatingTask::read(section, seed);
    data.split.valid.push_back(data.split.train.front());
    return data;
  }
};
struct PadsAnyhow : test::RatingData {
  test::RatingRows rows(const std::vector<std::size_t>& which, std::int64_t pad_id) const {
    return RatingData::rows(which, pad_id + 1);
  }
};
struct AddsUp : test::RatingTask {  // a loss that grows with the batch
  using RatingTask::RatingTask;
  at::Tensor loss(const at::Tensor& output, const test::RatingBatch& batch) const {
    return RatingTask::loss(output, batch).mul(output.size(0));
  }
};
struct Forgets : test::RatingTask {
  static void write_config(Json& config, const Data&, bool) { config.erase("vocab_size"); }
};
struct Upside : test::MeanSquaredError {
  static constexpr storage::Direction direction = storage::Direction::maximize;
};

/// The archetype's data with their tokens.
test::RatingData rated(const test::TemporaryFolder& folder) {
  test::RatingSection section;
  section.source.train = test::rated_notes(folder);
  auto data = test::RatingTask::read(section, 7);
  test::RatingTask::tokenize(data, text::Tokenizer::load(test::lookup_folder(folder)), test::windows_of(64), {});
  return data;
}

TEST_SUITE("agent/task") {
  TEST_CASE("the least agent is configured, trained and exported") {
    const test::TemporaryFolder folder;
    const auto config = rater_config(folder);
    CHECK(config.study.metric == "mse");
    const auto again = agent::read_config<test::Rater>(config::Document::parse(agent::to_toml(config), "again.toml"));
    CHECK(agent::to_toml(again) == agent::to_toml(config));
    CHECK(again.data.rating == "rating");

    static_cast<void>(sweep::dry_run(sweep::prepare<test::Rater>(config), folder / "dry"));
    struct Curve : sweep::NoObserver {
      std::vector<double> values;
      void trial_evaluated(std::int64_t, const Evaluation& evaluation) { values.push_back(evaluation.value); }
    } curve;
    space::Assignment values;
    values.set("optim.lr", 0.05);
    values.set("optim.weight_decay", 0.0);
    const auto trained = sweep::train<test::Rater>(config, {.values = values}, curve);
    CHECK(trained.cause == "");
    REQUIRE(curve.values.size() == 3);
    CHECK(curve.values.back() < curve.values.front());
    const auto exported = Json::parse(read_file<DataError>(trained.model / "config.json"));
    CHECK(exported.at("problem_type") == "regression");
    CHECK(exported.at("model_type") == "lookup");

    const auto judged = sweep::evaluate<test::Rater>(trained.model, config.data.source.train);
    CHECK(judged.rows == 24);
    REQUIRE(judged.scores.size() == 1);
    CHECK(judged.scores[0].first == "mse");
    test::write_text(folder / "new.csv", "text\nthe pump leaks\nthe pump runs\n");
    CHECK(sweep::predict<test::Rater>(trained.model, folder / "new.csv", folder / "said.csv").count == 2);
    CHECK(read_file<DataError>(folder / "said.csv").starts_with("row,rating\n1,"));
  }

  TEST_CASE("the archetype obeys the contract of tasks") {
    const test::TemporaryFolder folder;
    test::RatingSection section;
    section.source.train = test::rated_notes(folder);
    test::obeys_task_contract<test::RatingTask, Model>(section, test::lookup_folder(folder));
  }

  TEST_CASE("the contract sees an example in two parts of the split" * doctest::should_fail()) {
    const test::TemporaryFolder folder;
    test::RatingSection section;
    section.source.train = test::rated_notes(folder);
    test::reads_what_is_there<ReadsTwice>(section);
  }
  TEST_CASE("the contract sees rows that are padded otherwise" * doctest::should_fail()) {
    const test::TemporaryFolder folder;
    PadsAnyhow data{rated(folder)};
    test::gives_the_rows_asked_for(data);
  }
  TEST_CASE("the contract sees a loss that is no mean" * doctest::should_fail()) {
    const test::TemporaryFolder folder;
    const auto data = rated(folder);
    const auto model = test::model_for<AddsUp, Model>(data, folder / "model");
    test::scores_every_metric<AddsUp>(data, *model);
  }
  TEST_CASE("the contract sees a config.json that lost a key" * doctest::should_fail()) {
    test::describes_its_model<Forgets>({}, {{"vocab_size", 359}});
  }
  TEST_CASE("the contract sees a metric that gets worse by better answers" * doctest::should_fail()) {
    test::obeys_metric_contract<Upside>(
        std::vector<test::Errors>{{.squares = 9, .rows = 3}, {.squares = 3, .rows = 3}});
  }
}

}  // namespace
}  // namespace hpo

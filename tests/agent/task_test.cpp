// Mirrors include/hpo/agent/task.hpp and agent.hpp: the least of a user's own goes through the library.
#include <hpo/testing/task_contract.hpp>

#include "archetypes.hpp"

#include <hpo/sweep/agent/dry_run.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/agent/train_trial.hpp>

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

TEST_SUITE("agent/task") {
  TEST_CASE("the least agent is configured, trained and exported") {
    const test::TemporaryFolder folder;
    const auto config = rater_config(folder);
    CHECK(config.study.metric == "mse");
    const auto again = agent::read_config<test::Rater>(config::Document::parse(agent::to_toml(config), "again.toml"));
    CHECK(agent::to_toml(again) == agent::to_toml(config));
    CHECK(again.data.rating == "rating");

    const auto prepared = sweep::prepare<test::Rater>(config);
    CHECK(prepared.direction == storage::Direction::minimize);
    space::Assignment values;
    values.set("optim.lr", 0.05);
    values.set("optim.weight_decay", 0.0);
    std::vector<double> curve;
    const auto end = sweep::train_trial(
        prepared, {.values = values,
                   .report = [&](const auto& message) { return curve.push_back(message.value), true; },
                   .keep = [](const auto&) { return true; },
                   .model = folder / "trained"});
    CHECK(end.cause == "");
    REQUIRE(curve.size() == 3);
    CHECK(curve.back() < curve.front());
    CHECK(end.metrics.at("mse") == end.value);
    const auto exported = Json::parse(read_file<DataError>(folder / "trained/config.json"));
    CHECK(exported.at("problem_type") == "regression");
    CHECK(exported.at("model_type") == "lookup");
  }

  TEST_CASE("the archetype obeys the contract of tasks") {
    const test::TemporaryFolder folder;
    test::RatingSection section;
    section.source.train = test::rated_notes(folder);
    test::obeys_task_contract<test::RatingTask, nn::TaskModel<test::LookupEncoder, test::SumHead>>(
        section, test::lookup_folder(folder));
  }
}

}  // namespace
}  // namespace hpo

// Mirrors include/hpo/agent/task.hpp and agent.hpp: the least of a user's own goes through the library.
#include "archetypes.hpp"

#include <fstream>

#include <hpo/sweep/agent/dry_run.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/agent/train_trial.hpp>

#include "../check.hpp"

namespace hpo {
namespace {

/// A model folder of the archetype's family, with the bundled tokenizer, and a file of data beside it.
struct Files {
  test::TemporaryFolder folder;

  Files() {
    const std::filesystem::path bundled = std::filesystem::path(HPO_SOURCE_DIR) / "examples/data/tiny-bert";
    std::filesystem::create_directories(folder / "model");
    for (const char* name : {"vocab.txt", "tokenizer_config.json"})
      std::filesystem::copy_file(bundled / name, folder / "model" / name);
    std::ofstream(folder / "model/config.json") << R"({"model_type": "lookup", "vocab_size": 359, "width": 8})";
    std::ofstream data(folder / "data.csv");
    data << "text,rating\n";
    for (int i = 0; i < 24; ++i)
      data << "the pump " << (i % 3 == 0 ? "leaks" : "runs") << " on day " << i << ',' << i % 3 << '\n';
  }
  [[nodiscard]] agent::Config<test::Rater> config() const {
    auto config = agent::read_config<test::Rater>(config::Document::parse(
        "[data]\ntrain = \"" + (folder / "data.csv").string() + "\"\n[encoder]\nmodel = \"" +
            (folder / "model").string() + "\"\ninit = \"random\"\nfreeze_embeddings = true\n[train]\nepochs = 3\n" +
            "batch_size = 8\n[output]\ndir = \"" + (folder / "out").string() + "\"\n",
        "rater.toml"));
    agent::complete(config);
    return config;
  }
};

TEST_SUITE("agent/task") {
  TEST_CASE("the least agent is configured, trained and exported") {
    const Files files;
    const auto config = files.config();
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
                   .model = files.folder / "trained"});
    CHECK(end.cause == "");
    REQUIRE(curve.size() == 3);
    CHECK(curve.back() < curve.front());
    CHECK(end.metrics.at("mse") == end.value);
    const auto exported = Json::parse(read_file<DataError>(files.folder / "trained/config.json"));
    CHECK(exported.at("problem_type") == "regression");
    CHECK(exported.at("model_type") == "lookup");
  }
}

}  // namespace
}  // namespace hpo

// Mirrors include/hpo/sweep/agent/prepare.hpp.
#include <hpo/sweep/agent/prepare.hpp>

#include <filesystem>
#include <string>

#include "small_agent.hpp"

namespace hpo::sweep {
namespace {

using test::small_config, test::SmallAgent;

TEST_SUITE("sweep/agent/prepare") {
  TEST_CASE("a configuration is completed: names, folders, the database; what is complete stays as it is") {
    agent::Config<SmallAgent> config;
    config.data.source.train = "notes.csv";
    config.encoder.model = "no-such-folder";
    const auto done = completed(config);
    CHECK(done.study.name == "small");
    CHECK(done.study.metric == "macro_f1");
    CHECK(done.data.source.train == (std::filesystem::current_path() / "notes.csv").string());
    CHECK(done.data.source.valid.empty());
    CHECK(done.encoder.model == "no-such-folder");  // it may be the name of a downloaded model
    CHECK(done.output.dir == (std::filesystem::current_path() / "runs/small").string());
    CHECK(done.study.storage == "sqlite:///" + done.output.dir + "/study.db");
    CHECK(agent::to_toml(completed(done)) == agent::to_toml(done));
  }
  TEST_CASE("data are read, split and tokenized, the model's headers opened, and what is odd is noted") {
    const test::TemporaryFolder folder;
    const auto prepared = prepare(completed(small_config(folder.path())));
    CHECK(prepared.direction == storage::Direction::maximize);
    CHECK(prepared.data.examples.size() == 64);
    CHECK(prepared.data.split.valid.size() == 16);
    CHECK(prepared.data.tokens->lengths().size() == 64);
    CHECK(prepared.source.model_type() == "bert");
    REQUIRE(!prepared.notes.empty());
    CHECK(prepared.notes[0] == "64 rows, 2 classes: 48 train, 16 validate, 0 test");
    CHECK(std::filesystem::exists(folder / "run" / "cache"));
  }
  TEST_CASE("what cannot be used is refused before anything is trained") {
    const test::TemporaryFolder folder;
    auto config = completed(small_config(folder.path()));
    config.data.source.train = (folder / "none.csv").string();
    CHECK_THROWS_WITH_AS(static_cast<void>(prepare(config)), doctest::Contains("none.csv"), DataError);
    config = completed(small_config(folder.path()));
    config.encoder.model = (folder / "nowhere").string();
    CHECK_THROWS_AS(static_cast<void>(prepare(config)), CheckpointError);
    config = completed(small_config(folder.path()));
    config.encoder.model = test::fixture("models/roberta").string();  // not among the agent's models
    CHECK_THROWS_WITH_AS(static_cast<void>(prepare(config)), doctest::Contains("no model is called 'roberta'"),
                         CheckpointError);
  }
}

}  // namespace
}  // namespace hpo::sweep

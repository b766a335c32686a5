// Mirrors include/hpo/agent/trained_record.hpp.
#include <hpo/agent/trained_record.hpp>

#include "model_folder.hpp"

#include "../check.hpp"

namespace hpo::agent {
namespace {

TrainedRecord record() {
  TrainedRecord record{.agent = "criteria",
                       .config = "[study]\nname = \"ü\"\n",
                       .study = "s",
                       .trial = 7,
                       .metric = "macro_f1",
                       .validation = {{"macro_f1", 0.1 + 0.2}},
                       .test = {{"macro_f1", 0.5}},
                       .task = {{"labels", {"a", "b"}}}};
  record.values.set("optim.lr", 1e-4);
  record.values.set("head.layers", std::int64_t{2});
  record.values.set("head.pooling", std::string("cls"));
  return record;
}

std::string refusal(const std::filesystem::path& folder) {
  try {
    static_cast<void>(read_record(folder));
    return "";
  } catch (const CheckpointError& error) {
    return error.what();
  }
}

TEST_SUITE("agent/trained_record") {
  TEST_CASE("what is written reads back, to the last bit") {
    const test::TemporaryFolder folder;
    test::write_text(folder / record_file, to_text(record()));
    const auto read = read_record(folder.path());
    const auto wrote = record();
    CHECK(read.agent == wrote.agent);
    CHECK(read.config == wrote.config);
    CHECK(read.study == wrote.study);
    CHECK(read.trial == 7);
    CHECK((read.values == wrote.values));
    CHECK(read.metric == wrote.metric);
    CHECK((read.validation == wrote.validation));
    CHECK((read.test == wrote.test));
    CHECK(read.task == wrote.task);
  }
  TEST_CASE("a folder without a record, a later format and a damaged file are refused in words") {
    const test::TemporaryFolder folder;
    CHECK(refusal(folder.path()).find("expected a model folder that hpo exported, got one without hpo.json") !=
          std::string::npos);
    std::string text = to_text(record());
    text.replace(text.find("\"format\": 1"), 11, "\"format\": 2");
    test::write_text(folder / record_file, text);
    CHECK(refusal(folder.path()).find("hpo.json: format: expected 1, got 2; use the hpo that wrote it") !=
          std::string::npos);
    test::write_text(folder / record_file, "{\"format\": 1}");
    CHECK(refusal(folder.path()).find("hpo.json: expected what hpo writes, got something else") != std::string::npos);
    test::write_text(folder / record_file, "not JSON");
    CHECK(refusal(folder.path()).find("hpo.json: expected what hpo writes, got something else") != std::string::npos);
  }
}

}  // namespace
}  // namespace hpo::agent

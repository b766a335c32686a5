// Mirrors include/hpo/checkpoint/folder.hpp, weights.hpp and folder_writer.hpp.
#include <hpo/checkpoint/folder.hpp>
#include <hpo/checkpoint/folder_writer.hpp>

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>

#include "files.hpp"

#include "../check.hpp"

namespace hpo::checkpoint {
namespace {

const NamedTensors three{{"a", at::ones({4})}, {"b", at::arange(6)}, {"c.weight", at::ones({2, 2}, at::kHalf)}};

std::string refusal(const std::filesystem::path& folder) {
  try {
    (void)ModelFolder::open(folder);
  } catch (const CheckpointError& error) {
    const std::string text = error.what();
    CHECK(text.find('\n') == std::string::npos);
    return text.starts_with(folder.string()) ? text.substr(folder.string().size()) : text;
  }
  return "accepted";
}

TEST_SUITE("checkpoint/folder") {
  TEST_CASE("what is written is read back: config with its unknown keys in their order, weights bit for bit") {
    const test::TemporaryFolder folder;
    const Json config = Json::parse(
        R"({"zeta": 1, "model_type": "bert", "unknown": {"deep": [1, 2.5, null]}, "id2label": {"0": "no"}})");
    write_folder(folder.path(), config, three);
    const auto model = ModelFolder::open(folder.path());
    CHECK(model.config() == config);
    CHECK(model.config().begin().key() == "zeta");
    CHECK(model.weights().names() == std::vector<std::string>{"a", "b", "c.weight"});
    for (const auto& [name, tensor] : three) {
      CHECK(at::equal(model.view(name), tensor));
      CHECK(at::equal(model.weights().read(name), tensor));
    }
    CHECK(model.weights().files()[0].metadata() == Metadata{{"format", "pt"}});
    CHECK(model.notes().empty());
  }

  TEST_CASE("shards, and back to one file: nothing stale is left, other files stay") {
    const test::TemporaryFolder folder;
    test::write_bytes(folder / "vocab.txt", "x");
    write_folder(folder.path(), Json::object(), three, 40);
    CHECK(std::filesystem::exists(folder / "model-00001-of-00003.safetensors"));
    auto model = ModelFolder::open(folder.path());
    CHECK(model.weights().files().size() == 3);
    for (const auto& [name, tensor] : three) CHECK(at::equal(model.view(name), tensor));
    write_folder(folder.path(), Json::object(), three, 60);
    CHECK(ModelFolder::open(folder.path()).weights().files().size() == 2);
    CHECK_FALSE(std::filesystem::exists(folder / "model-00003-of-00003.safetensors"));
    write_folder(folder.path(), Json::object(), three);
    CHECK(ModelFolder::open(folder.path()).weights().files().size() == 1);
    std::vector<std::string> left;
    for (const auto& each : std::filesystem::directory_iterator(folder.path())) left.push_back(each.path().filename());
    std::ranges::sort(left);
    CHECK(left == std::vector<std::string>{"config.json", "model.safetensors", "vocab.txt"});
  }

  TEST_CASE("what cannot be saved is refused before the old folder is touched") {
    const test::TemporaryFolder folder;
    write_folder(folder.path(), {{"old", true}}, three);
    const auto meta = at::empty({2}, at::kMeta);
    CHECK_THROWS_AS(write_folder(folder.path(), {{"old", false}}, {{"x", at::ones({1})}, {"y", meta}}),
                    CheckpointError);
    CHECK(ModelFolder::open(folder.path()).config().at("old") == true);
    CHECK(ModelFolder::open(folder.path()).weights().size() == 3);
  }

  TEST_CASE("folders without what a model needs say what is missing and what to do") {
    const test::TemporaryFolder folder;
    CHECK(refusal(folder / "nowhere") == ": expected a model folder, got nothing there");
    CHECK(refusal(folder.path()) == ": expected a model folder, got a folder without config.json");
    test::write_bytes(folder / "config.json", "{}");
    CHECK(refusal(folder.path()) == ": expected model.safetensors or model.safetensors.index.json, got neither");
    test::write_bytes(folder / "pytorch_model.bin", "PK");
    CHECK(refusal(folder.path())
              .starts_with(": expected model.safetensors, got pytorch_model.bin, a pickle; convert it in that folder "
                           "with: python3 -c \""));
    for (const auto* bad : {"", "[]", "{", "{\"a\":1}x", "1", "\xFF"}) {
      test::write_bytes(folder / "config.json", bad);
      CHECK_MESSAGE(refusal(folder.path()).starts_with("/config.json: expected "), bad);
    }
    test::write_bytes(folder / "config.json", std::string(1'000'000, '['));
    CHECK(refusal(folder.path()).starts_with("/config.json: expected JSON"));
  }

  TEST_CASE("an index is believed only where the shards bear it out") {
    const test::TemporaryFolder folder;
    test::write_bytes(folder / "config.json", "{}");
    write_safetensors(folder / "m1.safetensors", {{"a", at::ones({1})}, {"b", at::ones({1})}});
    write_safetensors(folder / "m2.safetensors", {{"c", at::ones({1})}});
    const auto index = [&](std::string_view weight_map, std::string_view rest = "") {
      test::write_bytes(folder / "model.safetensors.index.json", concat("{\"weight_map\": ", weight_map, rest, "}"));
      return refusal(folder.path());
    };
    const std::string good = R"({"a": "m1.safetensors", "b": "m1.safetensors", "c": "m2.safetensors"})";
    CHECK(index(good) == "accepted");  // without "metadata", which some readers insist on
    CHECK(index(good, R"(, "metadata": {"total_size": 12})") == "accepted");
    CHECK(ModelFolder::open(folder.path()).notes().empty());
    CHECK(index(good, R"(, "metadata": {"total_size": 13})") == "accepted");
    CHECK(ModelFolder::open(folder.path()).notes().size() == 1);
    CHECK(index(R"({"a": "m1.safetensors", "c": "m2.safetensors"})") == "accepted");
    CHECK(ModelFolder::open(folder.path()).notes()[0].ends_with("m1.safetensors: b: is not in the index"));
    CHECK(index(R"({"a": "m2.safetensors", "c": "m2.safetensors"})")
              .find("weight_map.a: expected in m2.safetensors, got no such tensor there") != std::string::npos);
    CHECK(index(R"({"a": "m1.safetensors", "c": "m1.safetensors", "b": "m2.safetensors"})").find("weight_map.b") !=
          std::string::npos);
    CHECK(index(R"({"a": "m3.safetensors"})").find("m3.safetensors: cannot be opened") != std::string::npos);
    for (const auto* shard : {"\"../m1.safetensors\"", "\"/etc/passwd\"", "\"x/m1.safetensors\"", "\"..\"", "\"\"", "1",
                              "null", "\"m1\\u0000.safetensors\"", "\"x\\\\m1\""})
      CHECK_MESSAGE(
          index(concat("{\"a\": ", shard, "}")).find("weight_map.a: expected a plain file name") != std::string::npos,
          shard);
    for (const auto* map : {"{}", "[]", "null", "1"})
      CHECK_MESSAGE(index(map).find("weight_map: expected an object") != std::string::npos, map);
    write_safetensors(folder / "m2.safetensors", {{"c", at::ones({1})}, {"a", at::ones({1})}});
    CHECK(index(good).find("m2.safetensors: a: expected in one file, got it in ") != std::string::npos);
  }

  TEST_CASE("the folders that transformers wrote are opened") {
    const auto models = test::shared("fixtures/hf/models");
    if (!models) return;
    for (const auto& each : std::filesystem::directory_iterator(*models)) {
      CAPTURE(each.path().string());
      const auto model = ModelFolder::open(each.path());
      CHECK(model.config().contains("model_type"));
      CHECK(model.weights().size() > 10);
      CHECK(model.notes().empty());
      for (const auto& name : model.weights().names()) CHECK(at::equal(model.view(name), model.weights().read(name)));
    }
    CHECK(ModelFolder::open(*models / "bert-sharded").weights().files().size() > 1);
  }
}

}  // namespace
}  // namespace hpo::checkpoint

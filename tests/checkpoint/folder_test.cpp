// Mirrors include/hpo/checkpoint/folder.hpp, weights.hpp, folder_writer.hpp, foreign_file.hpp and model_config.hpp.
#include <hpo/checkpoint/folder.hpp>
#include <hpo/checkpoint/folder_writer.hpp>
#include <hpo/checkpoint/model_config.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>

#include <sys/resource.h>

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

/// What a command prints; nothing if it fails.
std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  return ::pclose(pipe) == 0 ? text : "";
}

std::string hex(const at::Tensor& tensor) {
  constexpr std::string_view digits = "0123456789abcdef";
  const at::Tensor whole = tensor.contiguous();
  const auto* bytes = static_cast<const unsigned char*>(whole.data_ptr());
  std::string out;
  for (std::size_t i = 0; i < whole.nbytes(); ++i) out += {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
  return out;
}

/// As Python sees a folder, by a reader that shares no code with ours.
Json read_by_python(const std::filesystem::path& folder) {
  const std::string text = output_of(concat("python3 ", HPO_SOURCE_DIR, "/tests/checkpoint/read_folder.py ", folder));
  REQUIRE_MESSAGE(!text.empty(), "python3 refused ", folder.string());
  return Json::parse(text);
}

/// No file of this process may grow beyond so many bytes, as on a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit now{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int) = nullptr;
};

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& each : std::filesystem::directory_iterator(folder)) names.push_back(each.path().filename());
  std::ranges::sort(names);
  return names;
}

TEST_SUITE("checkpoint/folder") {
  TEST_CASE("Python reads what is written: names, types, shapes and bytes, in one file and in shards") {
    NamedTensors tensors;
    for (const Dtype& dtype : dtypes)
      if (dtype.in_torch)
        tensors.emplace_back(concat("layer.", dtype.name), at::arange(6).view({2, 3}).to(*dtype.in_torch).t());
    tensors.emplace_back("point", at::ones({}));
    tensors.emplace_back("empty", at::empty({0, 3}));
    tensors.emplace_back("caf\u00e9.\"quoted\"\\", at::arange(3));
    Json config = Json::parse(R"({"model_type": "bert", "zeta": {"kept": [1, null]}, "num_labels": 2})");
    set_labels(config, {"no", "na\u00efve", "yes"});
    set_dtype(config, "float32");
    set_architecture(config, "SequenceClassification");
    for (const std::uint64_t shard_bytes : {std::uint64_t{1} << 40, std::uint64_t{64}}) {
      const test::TemporaryFolder folder;
      write_folder(folder.path(), config, tensors, shard_bytes);
      const Json read = read_by_python(folder.path());
      CHECK(read.at("files").size() > (shard_bytes == 64 ? 2 : 0));
      CHECK(read.at("metadata") == Json{{"format", "pt"}});
      CHECK(read.at("config") == config);
      CHECK(read.at("tensors").size() == tensors.size());
      for (const auto& [name, tensor] : tensors) {
        CAPTURE(name);
        const Json expected{std::string(find_dtype(tensor.scalar_type())->name), tensor.sizes().vec(), hex(tensor)};
        CHECK(read.at("tensors").at(name) == expected);
      }
    }
    CHECK(config.at("id2label") == Json{{"0", "no"}, {"1", "na\u00efve"}, {"2", "yes"}});
    CHECK(config.at("label2id") == Json{{"no", 0}, {"na\u00efve", 1}, {"yes", 2}});
    CHECK(config.at("architectures") == Json::array({"BertForSequenceClassification"}));
    CHECK(config.at("problem_type") == "single_label_classification");
    CHECK(config.at("torch_dtype") == "float32");
    CHECK(config.at("dtype") == "float32");
    CHECK_FALSE(config.contains("num_labels"));
    CHECK(config.begin().key() == "model_type");
  }

  TEST_CASE("the class of transformers is named for the families that hpo knows, and no other is made up") {
    const auto architecture = [](Json config, std::string_view task = "QuestionAnswering") {
      set_architecture(config, task);
      return config.value("architectures", Json());
    };
    CHECK(architecture({{"model_type", "deberta-v2"}}, "") == Json::array({"DebertaV2Model"}));
    CHECK(architecture({{"model_type", "xlm-roberta"}}) == Json::array({"XLMRobertaForQuestionAnswering"}));
    CHECK(architecture({{"model_type", "t5"}, {"architectures", {"T5Model"}}}) == Json::array({"T5Model"}));
    CHECK(architecture({{"model_type", 1}}).is_null());
    CHECK(architecture(Json::object()).is_null());
  }

  TEST_CASE("a disk that is full leaves the old folder as it was, and nothing half written beside it") {
    const test::TemporaryFolder folder;
    write_folder(folder.path(), {{"old", true}}, three, 40);
    const auto before = names_in(folder.path());
    const NamedTensors larger{{"a", at::ones({4})}, {"b", at::ones({100'000})}};
    for (const std::uint64_t shard_bytes : {std::uint64_t{1} << 40, std::uint64_t{40}}) {
      const FullDisk disk(100'000);
      CHECK_THROWS_WITH_AS(write_folder(folder.path(), {{"old", false}}, larger, shard_bytes),
                           doctest::Contains("cannot be written: File too large"), CheckpointError);
    }
    CHECK(names_in(folder.path()) == before);
    const auto model = ModelFolder::open(folder.path());
    CHECK(model.config().at("old") == true);
    for (const auto& [name, tensor] : three) CHECK(at::equal(model.view(name), tensor));
  }

  TEST_CASE("weights that are mapped from a folder outlive its overwriting, and may be what overwrites it") {
    const test::TemporaryFolder folder;
    write_folder(folder.path(), Json::object(), three);
    const auto model = ModelFolder::open(folder.path());
    const at::Tensor a = model.view("a"), b = model.view("b");
    write_folder(folder.path(), Json::object(), {{"x", a}, {"y", b}}, 20);  // into shards: the old file goes
    CHECK(at::equal(a, at::ones({4})));
    CHECK(at::equal(b, at::arange(6)));
    const auto again = ModelFolder::open(folder.path());
    write_folder(folder.path(), Json::object(), {{"x", again.view("y")}, {"y", again.view("x")}}, 20);
    CHECK(at::equal(ModelFolder::open(folder.path()).view("y"), a));
    CHECK(at::equal(again.view("y"), b));
  }

  TEST_CASE("the command that converts a pickle is one line that a shell and Python read, and makes the file") {
    const test::TemporaryFolder folder;
    const auto model = folder / "it's a \"model\" $HOME";
    std::filesystem::create_directories(model);
    for (const auto* file : {"config.json", "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin",
                             "pytorch_model.bin.index.json"})
      test::write_bytes(model / file, "{}");
    // Stand-ins for the two packages that say what they were asked for: Debian has no safetensors for Python.
    std::filesystem::create_directories(folder / "stub/safetensors");
    test::write_bytes(folder / "stub/torch.py",
                      "class Weight:\n  def contiguous(self): return self\n  def clone(self): return self\n"
                      "def load(file, map_location, weights_only):\n"
                      "  assert map_location == 'cpu' and weights_only is True\n  return {'from ' + file: Weight()}\n");
    test::write_bytes(folder / "stub/safetensors/__init__.py", "");
    test::write_bytes(folder / "stub/safetensors/torch.py",
                      "def save_file(tensors, filename, metadata):\n"
                      "  assert metadata == {'format': 'pt'}\n  open(filename, 'w').write('\\n'.join(tensors))\n");
    const std::string text = refusal(model);
    const std::string mark = "a pickle; convert it with: ";
    REQUIRE(text.find(mark) != std::string::npos);
    const std::string command = text.substr(text.find(mark) + mark.size());
    test::write_bytes(folder / "convert.sh", command);
    CHECK(std::system(concat("PYTHONPATH=", folder / "stub", " sh ", folder / "convert.sh").c_str()) == 0);
    CHECK(read_file<CheckpointError>(model / "model.safetensors") ==
          "from pytorch_model-00001-of-00002.bin\nfrom pytorch_model-00002-of-00002.bin");
  }

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
    CHECK(names_in(folder.path()) == std::vector<std::string>{"config.json", "model.safetensors", "vocab.txt"});
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
              .starts_with(concat(": expected model.safetensors, got pytorch_model.bin, a pickle; convert it with: cd ",
                                  folder.path(), " && python3 -c \"import glob, torch; ")));
    std::filesystem::remove(folder / "pytorch_model.bin");
    test::write_bytes(folder / "tf_model.h5", "x");
    CHECK(refusal(folder.path())
              .starts_with(": expected model.safetensors, got tf_model.h5, weights of another framework"));
    for (const auto* link : {"model.safetensors.index.json", "model.safetensors"}) {
      std::filesystem::create_symlink("../blobs/gone", folder / link);
      CHECK(refusal(folder.path()).starts_with(concat("/", link, ": expected weights, got a link to nothing")));
    }
    std::filesystem::remove(folder / "model.safetensors");
    std::filesystem::remove(folder / "model.safetensors.index.json");
    for (const auto* bad : {"", "[]", "{", "{\"a\":1}x", "1", "\xFF", "{\"a\":1e999}"}) {
      test::write_bytes(folder / "config.json", bad);
      CHECK_MESSAGE(refusal(folder.path()).starts_with("/config.json: expected "), bad);
    }
    test::write_bytes(folder / "config.json", std::string(1'000'000, '['));
    CHECK(refusal(folder.path()) == "/config.json: expected at most 256 lists and objects in each other, got 1000000");
    std::string wide = "{";
    for (int i = 0; i < 200'000; ++i) wide += concat(i == 0 ? "\"" : ",\"", i, "\":1");
    test::write_bytes(folder / "config.json", wide + "}");
    CHECK(refusal(folder.path()) == "/config.json: expected objects of at most 25000 members, got 200000");
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

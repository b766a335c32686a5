// Mirrors include/hpo/checkpoint/hub_cache.hpp.
#include <hpo/checkpoint/hub_cache.hpp>

#include <map>
#include <optional>

#include <stdlib.h>

#include "files.hpp"

#include "../check.hpp"

namespace hpo::checkpoint {
namespace {

using Values = std::map<std::string, std::string>;

/// Sets environment variables, and puts them back.
class Environment {
 public:
  explicit Environment(const Values& values) {
    for (const auto* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME",
                             "TRANSFORMERS_CACHE", "PYTORCH_TRANSFORMERS_CACHE", "PYTORCH_PRETRAINED_BERT_CACHE"}) {
      const char* old = ::getenv(name);
      old_[name] = old == nullptr ? std::nullopt : std::optional<std::string>(old);
      ::unsetenv(name);
    }
    for (const auto& [name, value] : values) ::setenv(name.c_str(), value.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    for (const auto& [name, value] : old_) value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
  }

 private:
  std::map<std::string, std::optional<std::string>> old_;
};

std::string refusal(const std::string& name) {
  try {
    (void)find_model(name);
  } catch (const CheckpointError& error) {
    const std::string text = error.what();
    CHECK(text.find('\n') == std::string::npos);
    return text;
  }
  return "found";
}

/// A model's place in a cache, filled as huggingface_hub does: blobs, and snapshots of links to them.
class CachedModelFolder {
 public:
  explicit CachedModelFolder(std::filesystem::path path) : path_(std::move(path)) {
    std::filesystem::create_directories(path_ / "blobs");
    std::filesystem::create_directories(path_ / "refs");
  }
  std::filesystem::path snapshot(const std::string& commit) const { return path_ / "snapshots" / commit; }
  void add(const std::string& commit, const std::string& file, std::string_view bytes) const {
    const std::string blob = commit + "-" + file;
    test::write_bytes(path_ / "blobs" / blob, bytes);
    std::filesystem::create_directories(snapshot(commit));
    std::filesystem::create_symlink(std::filesystem::path("../../blobs") / blob, snapshot(commit) / file);
  }
  void forget(const std::string& commit, const std::string& file) const {
    std::filesystem::remove(path_ / "blobs" / (commit + "-" + file));
  }
  void point_to(std::string_view commit) const { test::write_bytes(path_ / "refs" / "main", commit); }

 private:
  std::filesystem::path path_;
};

TEST_SUITE("checkpoint/hub_cache") {
  TEST_CASE("the cache lies where Python's variables say, the most specific first") {
    Values set{{"HOME", "/h"}};
    const auto found = [&] {
      const Environment now(set);
      const auto folders = hub_caches();
      return folders.empty() ? std::filesystem::path() : folders.front();
    };
    CHECK(found() == "/h/.cache/huggingface/hub");
    set["XDG_CACHE_HOME"] = "/x";
    CHECK(found() == "/x/huggingface/hub");
    set["HF_HOME"] = "/f";
    CHECK(found() == "/f/hub");
    set["HUGGINGFACE_HUB_CACHE"] = "/old";
    CHECK(found() == "/old");
    set["HF_HUB_CACHE"] = "/c";
    CHECK(found() == "/c");
    set["HF_HUB_CACHE"] = "~/c";
    CHECK(found() == "/h/c");
    set["HF_HUB_CACHE"] = "$HF_HOME/${XDG_CACHE_HOME}/$NONE/${NONE}/$";
    CHECK(found() == "/f//x/$NONE/${NONE}/$");
    set["HF_HUB_CACHE"] = "";  // as if it were not set
    CHECK(found() == "/old");
    set.clear();
    CHECK(found().empty());
  }

  TEST_CASE("the folder that transformers 4 was told to use is searched first, then the hub's") {
    const test::TemporaryFolder folder;
    const Environment environment(
        Values{{"HF_HUB_CACHE", (folder / "hub").string()}, {"TRANSFORMERS_CACHE", (folder / "old").string()}});
    CHECK(hub_caches() == std::vector<std::filesystem::path>{folder / "old", folder / "hub"});
    const CachedModelFolder in_hub(folder / "hub/models--m");
    in_hub.add("aaa", "config.json", "{}");
    CHECK(find_model("m") == in_hub.snapshot("aaa"));
    const CachedModelFolder in_old(folder / "old/models--m");
    in_old.add("bbb", "config.json", "{}");
    CHECK(find_model("m") == in_old.snapshot("bbb"));
  }

  TEST_CASE("a folder is itself; a name is what refs/main points to, else the only snapshot") {
    const test::TemporaryFolder folder;
    const Environment environment(Values{{"HF_HUB_CACHE", folder.path().string()}});
    const auto cached = folder / "models--FacebookAI--roberta-base";
    const CachedModelFolder model(cached);
    for (const auto* commit : {"aaa", "bbb"}) model.add(commit, "config.json", "{}");
    CHECK(refusal("FacebookAI/roberta-base")
              .find(concat(cached, " holds 2 downloads and does not say which is meant; name the folder: ",
                           model.snapshot("aaa"))) != std::string::npos);
    model.point_to("bbb\n");
    CHECK(find_model("FacebookAI/roberta-base") == model.snapshot("bbb"));
    for (const auto* bad : {"../../..", "", "..", "\n"}) {
      model.point_to(bad);
      CHECK_MESSAGE(refusal("FacebookAI/roberta-base").find("refs/main names no download") != std::string::npos, bad);
    }
    std::filesystem::remove(cached / "refs" / "main");
    std::filesystem::remove_all(cached / "snapshots" / "aaa");
    CHECK(find_model("FacebookAI/roberta-base") == model.snapshot("bbb"));
    CHECK(find_model(folder.path().string()) == folder.path());
  }

  TEST_CASE("a download that is not complete is named, not taken for one that is not there") {
    const test::TemporaryFolder folder;
    const Environment environment(Values{{"HF_HUB_CACHE", folder.path().string()}});
    const CachedModelFolder model(folder / "models--m");
    CHECK(refusal("m").find(
              concat(folder / "models--m", " holds no complete download; download it with: hf download m")) !=
          std::string::npos);
    model.add("aaa", "config.json", "{}");
    model.add("bbb", "vocab.txt", "x");
    model.point_to("bbb");
    CHECK(refusal("m").find(concat(model.snapshot("bbb"), " has no config.json: the download is not complete")) !=
          std::string::npos);
    model.point_to("aaa");
    CHECK(find_model("m") == model.snapshot("aaa"));
    model.forget("aaa", "config.json");  // the link stays and leads nowhere
    CHECK(refusal("m").find(concat(model.snapshot("aaa"), " has no config.json")) != std::string::npos);
  }

  TEST_CASE("a model that is nowhere: where was searched, and the command that gets it") {
    const test::TemporaryFolder folder;
    const Environment environment(Values{{"HF_HUB_CACHE", folder.path().string()}});
    const std::string place = (folder / "models--roberta-base").string();
    CHECK(refusal("roberta-base")
              .starts_with("roberta-base: expected a model folder or a downloaded model, got neither; searched /"));
    CHECK(refusal("roberta-base")
              .ends_with("/roberta-base and " + place + "; download it with: hf download roberta-base"));
    CachedModelFolder(folder / "models--FacebookAI--roberta-base").add("aaa", "config.json", "{}");
    CHECK(refusal("roberta-base")
              .ends_with(
                  "; 'FacebookAI/roberta-base' is there: is that meant?; download it with: hf download roberta-base"));
    CHECK(refusal("FacebookAI/roberta-bse").find("'FacebookAI/roberta-base' is there") != std::string::npos);
    CHECK(refusal("bert").find("is there") == std::string::npos);
    for (const auto* name : {"", "../x", "/no/such/folder", "a/b/c", "x y", "a//b", ".hidden"})
      CHECK(refusal(name) == concat(name, ": expected a model folder or a model's name, got no such folder"));
    test::write_bytes(folder / "file", "x");
    CHECK(refusal((folder / "file").string()).ends_with("/file: expected a model folder, got a file"));
  }

  TEST_CASE("without a home, only the folder is searched") {
    const Environment environment{Values{}};
    CHECK(refusal("m").ends_with("/m; download it with: hf download m"));
  }
}

}  // namespace
}  // namespace hpo::checkpoint

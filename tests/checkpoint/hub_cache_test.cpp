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
    for (const auto* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME"}) {
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

TEST_SUITE("checkpoint/hub_cache") {
  TEST_CASE("the cache lies where Python's variables say, the most specific first") {
    Values set{{"HOME", "/h"}};
    const auto found = [&] {
      const Environment now(set);
      return hub_cache();
    };
    CHECK(found() == "/h/.cache/huggingface/hub");
    set["XDG_CACHE_HOME"] = "/x";
    CHECK(found() == "/x/huggingface/hub");
    set["HF_HOME"] = "/f";
    CHECK(found() == "/f/hub");
    set["HF_HUB_CACHE"] = "/c";
    CHECK(found() == "/c");
  }

  TEST_CASE("a folder is itself; a name is what refs/main points to, else the only snapshot") {
    const test::TemporaryFolder folder;
    const Environment environment(Values{{"HF_HUB_CACHE", folder.path().string()}});
    const auto cached = folder / "models--FacebookAI--roberta-base";
    for (const auto* commit : {"aaa", "bbb"}) {
      std::filesystem::create_directories(cached / "snapshots" / commit);
      test::write_bytes(cached / "snapshots" / commit / "config.json", "{}");
    }
    CHECK_THROWS_AS((void)find_model("FacebookAI/roberta-base"), CheckpointError);  // which of two?
    std::filesystem::create_directories(cached / "refs");
    test::write_bytes(cached / "refs" / "main", "bbb\n");
    CHECK(find_model("FacebookAI/roberta-base") == cached / "snapshots" / "bbb");
    test::write_bytes(cached / "refs" / "main", "../../..");
    CHECK_THROWS_AS((void)find_model("FacebookAI/roberta-base"), CheckpointError);
    std::filesystem::remove_all(cached / "snapshots" / "aaa");
    CHECK(find_model("FacebookAI/roberta-base") == cached / "snapshots" / "bbb");
    CHECK(find_model(folder.path().string()) == folder.path());
  }

  TEST_CASE("a model that is nowhere: where was searched, and the command that gets it") {
    const Environment environment(Values{{"HF_HUB_CACHE", "/no/such/cache"}});
    try {
      (void)find_model("roberta-base");
      FAIL("found");
    } catch (const CheckpointError& error) {
      const std::string text = error.what();
      CHECK(text.starts_with("roberta-base: expected a model folder or a downloaded model, got neither; searched /"));
      CHECK(text.ends_with(
          "/roberta-base and /no/such/cache/models--roberta-base; download it with: hf download roberta-base"));
    }
    for (const auto* name : {"", "../x", "/no/such/folder", "a/b/c", "x y", "a//b", ".hidden"})
      CHECK_THROWS_WITH_AS((void)find_model(name),
                           concat(name, ": expected a model folder or a model's name, got no such folder").c_str(),
                           CheckpointError);
  }
}

}  // namespace
}  // namespace hpo::checkpoint

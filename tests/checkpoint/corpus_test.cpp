// The corpus of the fuzz target, file by file: what must be read is read, and what must be refused is refused at once.
#include <hpo/checkpoint/safetensors.hpp>

#include <ctime>
#include <filesystem>
#include <string>

#include "files.hpp"

#include "../check.hpp"

namespace hpo::checkpoint {
namespace {

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

TEST_SUITE("checkpoint/corpus") {
  TEST_CASE("every file is accepted or refused as its name says") {
    int valid = 0, bad = 0;
    for (const auto& each :
         std::filesystem::directory_iterator(std::filesystem::path(HPO_SOURCE_DIR) / "tests/fuzz/corpus/safetensors")) {
      const std::string name = each.path().filename().string();
      CAPTURE(name);
      if (name.starts_with("valid_")) {
        ++valid;
        CHECK_NOTHROW((void)SafetensorsFile::open(each.path()));
      } else if (name.starts_with("bad_")) {
        ++bad;
        CHECK_THROWS_AS((void)SafetensorsFile::open(each.path()), CheckpointError);
      }
    }
    CHECK(valid >= 16);
    CHECK(bad >= 95);
  }

  TEST_CASE("a hundred thousand tensors on one range, and a million that are well formed, are judged in seconds") {
    const test::TemporaryFolder folder;
    const auto path = folder / "x.safetensors";
    const auto judge = [&](int tensors, bool one_range) {
      std::string header = "{";
      for (int i = 0; i < tensors; ++i)
        header += concat(i == 0 ? "" : ",", "\"", i, R"(":{"dtype":"U8","shape":[1],"data_offsets":[)",
                         one_range ? 0 : i, ",", one_range ? 1 : i + 1, "]}");
      test::write_bytes(path, test::safetensors_bytes(header + "}", static_cast<std::size_t>(one_range ? 1 : tensors)));
      const double begin = processor_seconds();
      bool accepted = true;
      try {
        const auto file = SafetensorsFile::open(path);
        CHECK(file.entries().size() == static_cast<std::size_t>(tensors));
      } catch (const CheckpointError&) {
        accepted = false;
      }
      CHECK(accepted != one_range);
      return processor_seconds() - begin;
    };
    CHECK(judge(100'000, true) < 1.0);
    CHECK(judge(1'000'000, false) < 10.0);
  }
}

}  // namespace
}  // namespace hpo::checkpoint

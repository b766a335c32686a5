// Mirrors include/hpo/core/folder.hpp.
#include <hpo/core/file.hpp>
#include <hpo/core/folder.hpp>
#include <hpo/core/mapped_file.hpp>

#include "../check.hpp"

namespace hpo {
namespace {

namespace fs = std::filesystem;

TEST_SUITE("core/folder") {
  TEST_CASE("a folder takes the place of nothing, and of another one with all that is in it") {
    const test::TemporaryFolder folder;
    const auto place = folder / "model";
    for (const auto* content : {"first", "second"}) {
      AtomicFile::write(folder / "model.new" / content, content);
      replace_folder<Error>(folder / "model.new", place);
      CHECK(read_file<Error>(place / content) == content);
      CHECK(std::distance(fs::directory_iterator(place), fs::directory_iterator()) == 1);
      CHECK_FALSE(fs::exists(folder / "model.new"));
    }
  }

  TEST_CASE("what is mapped from the old folder stays as it was") {
    const test::TemporaryFolder folder;
    AtomicFile::write(folder / "a" / "x", "old");
    const auto mapped = MappedFile::open<Error>(folder / "a" / "x");
    AtomicFile::write(folder / "b" / "x", "new");
    replace_folder<Error>(folder / "b", folder / "a");
    CHECK(std::string(reinterpret_cast<const char*>(mapped->bytes().data()), 3) == "old");
    CHECK(read_file<Error>(folder / "a" / "x") == "new");
  }

  TEST_CASE("if it cannot be done, both are where they were") {
    const test::TemporaryFolder folder;
    AtomicFile::write(folder / "a" / "x", "old");
    CHECK_THROWS_WITH_AS(replace_folder<CheckpointError>(folder / "none", folder / "a"),
                         concat(folder / "a", ": cannot be replaced: No such file or directory").c_str(),
                         CheckpointError);
    CHECK_THROWS_AS(replace_folder<CheckpointError>(folder / "none", folder / "b"), CheckpointError);
    CHECK(read_file<Error>(folder / "a" / "x") == "old");
  }
}

}  // namespace
}  // namespace hpo

// Mirrors include/hpo/core/file.hpp and mapped_file.hpp.
#include <hpo/core/file.hpp>
#include <hpo/core/mapped_file.hpp>
#include "../check.hpp"

#include <string_view>

namespace hpo {
namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

TEST_SUITE("core/file") {
  TEST_CASE("what is written is read, and makes the folders it needs") {
    const test::TemporaryFolder folder;
    const std::string bytes = std::string("a\0b\n", 4) + std::string(200'000, 'x');
    AtomicFile::write(folder / "deep/er/file", bytes);
    CHECK(read_file<DataError>(folder / "deep/er/file") == bytes);
    const auto mapped = MappedFile::open<DataError>(folder / "deep/er/file");
    CHECK(mapped->bytes().size() == bytes.size());
    CHECK(static_cast<char>(mapped->bytes()[0]) == 'a');
  }
  TEST_CASE("a file that is begun and not committed leaves the old one and no litter") {
    const test::TemporaryFolder folder;
    AtomicFile::write(folder / "file", "old");
    {
      AtomicFile file = AtomicFile::begin(folder / "file");
      file.append("new");
    }
    CHECK(read_file<DataError>(folder / "file") == "old");
    CHECK(files_in(folder.path()) == 1);
  }
  TEST_CASE("a write to a mapping stays private") {
    const test::TemporaryFolder folder;
    AtomicFile::write(folder / "file", "abc");
    MappedFile::open<DataError>(folder / "file")->bytes()[0] = std::byte{'z'};
    CHECK(read_file<DataError>(folder / "file") == "abc");
  }
  TEST_CASE("missing files, folders and empty files are told apart") {
    const test::TemporaryFolder folder;
    CHECK_THROWS_WITH_AS((void)read_file<DataError>(folder / "none"),
                         ((folder / "none").string() + ": cannot be opened: No such file or directory").c_str(),
                         DataError);
    CHECK_THROWS_AS((void)read_file<CheckpointError>(folder.path()), CheckpointError);
    AtomicFile::write(folder / "empty", "");
    CHECK(read_file<DataError>(folder / "empty").empty());
    CHECK(MappedFile::open<DataError>(folder / "empty")->bytes().empty());
  }
}

}  // namespace
}  // namespace hpo

// Mirrors include/hpo/agent/predictions.hpp.
#include <hpo/agent/predictions.hpp>

#include "../check.hpp"

namespace hpo::agent {
namespace {

std::string written(const std::filesystem::path& path) {
  PredictionFile file(path, {"id", "text", "p"});
  file.add({"a", "plain", 0.5}, {{"more", {1, 2}}});
  file.add({"b", "with \"quotes\", commas\nand lines", nullptr}, Json::object());
  CHECK_FALSE(std::filesystem::exists(path));  // whole or not there
  file.write();
  return read_file<DataError>(path);
}

TEST_SUITE("agent/predictions") {
  TEST_CASE("a cell that needs quotes has them, and nothing is an empty cell") {
    const test::TemporaryFolder folder;
    CHECK(written(folder / "x.csv") == "id,text,p\na,plain,0.5\nb,\"with \"\"quotes\"\", commas\nand lines\",\n");
    CHECK(written(folder / "x.tsv") == "id\ttext\tp\na\tplain\t0.5\nb\t\"with \"\"quotes\"\", commas\nand lines\"\t\n");
  }
  TEST_CASE("JSON lines hold what cells cannot") {
    const test::TemporaryFolder folder;
    std::istringstream lines(written(folder / "x.jsonl"));
    std::string first, second;
    std::getline(lines, first);
    std::getline(lines, second);
    CHECK(Json::parse(first) == Json{{"id", "a"}, {"text", "plain"}, {"p", 0.5}, {"more", {1, 2}}});
    CHECK(Json::parse(second).at("p").is_null());
    CHECK(Json::parse(second).at("text") == "with \"quotes\", commas\nand lines");
  }
  TEST_CASE("another ending is refused before a model runs") {
    CHECK_THROWS_WITH_AS(PredictionFile("said.txt", {"id"}),
                         "said.txt: expected a name that ends in .csv, .tsv or .jsonl, got '.txt'", UsageError);
  }
}

}  // namespace
}  // namespace hpo::agent

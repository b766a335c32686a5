// Mirrors include/hpo/data/json_lines.hpp and json_text.hpp.
#include <hpo/data/json_lines.hpp>

#include <string>
#include <vector>

#include "../check.hpp"

namespace hpo::data {
namespace {

Table table(const std::string& bytes, std::int64_t limit = 0) {
  const test::TemporaryFolder folder;
  AtomicFile::write(folder / "x.jsonl", bytes);
  try {
    return read_json_lines(folder / "x.jsonl",
                           {{"data.text", "text"}, {"data.label", "label"}, {"data.group", "g", false}}, limit);
  } catch (const DataError& error) {
    throw DataError(std::string(error.what()).substr(folder.path().string().size() + 1));
  }
}

TEST_SUITE("data/json_lines") {
  TEST_CASE("cells: text, numbers, bools and null; other keys are ignored; empty lines are skipped") {
    const Table read = table(
        "{\"text\": \"caf\\u00e9 \\ud83d\\ude00\", \"label\": 3, \"more\": [1]}\r\n\n"
        "{\"label\": true, \"text\": \"b\", \"g\": \"p1\"}\n"
        "{\"label\": null, \"text\": \"c\"}");
    REQUIRE(read.rows.size() == 3);
    CHECK(read.rows[0].cells == std::vector<std::string>{"caf\xC3\xA9 \xF0\x9F\x98\x80", "3", ""});
    CHECK(read.rows[1].cells == std::vector<std::string>{"b", "true", "p1"});
    CHECK(read.rows[2].cells[1].empty());
    CHECK(read.rows[1].line == 3);
    CHECK(read.rows[1].number == 2);
    CHECK(read.present == std::vector<bool>{true, true, true});
  }
  TEST_CASE("the limit stops before what lies behind it") {
    CHECK(table("{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\",\"label\":1}\nno json\n", 2).rows.size() == 2);
  }
  TEST_CASE("lines that cannot be read are refused with their number") {
    const std::string good = "{\"text\":\"a\",\"label\":1}\n";
    CHECK_THROWS_WITH_AS(
        table(good + "{\"text\": \n"),
        "x.jsonl:2: expected JSON: syntax error while parsing value - unexpected end of input; expected "
        "'[', '{', or a literal",
        DataError);
    CHECK_THROWS_WITH_AS(table(good + "[1]\n"), "x.jsonl:2: expected an object, got array", DataError);
    CHECK_THROWS_WITH_AS(
        table(good + "{\"txt\":\"a\",\"label\":1}\n"),
        "x.jsonl:2: data.text: expected a key 'text', got none; did you mean 'txt'?; known: txt, label", DataError);
    CHECK_THROWS_WITH_AS(table(good + "{\"text\":[\"a\"],\"label\":1}\n"),
                         "x.jsonl:2: data.text: expected text or a number, got an array", DataError);
    CHECK_THROWS_WITH_AS(table(good + "{\"text\":\"a\\u0000b\",\"label\":1}\n"),
                         "x.jsonl:2: data.text: expected text, got a NUL character", DataError);
    CHECK_THROWS_AS(table(good + "{\"text\":\"\\ud800\",\"label\":1}\n"), DataError);
  }
}
}  // namespace
}  // namespace hpo::data

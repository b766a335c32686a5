// Mirrors include/hpo/data/span_reader.hpp and squad.hpp.
#include <hpo/data/span_reader.hpp>

#include <string>
#include <vector>

#include "../check.hpp"

namespace hpo::data {
namespace {

SpanFile read(const std::string& name, const std::string& bytes, const SpanColumns& columns = {},
              Labels use = Labels::required, std::int64_t limit = 0) {
  const test::TemporaryFolder folder;
  AtomicFile::write(folder / name, bytes);
  try {
    return read_spans(folder / name, {.limit = limit}, columns, use);
  } catch (const DataError& error) {
    throw DataError(std::string(error.what()).substr(folder.path().string().size() + 1));
  }
}

const SpanColumns located{.start = "start"};
using Answers = std::vector<SpanExample::Answer>;

std::string squad(const std::string& questions) {
  return "{\"version\": \"2.0\", \"data\": [{\"title\": \"T\", \"paragraphs\": [{\"context\": \"caf\\u00e9 au lait\", "
         "\"qas\": [" +
         questions + "]}]}]}";
}

TEST_SUITE("data/span_reader") {
  TEST_CASE("a table: answers by text and start, none, and by text alone") {
    const auto file =
        read("x.csv", "context,question,answer,start\ncafé au lait,what?,lait,8\nab,why?,,\nab,why?,,-1\n", located);
    REQUIRE(file.examples.size() == 3);
    CHECK(file.examples[0] ==
          SpanExample{.id = "1", .context = "café au lait", .question = "what?", .answers = {{"lait", 8}}, .row = 1});
    CHECK(file.examples[1].impossible);
    CHECK(file.examples[2].impossible);
    CHECK(file.report.unaligned.empty());
    CHECK(read("x.jsonl", "{\"context\":\"abc\",\"answer\":\"b\"}\n", {.question = ""}).examples[0].answers ==
          Answers{{"b", 1}});
  }
  TEST_CASE("a table: answers by start and end") {
    const auto file =
        read("x.csv", "context,s,e\nabc,1,3\nabc,,\n", {.question = "", .answer = "", .start = "s", .end = "e"});
    CHECK(file.examples[0].answers == Answers{{"bc", 1}});
    CHECK(!file.examples[0].question);
    CHECK(file.examples[1].impossible);
    CHECK_THROWS_WITH_AS((void)read_spans("x.csv", {}, {.answer = "", .start = "s"}),
                         "data.answer: expected a column, or columns in data.start and data.end, got none",
                         ConfigError);
  }
  TEST_CASE("answers that do not fit are counted, listed and dropped, or count as unanswerable") {
    const std::string bytes = "id,context,question,answer,start\nq1,abc,?,b,0\nq2,abc,?,b,1\nq3,abcb,?,b,\n";
    SpanColumns columns{.start = "start", .id = "id"};
    const auto dropped = read("x.csv", bytes, columns);
    CHECK(dropped.examples.size() == 1);
    CHECK(dropped.report.rows == 3);
    CHECK(dropped.report.dropped == 2);
    REQUIRE(dropped.report.unaligned.size() == 2);
    CHECK(dropped.report.unaligned[0].id == "q1");
    CHECK(dropped.report.unaligned[0].reason == "expected 'b' at 0, got 'a'");
    CHECK(dropped.report.unaligned[1].row == 3);
    columns.unaligned = UnalignedPolicy::unanswerable;
    const auto kept = read("x.csv", bytes, columns);
    CHECK(kept.examples.size() == 3);
    CHECK(kept.examples[2].impossible);
    columns.unaligned = UnalignedPolicy::error;
    CHECK_THROWS_WITH_AS(read("x.csv", bytes, columns),
                         "x.csv:2: data.answer: row 1: expected 'b' at 0, got 'a'; to go on without such rows, set "
                         "data.unaligned = \"drop\"",
                         DataError);
    CHECK_THROWS_AS(read("x.csv", "context,question,answer,start\nabc,?,b,0\n", located), DataError);  // none is left
  }
  TEST_CASE("cells that cannot be are refused with their line") {
    CHECK_THROWS_WITH_AS(read("x.csv", "context,question,answer,start\nabc,?,b,1.0\n", located),
                         "x.csv:2: data.start: row 1: expected a whole number, got '1.0'", DataError);
    CHECK_THROWS_WITH_AS(read("x.csv", "context,question,answer\n ,?,b\n"),
                         "x.csv:2: data.context: row 1: expected text, got an empty cell", DataError);
  }
  TEST_CASE("rows to predict need no answers") {
    const auto file = read("x.csv", "context,question\nabc,?\n", located, Labels::optional);
    CHECK(!file.labelled);
    CHECK(!file.examples[0].impossible);
    CHECK(file.examples[0].answers.empty());
    CHECK(read("x.csv", "context,question,answer\nabc,?,b\n", {}, Labels::optional).labelled);
  }
  TEST_CASE("SQuAD: answers, impossible questions, code points, groups, limit") {
    const std::string bytes = squad(
        "{\"id\": \"a\", \"question\": \"q\", \"answers\": [{\"text\": \"lait\", \"answer_start\": 8}, {\"text\": "
        "\"au\", "
        "\"answer_start\": 5}], \"is_impossible\": false},"
        "{\"id\": \"b\", \"question\": \"q\", \"answers\": [], \"plausible_answers\": [{\"text\": \"au\", "
        "\"answer_start\": "
        "5}], \"is_impossible\": true},"
        "{\"id\": 3, \"question\": \"q\", \"answers\": []},"
        "{\"id\": \"d\", \"question\": \"q\", \"answers\": [{\"text\": \"lait\", \"answer_start\": 9}]}");
    const auto file = read("x.json", bytes, {.group = "title"});
    REQUIRE(file.examples.size() == 3);
    CHECK(file.examples[0].answers == Answers{{"lait", 8}, {"au", 5}});
    CHECK(file.examples[0].group == "T");
    CHECK(file.examples[1].impossible);
    CHECK(file.examples[2].id == "3");
    CHECK(file.examples[2].impossible);
    CHECK(file.report.dropped == 1);
    CHECK(file.report.unaligned[0].row == 4);
    CHECK(read("x.json", bytes, {}, Labels::required, 2).examples.size() == 2);
  }
  TEST_CASE("SQuAD: what does not fit the layout is refused with its place") {
    CHECK_THROWS_WITH_AS(
        read("x.json", squad("{\"id\": \"a\", \"question\": \"q\"}")),
        "x.json: data[0].paragraphs[0].qas[0]: expected a key 'answers', got none; known: id, question", DataError);
    CHECK(!read("x.json", squad("{\"id\": \"a\", \"question\": \"q\"}"), {}, Labels::optional).labelled);
    CHECK_THROWS_WITH_AS(
        read("x.json",
             squad("{\"id\": \"a\", \"question\": \"q\", \"answers\": [{\"text\": \"au\", \"answer_start\": \"5\"}]}")),
        "x.json: data[0].paragraphs[0].qas[0].answers[0].answer_start: expected a whole number, got string", DataError);
    CHECK_THROWS_WITH_AS(read("x.json", "{\"data\": 3}"), "x.json: data: expected a list, got number", DataError);
    CHECK_THROWS_WITH_AS(read("x.json", "[]"), "x.json: : expected an object, got array", DataError);
    CHECK_THROWS_WITH_AS(read("x.json", "{\"data\": []}"), "x.json: expected at least one question, got none",
                         DataError);
    CHECK_THROWS_AS(read("x.json", "{\"data\":\n [}"), DataError);
    CHECK_THROWS_AS((void)read("x.json", squad(""), {.group = "id"}), ConfigError);
  }
  TEST_CASE("the bundled evidence data fits, every row of it") {
    const auto file = read_spans(std::string(HPO_SOURCE_DIR) + "/examples/data/evidence.csv", {},
                                 {.start = "start", .id = "id", .unaligned = UnalignedPolicy::error});
    CHECK(file.examples.size() >= 300);
  }
  TEST_CASE("public data: every answer of XQuAD fits, not every one of covidQA") {
    if (const auto path = test::shared("data/xquad/xquad.en.json")) {
      const auto file = read_spans(*path, {}, {.group = "context"});
      CHECK(file.examples.size() == 1190);
      CHECK(file.report.exact == 1190);
      CHECK(file.report.misaligned() == 0);
    }
    if (const auto path = test::shared("data/xquad/xquad.zh.json")) {
      const auto file = read_spans(*path, {}, {});
      CHECK(file.report.exact == 1190);
      CHECK(file.report.misaligned() == 0);
    }
    if (const auto path = test::shared("data/covidqa/200423_covidQA.json")) {
      const auto file = read_spans(*path, {}, {.group = "context"});
      CHECK(file.report.rows == 1380);
      CHECK(file.report.answers() == 1380);
      CHECK(file.report.misaligned() == 234);  // context[start:start + len(text)] != text
      CHECK(file.report.white_space == 196);   // the texts begin with spaces that the starts do not count
      CHECK(file.report.elsewhere == 38);      // their starts are 3 characters early, into other words
      CHECK(file.report.absent == 0);
      CHECK(file.report.dropped == 38);
      CHECK(file.examples.size() == 1342);
      CHECK(file.report.summary().find('\n') == std::string::npos);
    }
  }
}
}  // namespace
}  // namespace hpo::data

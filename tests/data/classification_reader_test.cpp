// Mirrors include/hpo/data/classification_reader.hpp and read_table.hpp.
#include <hpo/data/classification_reader.hpp>

#include <string>
#include <vector>

#include "../check.hpp"

namespace hpo::data {
namespace {

ClassificationFile read(const std::string& name, const std::string& bytes, const ClassificationColumns& columns = {},
                        Labels use = Labels::required, const std::optional<LabelSet>& known = std::nullopt) {
  const test::TemporaryFolder folder;
  AtomicFile::write(folder / name, bytes);
  const auto shortened = [&](const Error& error) {
    return std::string(error.what()).substr(folder.path().string().size() + 1);
  };
  try {
    return read_classification(folder / name, {}, columns, known, use);
  } catch (const DataError& error) {
    throw DataError(shortened(error));
  }
}

TEST_SUITE("data/classification_reader") {
  TEST_CASE("classes that are not declared are those of the file, sorted") {
    const auto file = read("x.csv", "text,label\na,no\nb,yes\nc,maybe\nd,no\n");
    CHECK(file.labels.names == std::vector<std::string>{"maybe", "no", "yes"});
    REQUIRE(file.examples.size() == 4);
    CHECK(file.examples[1] ==
          ClassificationExample{.text = "b", .pair = {}, .label = 2, .group = "", .row = 2, .id = ""});
  }
  TEST_CASE("whole numbers are sorted by value") {
    CHECK(read("x.csv", "text,label\na,10\nb,2\nc,-1\n").labels.names == std::vector<std::string>{"-1", "2", "10"});
  }
  TEST_CASE("declared classes keep their order, also those without a row") {
    const auto file = read("x.csv", "text,label\na,no\nb,yes\n", {.classes = {"yes", "unsure", "no"}});
    CHECK(file.labels.names == std::vector<std::string>{"yes", "unsure", "no"});
    CHECK(file.examples[0].label == 2);
  }
  TEST_CASE("a clinical layout is a matter of configuration") {
    const auto file = read(
        "x.csv",
        "post_id,sentence_id,sentence_text,DSM5_symptom,status\n"
        "p1,p1_1,\"Nothing tastes, nothing is fun.\",ANHEDONIA,1\n"
        "p1,p1_1,\"Nothing tastes, nothing is fun.\",FATIGUE,0\n"
        "p2,p2_4,I sleep well.,SLEEP_ISSUES,0\n",
        {.text = "sentence_text", .pair = "DSM5_symptom", .label = "status", .group = "post_id", .id = "sentence_id"});
    CHECK(file.labels.names == std::vector<std::string>{"0", "1"});
    REQUIRE(file.examples.size() == 3);
    CHECK(file.examples[0] == ClassificationExample{.text = "Nothing tastes, nothing is fun.",
                                                    .pair = "ANHEDONIA",
                                                    .label = 1,
                                                    .group = "p1",
                                                    .row = 1,
                                                    .id = "p1_1"});
    CHECK(file.examples[2].group == "p2");
  }
  TEST_CASE("TSV and JSON lines give the same examples as CSV") {
    const auto csv = read("x.csv", "text,label\n\"a,b\",0\nc,1\n");
    CHECK(read("x.tsv", "text\tlabel\na,b\t0\nc\t1\n").examples == csv.examples);
    CHECK(read("x.jsonl", "{\"text\":\"a,b\",\"label\":0}\n{\"text\":\"c\",\"label\":1}\n").examples == csv.examples);
  }
  TEST_CASE("labels outside the classes are refused by row number, all of them at once") {
    CHECK_THROWS_WITH_AS(
        read("x.csv", "text,label\na,no\nb,Yes\nc,yes\nd,\n", {.classes = {"no", "yes"}}),
        "x.csv:3: data.label: row 2: expected a known class, got 'Yes'; did you mean 'yes'?; known: no, yes; "
        "such rows: 2 (2, 4)",
        DataError);
    CHECK_THROWS_WITH_AS(
        read("x.csv", "text,label\na,no\nb,\nc,yes\n"),
        "x.csv:3: data.label: row 2: expected a known class, got an empty cell; known: no, yes; such rows: 1 "
        "(2)",
        DataError);
    CHECK_THROWS_WITH_AS(
        read("x.csv", "text,label\na,no\nb,new\n", {}, Labels::required, LabelSet{{"no", "yes"}}),
        "x.csv:3: data.label: row 2: expected a known class, got 'new'; did you mean 'no'?; known: no, yes; "
        "such rows: 1 (2)",
        DataError);
  }
  TEST_CASE("one class is not enough, and declared classes differ") {
    CHECK_THROWS_WITH_AS(read("x.csv", "text,label\na,no\nb,no\n"),
                         "x.csv: data.label: expected two or more classes in column 'label', got only 'no'", DataError);
    CHECK_THROWS_WITH_AS(read("x.csv", "text,label\na,no\n", {.classes = {"no", "no"}}),
                         "data.classes: expected two or more different names, got no, no", ConfigError);
  }
  TEST_CASE("an empty text is refused, an empty second text is not") {
    CHECK_THROWS_WITH_AS(read("x.csv", "text,label\na,no\n  ,yes\n"),
                         "x.csv:3: data.text: row 2: expected text, got an empty cell", DataError);
    CHECK(read("x.csv", "text,q,label\na,,no\nb,c,yes\n", {.pair = "q"}).examples[0].pair == "");
  }
  TEST_CASE("rows to predict need no labels and no groups") {
    const LabelSet known{{"no", "yes"}};
    const ClassificationColumns columns{.group = "post"};
    CHECK(read("x.csv", "text\na\n", columns, Labels::optional, known).examples[0].label == -1);
    CHECK(read("x.csv", "text,label\na,\nb,yes\n", columns, Labels::optional, known).examples[1].label == 1);
    CHECK_THROWS_AS(read("x.csv", "text,label\na,other\n", columns, Labels::optional, known), DataError);
  }
  TEST_CASE("a name that says no format") {
    CHECK_THROWS_WITH_AS(
        (void)format_of("data/x.xlsx", FileFormat::by_name),
        "data/x.xlsx: data.format: expected a name that ends in .csv, .tsv, .jsonl or .json, got '.xlsx'; "
        "known: csv, tsv, jsonl, squad",
        ConfigError);
    CHECK(format_of("data/x.txt", FileFormat::tsv) == FileFormat::tsv);
  }
  TEST_CASE("the bundled criteria data") {
    const auto file = read_classification(std::string(HPO_SOURCE_DIR) + "/examples/data/criteria.csv", {},
                                          {.group = "post_id", .id = "sentence_id"});
    CHECK(file.examples.size() >= 600);
    CHECK(file.labels.names == std::vector<std::string>{"fault", "fine"});
    CHECK(file.examples[0].group == "log001");
  }
  TEST_CASE("banking77: 77 classes, quoted cells over several lines") {
    const auto folder = test::shared("data/banking77");
    if (!folder) return;
    const ClassificationColumns columns{.label = "category"};
    const auto train = read_classification(*folder / "train.csv", {}, columns);
    CHECK(train.examples.size() == 10003);
    CHECK(train.labels.size() == 77);
    CHECK(read_classification(*folder / "test.csv", {}, columns, train.labels).examples.size() == 3080);
  }
}
}  // namespace
}  // namespace hpo::data

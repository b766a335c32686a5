// Mirrors include/hpo/data/load.hpp and options.hpp.
#include <hpo/data/load.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "../described_keys.hpp"

namespace hpo::data {
namespace {

const std::string bundled = std::string(HPO_SOURCE_DIR) + "/examples/data/";

/// A key offered twice could not be told apart in a file.
template <class Options>
void describes_itself_flat() {
  const auto keys = test::described_keys<Options>({.source = {.train = "must be set"}});
  CHECK(keys.size() == std::set<std::string>(keys.begin(), keys.end()).size());
  CHECK(std::ranges::count(keys, "group") == 1);
}

struct Files {
  test::TemporaryFolder folder;
  std::string operator()(const std::string& name, const std::string& bytes) const {
    AtomicFile::write(folder / name, bytes);
    return (folder / name).string();
  }
};

TEST_SUITE("data/load") {
  TEST_CASE("the section has one flat list of keys") {
    describes_itself_flat<ClassificationDataOptions>();
    describes_itself_flat<SpanDataOptions>();
  }
  TEST_CASE("the bundled criteria data: grouped, stratified, no group leaks") {
    const auto data = load_classification({.source = {.train = bundled + "criteria.csv"},
                                           .columns = {.group = "post_id"},
                                           .split = {.valid_fraction = 0.2, .test_fraction = 0.2}},
                                          7);
    std::set<std::string> train, valid;
    for (const auto row : data.split.train) train.insert(data.examples[row].group);
    for (const auto row : data.split.valid) valid.insert(data.examples[row].group);
    CHECK(std::ranges::none_of(valid, [&](const auto& group) { return train.contains(group); }));
    CHECK(data.split.train.size() + data.split.valid.size() + data.split.test.size() == data.examples.size());
    const auto faults =
        std::ranges::count_if(data.split.valid, [&](auto row) { return data.examples[row].label == 0; });
    CHECK(std::abs(static_cast<double>(faults) / static_cast<double>(data.split.valid.size()) - 500.0 / 960.0) < 0.02);
  }
  TEST_CASE("files of their own are parts of their own, behind the rows of train") {
    const Files file;
    const auto data = load_classification({.source = {.train = file("a.csv", "text,label\na,x\nb,y\nc,x\n"),
                                                      .valid = file("b.csv", "text,label\nd,y\n"),
                                                      .test = file("c.jsonl", "{\"text\":\"e\",\"label\":\"x\"}\n")}},
                                          1);
    CHECK(data.split == Split{{0, 1, 2}, {3}, {4}});
    CHECK(data.examples[3].text == "d");
    CHECK(data.examples[4].label == 0);
  }
  TEST_CASE("a class that only another file has is refused before anything is trained") {
    const Files file;
    const ClassificationDataOptions options{
        .source = {.train = file("a.csv", "text,label\na,x\nb,y\n"), .valid = file("b.csv", "text,label\nd,y\ne,z\n")}};
    CHECK_THROWS_WITH_AS(
        (void)load_classification(options, 1),
        (options.source.valid + ":3: data.label: row 2: expected a known class, got 'z'; did you mean 'x'?; "
                                "known: x, y; such rows: 1 (2)")
            .c_str(),
        DataError);
  }
  TEST_CASE("a group with rows in two files is refused") {
    const Files file;
    const ClassificationDataOptions options{.source = {.train = file("a.csv", "text,label,p\na,x,1\nb,y,2\n"),
                                                       .valid = file("b.csv", "text,label,p\nd,y,3\ne,x,2\n")},
                                            .columns = {.group = "p"}};
    CHECK_THROWS_WITH_AS(
        (void)load_classification(options, 1),
        (options.source.valid + ": data.group: row 2: expected a group that no other file has, got '2'").c_str(),
        DataError);
  }
  TEST_CASE("folds and a file that validates exclude each other") {
    CHECK_THROWS_WITH_AS(
        (void)load_classification({.source = {.train = "a.csv", .valid = "b.csv"}, .split = {.folds = 5}}, 1),
        "data.folds: expected 0 beside a file in data.valid, got 5", ConfigError);
  }
  TEST_CASE("the bundled evidence data: stratified by whether there is an answer") {
    const auto data =
        load_spans({.source = {.train = bundled + "evidence.csv"}, .columns = {.start = "start", .id = "id"}}, 3);
    CHECK(data.report.unaligned.empty());
    CHECK(data.split.valid.size() == 128);
    const auto none = [&](auto row) { return data.examples[row].impossible; };
    CHECK(std::abs(std::ranges::count_if(data.split.valid, none) - 10) <= 1);
  }
  TEST_CASE("what alignment found is told for all files together") {
    const Files file;
    const auto data = load_spans({.source = {.train = file("a.csv", "context,answer\nabc,b\nabb,b\nxyz,y\n"),
                                             .valid = file("b.csv", "context,answer\nabc,q\nabc,c\n")},
                                  .columns = {.question = ""}},
                                 1);
    CHECK(data.report.rows == 5);
    CHECK(data.report.dropped == 2);
    CHECK(data.report.unaligned.size() == 2);
    CHECK(data.split == Split{{0, 1}, {2}, {}});
  }
}
}  // namespace
}  // namespace hpo::data

// Mirrors include/hpo/config/write.hpp.
#include <hpo/config/write.hpp>

#include <hpo/config/read.hpp>

#include <limits>

#include "../check.hpp"
#include "options.hpp"

namespace hpo::config {
namespace {

using test::TrainOptions;

TrainOptions read_back(const std::string& text) {
  TrainOptions options{.group = std::nullopt, .folds = std::nullopt};
  Problems problems;
  const Document document = Document::parse(text, "back.toml");
  read(document, "train", options, problems);
  refuse_other_sections(document, {"train"}, problems);
  problems.throw_if_any();
  return options;
}

TEST_SUITE("config/write") {
  TEST_CASE("every key is written, with its meaning beside it") {
    CHECK(write("train", TrainOptions{}) ==
          R"([train]
trials = 40          # trials to run
budget_s = 0.0       # wall time in seconds, 0 for none
resume = true        # continue a study of that name
path = "data.csv"    # the data
sampler = "tpe"      # who suggests
schedule = "linear"  # of the learning rate: linear or cosine
columns = ["text"]   # to read
# group =            # column whose rows stay together (not set)
folds = 5            # of cross-validation

[train.stop]
patience = 3  # epochs without improvement
# target =    # stop at this metric (not set)
)");
  }

  TEST_CASE("what is written reads back equal") {
    TrainOptions options{.trials = std::numeric_limits<std::int64_t>::max(),
                         .budget_s = 1e-300,
                         .resume = false,
                         .path = "a\"b\\c\n\t\x01\x7f é€ [#]",
                         .sampler = "random",
                         .schedule = test::Schedule::cosine,
                         .columns = {},
                         .group = "",
                         .folds = std::nullopt,
                         .stop = {.patience = 0, .target = 0.1}};
    CHECK(read_back(write("train", options)) == options);
    options.columns = {"text", "label"};
    for (const double budget : {0.1, 1e22, 123456.789, 5e-324, 1.7976931348623157e308, 1e15, 0.0}) {
      options.budget_s = budget;
      CHECK(read_back(write("train", options)) == options);
    }
    CHECK(write("train", read_back(write("train", options))) == write("train", options));
  }

  TEST_CASE("keys are quoted where they must be, comments stay on their line") {
    CHECK(toml_key("a-b_9") == "a-b_9");
    CHECK(toml_key("a.b") == "\"a.b\"");
    CHECK(toml_key("") == "\"\"");
    CommentedLines lines;
    lines.add("a = 1", "two\nlines");
    CHECK(lines.text() == "a = 1  # two lines\n");
  }
}

}  // namespace
}  // namespace hpo::config

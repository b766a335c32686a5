// Mirrors include/hpo/report/model_card.hpp.
#include <hpo/report/model_card.hpp>

#include <hpo/core/file.hpp>

#include <cstdlib>
#include <limits>
#include <sstream>

#include "../check.hpp"

namespace hpo::report {
namespace {

ModelCard demo() {
  return {.name = "criteria-demo",
          .task = "text-classification",
          .encoder = "bert from examples/data/encoder",
          .data = "criteria.csv",
          .data_hash = "xxh3:0123",
          .split = "validation",
          .study = "demo",
          .trial = 17,
          .seed = 42,
          .metrics = {{"macro_f1", 0.8412}, {"accuracy", 0.875}},
          .classes = {{"met", 0.75, 0.5, 0.6, 40}, {"not met", 1, 1, 1, 80}},
          .params = {{"optim.lr", "0.0001"}, {"head.pooling", "mean"}},
          .command = "criteria train --config runs/demo/config.toml"};
}

ModelCard hostile() {
  ModelCard card = demo();
  const std::string text = "x\"\n---\nlicense: mit\n| <script>alert(1)</script> [a](b) `c` ``d`` &amp; \xff: {e}";
  card.name = card.task = card.own_head = card.encoder = card.data = card.data_hash = card.split = card.study =
      card.command = text;
  card.metrics = {{text, 1.5}, {"infinite", std::numeric_limits<double>::infinity()}};
  card.classes = {{text, 0, 0, 0, 1}};
  card.params = {{text, text}};
  return card;
}

TEST_SUITE("report/model_card") {
  TEST_CASE("front matter, scores, classes, parameters, origin") {
    CHECK(model_card(demo()) ==
          R"(---
library_name: transformers
pipeline_tag: "text-classification"
tags:
- hpo
model-index:
- name: "criteria-demo"
  results:
  - task:
      type: "text-classification"
    dataset:
      type: "criteria.csv"
      name: "criteria.csv"
      split: "validation"
    metrics:
    - type: "macro_f1"
      name: "macro_f1"
      value: 0.8412
    - type: "accuracy"
      name: "accuracy"
      value: 0.875
---

# criteria-demo

## Scores

Measured on the validation data. A search chose this model by its score, so expect a little less on new data.

| metric | value |
|---|---|
| macro\_f1 | 0.8412 |
| accuracy | 0.8750 |

| class | precision | recall | F1 | rows |
|---|---|---|---|---|
| met | 0.7500 | 0.5000 | 0.6000 | 40 |
| not met | 1.0000 | 1.0000 | 1.0000 | 80 |

## How it was made

- encoder: `bert from examples/data/encoder`
- data: `criteria.csv`
- hash of the data: `xxh3:0123`
- study and trial: `demo`, 17
- seed: 42
- made by: hpo 0.1.0
- train it again: `criteria train --config runs/demo/config.toml`

| parameter | value |
|---|---|
| optim.lr | 0.0001 |
| head.pooling | mean |
)");
  }

  TEST_CASE("what is empty is left out") {
    const std::string card = model_card({.name = "m", .split = "test"});
    CHECK(card.find("model-index") == std::string::npos);
    CHECK(card.find("| metric") == std::string::npos);
    CHECK(card.find("encoder") == std::string::npos);
  }

  TEST_CASE("users' text cannot leave its place") {
    const std::string card = model_card(hostile());
    CHECK(card.find("\nlicense") == std::string::npos);
    CHECK(card.find("\n# x\" --- license: mit \\| &lt;script&gt;alert(1)&lt;/script&gt; \\[a\\](b) \\`c\\`") !=
          std::string::npos);
    std::istringstream body(card.substr(card.find("\n---\n", 4)));
    for (std::string line; std::getline(body, line);)
      if (line.find("<script>") != std::string::npos) CHECK_MESSAGE(line.find(": ``` x") != std::string::npos, line);
    CHECK(card.find("infinite\"") == std::string::npos);
    CHECK(card.find("| infinite | inf |") != std::string::npos);
    CHECK(markdown_text("<b>&[a](b)|") == "&lt;b&gt;&amp;\\[a\\](b)\\|");
    CHECK(markdown_code("a ``b``") == "``` a ``b`` ```");
    CHECK(yaml_text("a\"b\\\n") == R"("a\"b\\ ")");
  }

  TEST_CASE("a YAML reader agrees") {
    if (std::system("python3 -c 'import yaml' 2>/dev/null") != 0) {
      MESSAGE("skipped: no python3-yaml");
      return;
    }
    const test::TemporaryFolder folder;
    AtomicFile::write(folder / "README.md", model_card(hostile()));
    AtomicFile::write(folder / "check.py",
                      "import sys, yaml\n"
                      "text = open(sys.argv[1], encoding='utf-8').read().split('\\n---\\n')[0]\n"
                      "card = yaml.safe_load(text)\n"
                      "result = card['model-index'][0]['results'][0]\n"
                      "assert sorted(card) == ['library_name', 'model-index', 'pipeline_tag', 'tags'], sorted(card)\n"
                      "assert card['pipeline_tag'].startswith('x\" --- license: mit | <script>'), card\n"
                      "assert [m['value'] for m in result['metrics']] == [1.5], result\n");
    CHECK(std::system(("python3 " + (folder / "check.py").string() + " " + (folder / "README.md").string()).c_str()) ==
          0);
  }
}
}  // namespace
}  // namespace hpo::report

// Mirrors include/hpo/space/read_space.hpp.
#include <hpo/space/read_space.hpp>

#include <hpo/space/values.hpp>

#include "../check.hpp"

namespace hpo::space {
namespace {

constexpr auto declared = space::of(
    real<"optim.lr">(1e-5, 5e-3).log(), real<"head.dropout">(0.0, 0.5).step(0.05), integer<"head.layers">(1, 3),
    integer<"head.width">(32, 512).log().when<"head.layers">(at_least(2)), choice<"head.pooling">("cls", "mean", "max"),
    choice<"batch">(8, 16, 32), choice<"clip">(none, 0.5, 1.0), choice<"norm">(true, false));

struct Outcome {
  SearchSpace space;
  std::string problems;
  [[nodiscard]] Distribution of(const char* name) const { return space.find(name)->distribution; }
};

Outcome read_text(const std::string& text, std::initializer_list<const char*> sets = {}) {
  config::Document document = config::Document::parse(text, "x.toml");
  for (const char* set : sets) document.set(set);
  config::Problems problems;
  Outcome outcome{read_space(document, declared, problems), ""};
  outcome.problems = join(problems.lines(), "\n");
  outcome.space.validate();  // whatever was wrong with the text
  return outcome;
}

std::string fault(const std::string& setting) {
  return read_text("space." + setting).problems;
}

TEST_SUITE("space/read_space") {
  TEST_CASE("without a section the space is as declared") {
    CHECK(read_text("").space == declared.search_space());
    CHECK(read_text("[space]\n[space.head]\n").space == declared.search_space());
  }

  TEST_CASE("a range, a fixed value, fewer choices; scale and step stay") {
    const Outcome read = read_text(
        "[space.optim]\nlr = [1e-4, 1]\n[space.head]\ndropout = [0.1, 0.33]\nlayers = 2\nwidth = [8, 16]\npooling = "
        "['max', 'cls']\n[space]\nbatch = 64\n");
    CHECK(read.problems == "x.toml:9:9: space.batch: expected one of 8, 16, 32, got 64");
    CHECK(read.of("optim.lr") == Distribution(FloatDistribution{1e-4, 1, true}));
    CHECK(read.of("head.dropout") == Distribution(FloatDistribution{0.1, 0.3, false, 0.05}));
    CHECK(read.of("head.layers") == Distribution(IntDistribution{2, 2}));
    CHECK(read.of("head.width") == Distribution(IntDistribution{8, 16, true}));
    CHECK(read.of("head.pooling") == Distribution(CategoricalDistribution{{"cls", "max"}}));
    CHECK(read.of("batch") == declared.search_space().find("batch")->distribution);
    CHECK(read.space.find("head.width")->condition == declared.search_space().find("head.width")->condition);
  }

  TEST_CASE("the table form sets what it names") {
    CHECK(read_text("space.optim.lr = { low = 1e-4 }").of("optim.lr") ==
          Distribution(FloatDistribution{1e-4, 5e-3, true}));
    CHECK(read_text("space.optim.lr = { low = 0, log = false }").of("optim.lr") ==
          Distribution(FloatDistribution{0, 5e-3}));
    CHECK(read_text("space.optim.lr = { low = 0, step = 1e-3, log = false }").of("optim.lr") ==
          Distribution(FloatDistribution{0, 5e-3, false, 1e-3}));
    CHECK(read_text("space.head.dropout = { low = 0.1, log = true }").of("head.dropout") ==
          Distribution(FloatDistribution{0.1, 0.5, true}));
    CHECK(read_text("space.head.layers = { high = 9, step = 3 }").of("head.layers") ==
          Distribution(IntDistribution{1, 7, false, 3}));
    CHECK(read_text("[space.head.layers]\nhigh = 9\n").of("head.layers") == Distribution(IntDistribution{1, 9}));
  }

  TEST_CASE("nested tables, dotted keys and full names in quotes are the same") {
    for (const char* text : {"[space.head]\nlayers = 2", "[space]\nhead.layers = 2", "[space]\n\"head.layers\" = 2",
                             "space.head = { layers = 2 }"})
      CHECK(read_text(text).of("head.layers") == Distribution(IntDistribution{2, 2}));
    CHECK(read_text("[space]\n\"head.layers\" = 2\nhead.layers = 3").problems ==
          "x.toml:3:6: space.head.layers: expected it once, got it twice");
  }

  TEST_CASE("choices of every kind") {
    CHECK(read_text("space.clip = 'none'").of("clip") == Distribution(CategoricalDistribution{{std::monostate{}}}));
    CHECK(read_text("space.clip = [1, 'none']").of("clip") ==
          Distribution(CategoricalDistribution{{std::monostate{}, 1.0}}));
    CHECK(read_text("space.batch = [32, 8]").of("batch") ==
          Distribution(CategoricalDistribution{{std::int64_t{8}, std::int64_t{32}}}));
    CHECK(read_text("space.norm = false").of("norm") == Distribution(CategoricalDistribution{{false}}));
    CHECK(fault("head.pooling = ['cls', 'men']") ==
          "x.toml:1:30: space.head.pooling: expected one of cls, mean, max, got 'men'");
    CHECK(fault("head.pooling = []") ==
          "x.toml:1:22: space.head.pooling: expected at least one of cls, mean, max, got []");
    CHECK(fault("head.pooling = ['cls', 'cls']") ==
          "x.toml:1:30: space.head.pooling: expected each choice once, got 'cls'");
    CHECK(fault("head.pooling = {low = 1}") ==
          "x.toml:1:22: space.head.pooling: expected one of cls, mean, max, got {low = 1}");
    CHECK(fault("batch = 8.0") == "x.toml:1:15: space.batch: expected one of 8, 16, 32, got 8.0");
    CHECK(fault("norm = 1") == "x.toml:1:14: space.norm: expected one of true, false, got 1");
  }

  TEST_CASE("a range that cannot be used names the rule and quotes the text") {
    CHECK(fault("optim.lr = [1e-3, 1e-5]") == "x.toml:1:18: space.optim.lr: expected low < high, got [1e-3, 1e-5]");
    CHECK(fault("optim.lr = [0, 1e-5]") ==
          "x.toml:1:18: space.optim.lr: expected low > 0 for a log range, got [0, 1e-5]");
    CHECK(fault("optim.lr = 0") == "x.toml:1:18: space.optim.lr: expected low > 0 for a log range, got 0");
    CHECK(fault("optim.lr = [1e-5]") == "x.toml:1:18: space.optim.lr: expected [low, high], two numbers, got [1e-5]");
    CHECK(fault("optim.lr = [1e-5, inf]") == "x.toml:1:25: space.optim.lr: expected a finite number, got inf");
    CHECK(fault("optim.lr = nan") == "x.toml:1:18: space.optim.lr: expected a finite number, got nan");
    CHECK(fault("optim.lr = 'fast'") ==
          "x.toml:1:18: space.optim.lr: expected a number, [low, high] or { low, high, step, log }, got 'fast'");
    CHECK(fault("head.layers = 2.5") == "x.toml:1:21: space.head.layers: expected a whole number, got 2.5");
    CHECK(fault("head.layers = [1, 2.0]") == "x.toml:1:25: space.head.layers: expected a whole number, got 2.0");
    CHECK(fault("head.layers = [0, 9007199254740993]") ==
          "x.toml:1:21: space.head.layers: expected whole numbers within 2^53, got [0, 9007199254740993]");
    CHECK(fault("head.layers = { low = 'x', step = true }") ==
          "x.toml:1:29: space.head.layers: expected a whole number, got 'x'\n"
          "x.toml:1:41: space.head.layers: expected a whole number, got true");
    CHECK(fault("head.dropout = { step = 0 }") ==
          "x.toml:1:22: space.head.dropout: expected step > 0, got { step = 0 }");
    CHECK(fault("head.width = { step = 2 }") ==
          "x.toml:1:20: space.head.width: expected no step in a log range, got { step = 2 }");
    CHECK(fault("optim.lr = { lo = 1 }") ==
          "x.toml:1:20: space.optim.lr.lo: no such key; did you mean 'low'?; known: low, high, step, log");
  }

  TEST_CASE("an unknown parameter names the nearest and lists the others") {
    const std::string known =
        "; known: optim.lr, head.dropout, head.layers, head.width, head.pooling, batch, clip, norm";
    CHECK(fault("head.layer = 2") ==
          "x.toml:1:12: space.head.layer: no such parameter; did you mean 'head.layers'?" + known);
    CHECK(fault("momentum = 0.9") == "x.toml:1:7: space.momentum: no such parameter" + known);
    CHECK(fault("head = 2") == "x.toml:1:7: space.head: no such parameter" + known);
    CHECK(fault("hed.layers.x = 2") == "x.toml:1:7: space.hed: no such parameter" + known);
    CHECK(read_text("space = 1").problems == "x.toml:1:9: space: expected a table, got 1");
  }

  TEST_CASE("the command line comes over the file, and is named as the place") {
    const Outcome read =
        read_text("[space.optim]\nlr = { low = 1e-4 }\n",
                  {"space.optim.lr.high=1e-5", "space.head.pooling=mean", "space.batch=[8, 7]", "space.head.layers=1"});
    CHECK(read.problems ==
          "--set space.optim.lr.high=1e-5: space.optim.lr: expected low < high, got { low = 1e-4, high = 1e-5 }\n"
          "--set space.batch=[8, 7]: space.batch: expected one of 8, 16, 32, got 7");
    CHECK(read.of("head.layers") == Distribution(IntDistribution{1, 1}));
    CHECK(read.of("head.pooling") == Distribution(CategoricalDistribution{{"mean"}}));
  }

  TEST_CASE("a parent fixed to a value without it leaves a child inactive, and all is valid") {
    const Outcome read = read_text("space.head.layers = 1\n");
    CHECK(read.problems == "");
    CHECK_FALSE(read.space.active(*read.space.find("head.width"), {{"head.layers", std::int64_t{1}}}));
    const Values<decltype(declared)> values(read.space, {{"optim.lr", 1e-3},
                                                         {"head.dropout", 0.1},
                                                         {"head.pooling", "cls"},
                                                         {"batch", std::int64_t{8}},
                                                         {"clip", 0.5},
                                                         {"norm", true}});
    CHECK(values.get<"head.layers">() == 1);
    CHECK_FALSE(values.get<"head.width">());
  }
}

}  // namespace
}  // namespace hpo::space

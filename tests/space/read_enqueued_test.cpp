// Mirrors include/hpo/space/read_enqueued.hpp.
#include <hpo/space/read_enqueued.hpp>

#include "../check.hpp"

namespace hpo::space {
namespace {

using Word = std::string;

constexpr auto declared =
    of(real<"optim.lr">(1e-5, 1e-1).log(), real<"optim.decay">(0.0, 0.5).step(0.1), integer<"layers">(1, 3),
       integer<"width">(8, 64).when<"layers">(at_least(2)), choice<"pooling">("cls", "mean"), choice<"clip">(none, 1.0))
        .where<"optim.decay < layers">();

std::vector<Assignment> read(const std::string& text, std::string* faults = nullptr) {
  config::Problems problems;
  const auto space = declared.search_space();
  auto all = read_enqueued(config::Document::parse(text, "e.toml"), space, problems);
  if (faults != nullptr) {
    for (const auto& line : problems.lines()) *faults += line + "\n";
  } else {
    problems.throw_if_any();
  }
  return all;
}

TEST_SUITE("space/read_enqueued") {
  TEST_CASE("values by nested or by full names, in the order of the file; whole numbers stand for numbers") {
    const auto all = read(R"(
[[enqueue]]
optim.lr = 1e-3
pooling = "mean"
clip = "none"
[[enqueue]]
"optim.decay" = 0.3
layers = 2
width = 16
clip = 1
)");
    REQUIRE(all.size() == 2);
    CHECK(all[0] == Assignment{{"optim.lr", 1e-3}, {"pooling", Word("mean")}, {"clip", std::monostate{}}});
    CHECK(all[1] ==
          Assignment{{"optim.decay", 0.3}, {"layers", std::int64_t{2}}, {"width", std::int64_t{16}}, {"clip", 1.0}});
    CHECK(read(write_enqueued(all)) == all);
    CHECK(read("").empty());
  }
  TEST_CASE("what is unknown, of another kind, outside its range or against a constraint is refused with its place") {
    std::string faults;
    static_cast<void>(read(R"(
[[enqueue]]
optim.rate = 1e-3
optim.lr = 2.0
layers = 2.5
pooling = "max"
width = [8, 16]
[[enqueue]]
optim.decay = 0.25
[[enqueue]]
layers = 0
)",
                           &faults));
    CHECK(faults.find("e.toml:3:7: enqueue.optim.rate: no such parameter") != Word::npos);
    CHECK(faults.find("e.toml:4:12: enqueue.optim.lr: expected 1e-05 to 0.1, log, got 2.0") != Word::npos);
    CHECK(faults.find("e.toml:5:10: enqueue.layers: expected 1 to 3, got 2.5") != Word::npos);
    CHECK(faults.find("e.toml:6:11: enqueue.pooling: expected cls, mean, got \"max\"") != Word::npos);
    CHECK(faults.find("e.toml:7:9: enqueue.width: expected a number") != Word::npos);
    CHECK(faults.find("e.toml:9:15: enqueue.optim.decay: expected 0 to 0.5, step 0.1, got 0.25") != Word::npos);
    CHECK(faults.find("e.toml:11:10: enqueue.layers: expected 1 to 3, got 0") != Word::npos);
    faults.clear();
    static_cast<void>(read("enqueue = 3\n", &faults));
    CHECK(faults.find("enqueue: expected tables of values, [[enqueue]], got 3") != Word::npos);
  }
  TEST_CASE("a constraint binds what is enqueued too") {
    constexpr auto tight = of(integer<"a">(1, 9), integer<"b">(1, 9)).where<"a < b">();
    config::Problems problems;
    const auto document = config::Document::parse("[[enqueue]]\na = 3\nb = 3\n", "e.toml");
    static_cast<void>(read_enqueued(document, tight.search_space(), problems));
    REQUIRE(problems.lines().size() == 1);
    CHECK(problems.lines()[0].find("enqueue: expected values that keep the constraint 'a < b'") != Word::npos);
  }
}

}  // namespace
}  // namespace hpo::space

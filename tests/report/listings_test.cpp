// Mirrors include/hpo/report/listings.hpp and text_table.hpp.
#include <hpo/report/listings.hpp>

#include <hpo/storage/any_storage.hpp>

#include "trials.hpp"

#include "../check.hpp"

namespace hpo::report {
namespace {
using storage::Direction;

template <class S>
void fill(S& storage) {
  const auto demo = storage.create_study("demo", {Direction::maximize});
  for (const auto& trial : test::some_trials()) (void)storage.create_trial(demo, trial);
  (void)storage.create_study("empty\x1b[2J", {Direction::minimize});
  (void)storage.create_study("two", {Direction::minimize, Direction::maximize});
}

TEST_SUITE("report/listings") {
  TEST_CASE("studies: what each has and its best, in memory and in SQLite") {
    const test::TemporaryFolder folder;
    for (const std::string& url : {std::string("memory"), "sqlite:///" + (folder / "study.db").string()}) {
      storage::AnyStorage storage(url);
      CHECK(studies_listing(storage) == storage.url() + ": no studies\n");
      fill(storage);
      CHECK(studies_listing(storage) ==
            "study      direction           trials  done  pruned  failed  running  waiting  best    trial\n"
            "demo       maximize            5       2     1       1       1        0        0.8750  4\n"
            "empty [2J  minimize            0       0     0       0       0        0        -       -\n"
            "two        minimize, maximize  0       0     0       0       0        0        -       -\n");
    }
  }

  TEST_CASE("best: the first few, and the winner as configuration") {
    storage::AnyStorage storage("memory");
    fill(storage);
    CHECK(best_listing(storage, "demo", 5) ==
          "study demo, maximize\n\n"
          "trial  value   time   parameters\n"
          "4      0.8750  4.0 s  optim.lr=0.005 head.layers=2 head.pooling=cls\n"
          "0      0.7500  4.0 s  optim.lr=0.001 head.layers=2 head.pooling=cls\n"
          "\nTrial 4 as configuration:\n\n" +
              params_toml(test::some_trials()[4].params));
    CHECK(best_listing(storage, "demo", 1).find("\n0 ") == std::string::npos);
    CHECK(best_listing(storage, "empty\x1b[2J", 1) == "study empty [2J: no trial is complete yet\n");
  }

  TEST_CASE("best: a study that is not there, or has no single best") {
    storage::AnyStorage storage("memory");
    fill(storage);
    CHECK_THROWS_WITH_AS(
        (void)best_listing(storage, "demmo", 1),
        (storage.url() + ": no study is called 'demmo'; did you mean 'demo'?; known: demo, empty [2J, two").c_str(),
        UsageError);
    CHECK_THROWS_WITH_AS((void)best_listing(storage, "two", 1),
                         (storage.url() + ": two: expected one objective, got 2: there is no single best").c_str(),
                         UsageError);
  }

  TEST_CASE("columns are aligned by what a terminal shows") {
    CHECK(text_table({{"a", "b"}, {"研究", "x"}, {"long one", ""}}) == "a         b\n研究      x\nlong one\n");
    CHECK(text_table({}).empty());
    CHECK(indented("a\n\nb", 2) == "  a\n\n  b\n");
  }
}
}  // namespace
}  // namespace hpo::report

// Mirrors include/hpo/sweep/find_trial.hpp and open_storage.hpp.
#include <hpo/sweep/find_trial.hpp>

#include <string>

#include <hpo/search/study.hpp>
#include <hpo/sweep/open_storage.hpp>

#include "../check.hpp"

namespace hpo::sweep {
namespace {

TEST_SUITE("sweep/find_trial") {
  TEST_CASE("a trial is found by its number, or as the best; what is not there is refused with what is") {
    const test::TemporaryFolder folder;
    const std::string url = "sqlite:///" + (folder / "new" / "study.db").string();
    CHECK_THROWS_WITH_AS(static_cast<void>(open_existing(url)),
                         doctest::Contains("expected a study database, got nothing there"), UsageError);
    CHECK_THROWS_AS(static_cast<void>(open_existing("memory")), UsageError);
    auto storage = open_storage(url);  // makes the folder
    search::Study study(storage, {.name = "s"}, {{{"x", space::FloatDistribution{0, 1}}}});
    CHECK_THROWS_WITH_AS(static_cast<void>(find_trial(storage, "s")), "trial: study 's' has no complete trial yet",
                         UsageError);
    for (const double x : {0.5, 0.25, 0.75}) {
      study.enqueue({{"x", x}});
      const auto trial = study.ask();
      study.tell(trial, trial.real("x"));
    }
    const auto best = find_trial(storage, "s");
    CHECK(best.number == 1);
    CHECK(best.values == space::Assignment{{"x", 0.25}});
    CHECK(find_trial(storage, "s", 2).values == space::Assignment{{"x", 0.75}});
    CHECK_THROWS_WITH_AS(static_cast<void>(find_trial(storage, "s", 9, "--trial")),
                         "--trial: expected one of the 3 trials of study 's', got 9", UsageError);
    CHECK_THROWS_WITH_AS(static_cast<void>(find_trial(storage, "z")), doctest::Contains("no study is called 'z'"),
                         UsageError);
    auto again = open_existing(url);
    CHECK(find_trial(again, "s").number == 1);
  }
}

}  // namespace
}  // namespace hpo::sweep

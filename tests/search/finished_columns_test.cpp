// Mirrors include/hpo/search/finished_columns.hpp.
#include <hpo/search/finished_columns.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/finished_columns") {
  TEST_CASE("a column is sorted, grows with the history, looks at each trial once, and begins anew with another") {
    FinishedColumns columns;
    std::size_t looks = 0;
    const auto at = [&](const History& history, std::int64_t step) {
      return columns.at(history, step, [&](const FrozenTrial& trial) -> std::optional<double> {
        ++looks;
        const auto found = trial.intermediate.find(step);
        return found == trial.intermediate.end() ? std::nullopt : std::optional(found->second);
      });
    };
    History history;
    CHECK(at(history, 1).sorted.empty());
    history.put({.id = 1, .state = TrialState::complete, .intermediate = {{1, 3}, {2, 30}}});
    history.put({.id = 2, .state = TrialState::running, .intermediate = {{1, 1}}});
    history.put({.id = 3, .state = TrialState::pruned, .intermediate = {{1, 2}}});
    CHECK(at(history, 1).sorted == std::vector<double>{2, 3});
    CHECK(at(history, 2).sorted == std::vector<double>{30});
    CHECK(at(history, 2).present == 1);
    CHECK(looks == 4);
    history.put({.id = 2, .state = TrialState::complete, .intermediate = {{1, 2.5}, {2, std::nan("")}}});
    CHECK(at(history, 1).sorted == std::vector<double>{2, 2.5, 3});
    CHECK(at(history, 2).sorted == std::vector<double>{30});
    CHECK(at(history, 2).present == 2);
    CHECK(looks == 6);
    History other;
    other.put({.id = 1, .state = TrialState::complete, .intermediate = {{1, 7}}});
    CHECK(at(other, 1).sorted == std::vector<double>{7});
  }
  TEST_CASE("better values are counted in both directions, without equals") {
    const std::vector<double> sorted{1, 2, 2, 3};
    CHECK(count_better(sorted, 2, Direction::minimize) == 1);
    CHECK(count_better(sorted, 2, Direction::maximize) == 1);
    CHECK(count_better(sorted, 9, Direction::minimize) == 4);
    CHECK(count_better(sorted, 9, Direction::maximize) == 0);
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/sampling/intermediate_values.hpp.
#include <hpo/search/sampling/intermediate_values.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/sampling/intermediate_values") {
  TEST_CASE("columns are sorted, grow with the history, enter each trial once, and begin anew with another") {
    IntermediateValues columns;
    std::size_t looks = 0;
    const auto update = [&](const History& history) {
      columns.update(history, [&](const FrozenTrial& trial, const auto& add) {
        ++looks;
        for (const auto& [step, value] : trial.intermediate) add(step, value);
        return trial.state == TrialState::complete;
      });
    };
    History history;
    update(history);
    CHECK(columns.at(1).sorted.empty());
    CHECK(columns.at(1).present == 0);
    history.put({.id = 1, .state = TrialState::complete, .intermediate = {{1, 3}, {2, 30}}});
    history.put({.id = 2, .state = TrialState::running, .intermediate = {{1, 1}}});
    history.put({.id = 3, .state = TrialState::pruned, .intermediate = {{1, 2}}});
    update(history);
    CHECK(columns.at(1).sorted == std::vector<double>{2, 3});
    CHECK(columns.at(2).sorted == std::vector<double>{30});
    CHECK(columns.at(2).present == 1);
    CHECK(columns.counted() == 1);
    history.put({.id = 2, .state = TrialState::complete, .intermediate = {{1, 2.5}, {2, std::nan("")}}});
    update(history);
    CHECK(columns.at(1).sorted == std::vector<double>{2, 2.5, 3});
    CHECK(columns.at(2).sorted == std::vector<double>{30});
    CHECK(columns.at(2).present == 2);
    CHECK(columns.counted() == 2);
    CHECK(looks == 3);
    History other;
    other.put({.id = 1, .state = TrialState::complete, .intermediate = {{1, 7}}});
    update(other);
    CHECK(columns.at(1).sorted == std::vector<double>{7});
    CHECK(columns.at(2).sorted.empty());
    CHECK(columns.counted() == 1);
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

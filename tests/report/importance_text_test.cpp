// Mirrors include/hpo/report/importance_text.hpp.
#include <hpo/report/importance_text.hpp>

#include <vector>

#include "../check.hpp"

namespace hpo::report {
namespace {

const std::vector<storage::Direction> down{storage::Direction::minimize};

/// `lr` decides, `width` adds a little.
std::vector<storage::FrozenTrial> study(int n) {
  std::vector<storage::FrozenTrial> trials;
  for (int i = 0; i < n; ++i) {
    storage::FrozenTrial trial{.id = i + 1, .number = i};
    trial.state = storage::TrialState::complete;
    const double lr = (i * 7 % n) / static_cast<double>(n);
    trial.params = {{"width", space::FloatDistribution{0, 1}, (i * 11 % n) / static_cast<double>(n)},
                    {"optim.lr\n", space::FloatDistribution{0, 1}, lr},
                    {"fixed", space::IntDistribution{3, 3}, 3}};
    trial.values = {lr + 0.5 * trial.params[0].internal};
    trials.push_back(std::move(trial));
  }
  return trials;
}

TEST_SUITE("report/importance_text") {
  TEST_CASE("most important first, in per cent, without what does not matter") {
    const std::string text = importance_text(study(100), down);
    CHECK(text.starts_with("optim.lr"));
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.find(" %, width ") != std::string::npos);
    CHECK(text.ends_with(" %"));
    CHECK(text.find("fixed") == std::string::npos);
  }
  TEST_CASE("at most five") {
    auto trials = study(60);
    for (auto& trial : trials)
      for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
        trial.params.push_back(trial.params[1]);
        trial.params.back().name = name;
      }
    const std::string text = importance_text(trials, down);
    CHECK(std::ranges::count(text, ',') == 4);
  }
  TEST_CASE("too few trials, or all equally good: nothing") {
    CHECK(importance_text(study(19), down).empty());
    CHECK_FALSE(importance_text(study(20), down).empty());
    auto equal = study(40);
    for (auto& trial : equal) trial.values = {1};
    CHECK(importance_text(equal, down).empty());
    auto failed = study(40);
    for (std::size_t i = 0; i < 25; ++i) failed[i].state = storage::TrialState::failed;
    CHECK(importance_text(failed, down).empty());
    CHECK(importance_text({}, down).empty());
  }
}

}  // namespace
}  // namespace hpo::report

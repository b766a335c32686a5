// Mirrors include/hpo/report/importance.hpp.
#include <hpo/report/importance.hpp>

#include <limits>

#include <hpo/core/philox.hpp>

#include "../check.hpp"

namespace hpo::report {
namespace {

using storage::Direction;
using storage::FrozenTrial;
using storage::TrialState;

const std::vector<Direction> down{Direction::minimize}, up{Direction::maximize};

/// `lr` decides, `width` a little, `noise` not at all; `depth` exists for half of the trials and decides among them.
std::vector<FrozenTrial> study(std::size_t n, double sign = 1) {
  PhiloxStream random(5, n, "importance");
  std::vector<FrozenTrial> trials;
  for (std::size_t i = 0; i < n; ++i) {
    const double lr = random.uniform(), width = random.uniform(), noise = random.uniform(), depth = random.uniform();
    FrozenTrial trial{.id = static_cast<std::int64_t>(i) + 1, .number = static_cast<std::int64_t>(i)};
    trial.state = TrialState::complete;
    const space::Distribution unit = space::FloatDistribution{0, 1};
    trial.params = {{"noise", unit, noise}, {"width", unit, width}, {"lr", unit, lr}};
    if (i % 2 == 0) trial.params.push_back({"depth", unit, depth});
    trial.values = {sign * (10 * std::abs(lr - 0.3) + 2 * std::abs(width - 0.5) + (i % 2 == 0 ? 2 * depth : 1))};
    trials.push_back(std::move(trial));
  }
  return trials;
}

double of(const std::vector<ParamImportance>& found, std::string_view name) {
  return std::ranges::find(found, name, &ParamImportance::name)->importance;
}

TEST_SUITE("report/importance") {
  TEST_CASE("what decides comes first, in both directions, and all add up to one") {
    const auto found = importance(study(300), down);
    REQUIRE(found.size() == 4);
    CHECK(found[0].name == "lr");
    CHECK(found[0].importance > 0.5);
    CHECK(of(found, "depth") > of(found, "noise"));
    CHECK(of(found, "width") > of(found, "noise"));
    double sum = 0;
    for (const auto& param : found) sum += param.importance;
    CHECK(sum == doctest::Approx(1).epsilon(1e-12));
    CHECK(importance(study(300, -1), up) == found);
    CHECK(importance(study(300, -1), down) != found);
    CHECK(importance(study(300), down, {.normalize = false})[0].importance < found[0].importance);
  }
  TEST_CASE("trials that are not complete, or whose value is no number, do not count") {
    auto trials = study(200);
    const auto found = importance(trials, down);
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const auto& [state, value] : {std::pair{TrialState::pruned, -9.0}, std::pair{TrialState::failed, -9.0},
                                       std::pair{TrialState::complete, nan}, std::pair{TrialState::complete, -inf}}) {
      auto odd = trials.front();
      odd.state = state;
      odd.values = {value};
      odd.params = {{"noise", space::FloatDistribution{0, 1}, 0.99}};
      trials.push_back(odd);
    }
    CHECK(importance(trials, down) == found);
  }
  TEST_CASE("where nothing can be told nothing is important") {
    CHECK(importance({}, down).empty());
    CHECK(importance(study(1), down) ==
          std::vector<ParamImportance>{{"noise", 0}, {"width", 0}, {"lr", 0}, {"depth", 0}});
    auto equal = study(60);
    for (auto& trial : equal) trial.values = {0.5};
    for (const auto& param : importance(equal, down)) CHECK(param.importance == 0);
    auto fixed = study(60);
    for (auto& trial : fixed) trial.params[2] = {"lr", space::FloatDistribution{0.5, 0.5}, 0.5};
    CHECK(of(importance(fixed, down), "lr") == 0);
    CHECK(of(importance(fixed, down), "depth") > 0);
  }
  TEST_CASE("a range that was changed counts part for part") {
    auto trials = study(200);
    for (std::size_t i = 100; i < trials.size(); ++i)
      trials[i].params[2] = {"lr", space::FloatDistribution{0.1, 0.9}, 0.1 + 0.8 * trials[i].params[2].internal};
    CHECK(importance(trials, down)[0].name == "lr");
  }
  TEST_CASE("several objectives: each has its own, and all together look for the front") {
    auto trials = study(300);
    for (auto& trial : trials) trial.values.push_back(std::abs(trial.params[0].internal - 0.5));  // the noise
    const std::vector<Direction> both{Direction::minimize, Direction::minimize};
    CHECK(importance(trials, both, {.objective = 0}) == importance(study(300), down));
    CHECK(importance(trials, both, {.objective = 1})[0].name == "noise");
    const auto together = importance(trials, both);
    CHECK(of(together, "noise") > of(importance(study(300), down), "noise"));
    CHECK(of(together, "lr") > of(importance(trials, both, {.objective = 1}), "lr"));
  }
  TEST_CASE("quantiles out of order and objectives that are not there are refused") {
    const auto with = [](const ImportanceOptions& options) { static_cast<void>(importance(study(9), down, options)); };
    CHECK_THROWS_WITH_AS(with({.target_quantile = 0.5, .region_quantile = 0.5}),
                         "importance: expected 0 < target_quantile < region_quantile <= 1, got 0.5 and 0.5",
                         ConfigError);
    CHECK_THROWS_AS(with({.target_quantile = 0}), ConfigError);
    CHECK_THROWS_AS(with({.target_quantile = std::nan("")}), ConfigError);
    CHECK_THROWS_AS(with({.region_quantile = 1.5}), ConfigError);
    CHECK_THROWS_WITH_AS(with({.objective = 1}), "importance: objective: expected less than 1, got 1", ConfigError);
  }
}

}  // namespace
}  // namespace hpo::report

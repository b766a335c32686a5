// Mirrors include/hpo/search/any_pruner.hpp.
#include <hpo/search/any_pruner.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/any_pruner") {
  TEST_CASE("options reach the pruner that they name") {
    History history;
    for (std::int64_t id = 1; id <= 5; ++id)
      history.put(
          {.id = id, .state = TrialState::complete, .values = {0}, .intermediate = {{1, static_cast<double>(id)}}});
    const auto prunes = [&](const PrunerOptions& options, double value) {
      const FrozenTrial trial{.id = 9, .intermediate = {{1, value}}};
      return make_pruner(options).prune({trial, std::nullopt, history, Direction::minimize});
    };
    CHECK_FALSE(prunes({}, 99));
    CHECK(prunes({.name = "median"}, 3.5));
    CHECK_FALSE(prunes({.name = "median", .percentile = 10}, 2.5));
    CHECK(prunes({.name = "percentile", .percentile = 25}, 2.5));
    CHECK_FALSE(prunes({.name = "median", .startup_trials = 6}, 3.5));
    CHECK(prunes({.name = "asha"}, 1.5));
    CHECK_FALSE(prunes({.name = "asha", .min_resource = 2}, 1.5));
    CHECK_FALSE(prunes({.name = "asha", .reduction_factor = 2}, 2.5));
  }
  TEST_CASE("options describe themselves") {
    struct Keys {
      std::size_t count = 0;
      void field(std::string_view, std::string& value, std::string_view, const OneOf& rule) {
        ++count;
        CHECK(rule.check(value).empty());
      }
      void field(std::string_view, std::int64_t& value, std::string_view, const AtLeast<std::int64_t>& rule) {
        ++count;
        CHECK(rule.check(value).empty());
      }
      void field(std::string_view, double& value, std::string_view, const Between<double>& rule) {
        ++count;
        CHECK(rule.check(value).empty());
      }
    } keys;
    PrunerOptions options;
    describe(keys, options);
    CHECK(keys.count == 10);
  }
  TEST_CASE("an unknown name is answered with the known ones") {
    CHECK_THROWS_WITH_AS(static_cast<void>(make_pruner({.name = "hyperband"})),
                         "pruner.name: expected one of none, median, percentile, asha, got 'hyperband'", ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

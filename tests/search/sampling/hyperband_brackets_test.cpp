// Mirrors include/hpo/search/sampling/hyperband_brackets.hpp.
#include <hpo/search/sampling/hyperband_brackets.hpp>

#include <string>

#include "../../check.hpp"

namespace hpo::search {
namespace {

std::string first_thirty(const HyperbandBrackets& brackets, std::string_view study) {
  std::string out;
  for (std::int64_t number = 0; number < 30; ++number) out += concat(*brackets.bracket(study, number, History{}));
  return out + concat(*brackets.bracket(study, 99999, History{}));
}

TEST_SUITE("search/sampling/hyperband_brackets") {
  TEST_CASE("trials are dealt as Optuna 3.1.0 deals them") {  // recorded: HyperbandPruner._get_bracket_id
    CHECK(first_thirty(HyperbandBrackets({.max_resource = 27}), "study") == "1010011003121101301100013011210");
    CHECK(first_thirty(HyperbandBrackets({.min_resource = 2, .max_resource = 100, .reduction_factor = 4}),
                       "B\xC3\xA4ume") == "0000100001100202220000011000000");
    CHECK(first_thirty(HyperbandBrackets({.max_resource = 243}), "demo") == "0321000200410030041232000210200");
    CHECK(first_thirty(HyperbandBrackets({.min_resource = 5, .max_resource = 5, .reduction_factor = 2}), "demo") ==
          std::string(31, '0'));
  }
  TEST_CASE("brackets are dealt in their proportions") {
    const HyperbandBrackets brackets({.max_resource = 27});
    std::vector<int> dealt(4);
    for (std::int64_t number = 0; number < 4900; ++number) ++dealt[*brackets.bracket("proportions", number, History{})];
    CHECK(std::abs(dealt[0] - 2700) < 150);  // 27 : 12 : 6 : 4
    CHECK(std::abs(dealt[1] - 1200) < 150);
    CHECK(std::abs(dealt[2] - 600) < 100);
    CHECK(std::abs(dealt[3] - 400) < 100);
  }
  TEST_CASE("without a length the first complete trial gives it") {
    const HyperbandBrackets brackets;
    History history;
    CHECK(brackets.count(history) == 0);
    CHECK_FALSE(brackets.bracket("study", 0, history).has_value());
    history.put({.id = 1, .number = 0, .state = TrialState::pruned, .intermediate = {{80, 1}}});
    CHECK(brackets.count(history) == 0);
    history.put({.id = 2, .number = 1, .state = TrialState::complete, .intermediate = {{26, 1}}});
    CHECK(brackets.count(history) == 4);
    history.put({.id = 3, .number = 2, .state = TrialState::complete, .intermediate = {{80, 1}}});
    CHECK(brackets.count(history) == 4);
    CHECK(brackets.bracket("study", 9, history) == 3);
    History shorter;
    shorter.put({.id = 1, .number = 0, .state = TrialState::complete, .intermediate = {{2, 1}}});
    CHECK(brackets.count(shorter) == 2);
    CHECK(brackets.count(history) == 4);
    CHECK(HyperbandBrackets({.min_resource = 50}).count(history) == 0);  // nobody reaches the first rung
  }
  TEST_CASE("options out of range are refused") {
    const auto with = [](HyperbandOptions options) { return HyperbandBrackets(options); };
    CHECK_THROWS_WITH_AS(with({.min_resource = 0}), "pruner.min_resource: expected 1 or more for hyperband, got 0",
                         ConfigError);
    CHECK_THROWS_WITH_AS(with({.min_resource = 4, .max_resource = 3}),
                         "pruner.max_resource: expected 0, or min_resource (4) or more, got 3", ConfigError);
    CHECK_THROWS_WITH_AS(with({.reduction_factor = 1}), "pruner.reduction_factor: expected 2 or more, got 1",
                         ConfigError);
    CHECK_THROWS_WITH_AS(with({.bootstrap_count = 2}),
                         "pruner.bootstrap_count: expected 0 for hyperband without max_resource, got 2", ConfigError);
    CHECK_THROWS_WITH_AS(with({.bootstrap_count = -1}), "pruner.bootstrap_count: expected 0 or more, got -1",
                         ConfigError);
  }
}

}  // namespace
}  // namespace hpo::search

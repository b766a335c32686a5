// Mirrors include/hpo/agent/metrics.hpp.
#include <hpo/agent/metrics.hpp>

#include "../check.hpp"

namespace hpo::agent {
namespace {

struct Cost {  // the least metric, of a tally of its own
  static constexpr std::string_view name = "cost";
  static constexpr storage::Direction direction = storage::Direction::minimize;
  static double of(const int& tally) { return tally * 2.0; }
};
struct Gain {
  static constexpr std::string_view name = "gain";
  static constexpr storage::Direction direction = storage::Direction::maximize;
  static double of(const int& tally) { return -tally; }
};
struct Nameless {
  static constexpr storage::Direction direction = storage::Direction::minimize;
  static double of(const int&) { return 0; }
};
static_assert(Metric<Cost, int> && !Metric<Cost, ClassTally> && !Metric<Nameless, int>);
static_assert(MetricsOf<TypeList<Cost, Gain>, int>);
static_assert(!MetricsOf<TypeList<Cost, Nameless>, int> && !MetricsOf<TypeList<>, int> && !MetricsOf<Cost, int>);
static_assert(std::same_as<FirstUnfit<detail::IsNamed, TypeList<Cost, Nameless, Gain>>::type, Nameless>);
static_assert(std::same_as<FirstUnfit<detail::IsNamed, TypeList<Cost, Gain>>::type, Cost>);
static_assert(std::invocable<ScoreBy<TypeList<Cost>>, int> && !std::invocable<ScoreBy<TypeList<MacroF1>>, int>);

TEST_SUITE("agent/metrics") {
  TEST_CASE("all metrics are worked out, and the chosen one counts") {
    const ScoreBy<TypeList<Cost, Gain>> by_gain{"gain"};
    const train::Scores scores = by_gain(3);
    CHECK(scores.metric == -3.0);
    CHECK((scores.all == std::vector<std::pair<std::string, double>>{{"cost", 6.0}, {"gain", -3.0}}));
    CHECK(ScoreBy<TypeList<Cost, Gain>>{"cost"}(3).metric == 6.0);
  }
  TEST_CASE("a metric is found by its name, and the first without one") {
    const TypeList<Cost, Gain> list;
    CHECK((find_metric(list, "") == std::pair(std::string("cost"), storage::Direction::minimize)));
    CHECK((find_metric(list, "gain") == std::pair(std::string("gain"), storage::Direction::maximize)));
    CHECK(metric_names(list) == std::vector<std::string>{"cost", "gain"});
    CHECK_THROWS_WITH_AS(static_cast<void>(find_metric(list, "gian")),
                         "study.metric: no metric is called 'gian'; did you mean 'gain'?; known: cost, gain",
                         ConfigError);
  }
}

}  // namespace
}  // namespace hpo::agent

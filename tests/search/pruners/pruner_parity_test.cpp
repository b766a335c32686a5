// Pruners against what Optuna's decided: tests/parity/pruners.json, made by tests/parity/pruners.py.
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>
#include <hpo/storage/sqlite_storage.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

struct Report {
  std::size_t trial;
  std::int64_t step;
  double value;
};

struct Curves {
  std::vector<Report> reports{};
  std::vector<std::size_t> last{};   // of each trial, the position of its last report
  std::vector<std::size_t> fails{};  // these trials
};

double number(const Json& json, double unit) {
  if (json.is_number()) return json.get<double>() / unit;
  const double inf = std::numeric_limits<double>::infinity();
  return json == "nan" ? std::nan("") : json == "inf" ? inf : -inf;
}

Curves curves_of(const Json& json, double unit) {
  Curves curves{.fails = json.at("fails").get<std::vector<std::size_t>>()};
  for (const Json& turn : json.at("turns")) {
    curves.reports.push_back({turn[0], turn[1], number(turn[2], unit)});
    const std::size_t trial = curves.reports.back().trial;
    if (curves.last.size() <= trial) curves.last.resize(trial + 1);
    curves.last[trial] = curves.reports.size() - 1;
  }
  return curves;
}

/// Sets each option that the record names.
struct FromJson {
  const Json& from;
  template <class T, class... Rules>
  void field(std::string_view key, T& target, std::string_view, const Rules&...) {
    if (const auto found = from.find(std::string(key)); found != from.end()) target = found->template get<T>();
  }
  template <class T, class... Rules>
  void field(std::string_view key, std::optional<T>& target, std::string_view, const Rules&...) {
    if (const auto found = from.find(std::string(key)); found != from.end()) target = found->template get<T>();
  }
};

PrunerOptions options_of(const Json& json) {
  PrunerOptions options;
  FromJson reader{json};
  describe(reader, options);
  return options;
}

Json recorded() {
  return Json::parse(read_file<DataError>(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity/pruners.json"));
}

/// Replays the reports as a study and writes down each verdict.
template <storage::Storage S>
std::string verdicts(S& storage, const Curves& curves, Direction direction, const PrunerOptions& options) {
  const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}}};
  Study<S, AnySampler, AnyPruner> study(storage, {.name = "parity", .direction = direction}, space, AnySampler{},
                                        make_pruner(options));
  const double sign = direction == Direction::minimize ? 1 : -1;
  std::vector<Trial> trials;
  std::vector<bool> ended(curves.last.size());
  std::string said;
  for (std::size_t i = 0; i < curves.reports.size(); ++i) {
    const auto& [number, step, value] = curves.reports[i];
    if (ended[number]) continue;
    while (trials.size() <= number) trials.push_back(study.ask());
    Trial& trial = trials[number];
    study.report(trial, step, sign * value);
    const bool prune = study.should_prune(trial);
    said += prune ? 'x' : '.';
    ended[number] = prune || curves.last[number] == i;
    if (prune)
      study.tell(trial, TrialState::pruned);
    else if (ended[number] && std::ranges::count(curves.fails, number) > 0)
      study.tell(trial, TrialState::failed);
    else if (ended[number])
      study.tell(trial, sign * value);
  }
  return said;
}

TEST_SUITE("search/pruners/pruner_parity") {
  TEST_CASE("every decision on the recorded runs is Optuna's") {
    const Json record = recorded();
    std::vector<Curves> curves;
    for (const Json& each : record.at("curves")) curves.push_back(curves_of(each, record.at("unit").get<double>()));
    std::size_t decisions = 0, pruned = 0;
    for (const Json& run : record.at("runs")) {
      CAPTURE(run.dump());
      const Direction direction = run[1] == "minimize" ? Direction::minimize : Direction::maximize;
      storage::MemoryStorage storage;
      const std::string said = verdicts(storage, curves[run[0].get<std::size_t>()], direction, options_of(run[2]));
      CHECK(said == run[3].get<std::string>());
      decisions += said.size();
      pruned += static_cast<std::size_t>(std::ranges::count(said, 'x'));
    }
    CHECK(decisions > 50000);
    CHECK(pruned > 5000);
  }
  TEST_CASE("a study in a file is judged alike") {
    const Json record = recorded();
    test::TemporaryFolder folder;
    std::size_t file = 0;
    for (const std::size_t i : {45, 57, 111}) {  // median, asha and hyperband on curves with NaN and infinities
      const Json& run = record.at("runs")[i];
      CAPTURE(run.dump());
      storage::SqliteStorage storage((folder / concat(++file, ".db")).string());
      const Direction direction = run[1] == "minimize" ? Direction::minimize : Direction::maximize;
      const auto curves = curves_of(record.at("curves")[run[0].get<std::size_t>()], record.at("unit").get<double>());
      CHECK(verdicts(storage, curves, direction, options_of(run[2])) == run[3].get<std::string>());
    }
  }
}

}  // namespace
}  // namespace hpo::search

// A study database between hpo and Optuna itself, in both directions. Optuna's half is optuna_interop.py.
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/optimize.hpp>
#include <hpo/storage/any_storage.hpp>

#include <cstdio>
#include <limits>
#include <optional>

#include "../check.hpp"

namespace hpo::search {
namespace {

using storage::SqliteStorage;
using Word = std::string;

/// What a shell command prints, or nothing if it fails.
std::optional<std::string> output_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string text;
  for (int c = 0; pipe != nullptr && (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  return pipe != nullptr && ::pclose(pipe) == 0 ? std::optional(text) : std::nullopt;
}

/// A Python that has Optuna, or "".
const std::string& python() {
  static const std::string found = [] {
    for (const std::string candidate : {"python3", "/usr/bin/python3"})
      if (output_of(candidate + " -c 'import optuna' 2>/dev/null")) return candidate;
    return std::string();
  }();
  if (found.empty()) MESSAGE("skipped: no python3 with optuna; install it: apt-get install python3-optuna");
  return found;
}

std::string optuna(const std::string& arguments) {
  const auto script = std::filesystem::path(HPO_SOURCE_DIR) / "tests/search/optuna_interop.py";
  const auto text = output_of("TZ=UTC " + python() + " '" + script.string() + "' " + arguments);
  CHECK_MESSAGE(text.has_value(), "optuna_interop.py " << arguments << " failed");
  return text.value_or("");
}

std::string text(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.17g", value);
  return buffer;
}
std::string text(const space::Value& value) {
  const auto* real = std::get_if<double>(&value);
  return real != nullptr ? text(*real) : space::to_string(value);
}

/// The same lines as `optuna_interop.py dump`, from our own reading.
std::string dump(SqliteStorage& storage, const std::string& name) {
  const auto id = *storage.find_study(name);
  const auto directions = storage.study(id).directions;
  History history;
  storage.refresh(id, history);
  std::string out = "D";
  for (const auto direction : directions) out += " " + std::string(enum_name(direction));
  out += "\n";
  const FrozenTrial* best = nullptr;
  for (const auto& trial : history.trials())
    if (trial.state == TrialState::complete && (best == nullptr || trial.values[0] < best->values[0])) best = &trial;
  if (directions.size() == 1 && best != nullptr) out += concat("B ", best->number, " ", text(best->values[0]), "\n");
  for (const auto& trial : history.trials()) {
    out += concat("T ", trial.number, " ", storage::state_name(trial.state));
    for (const double value : trial.values) out += " " + text(value);
    out += "\n ";
    for (const auto& time : {trial.started, trial.completed}) out += " " + (time ? storage::to_text(*time) : "None");
    std::map<std::string, const storage::StoredParam*> params;
    for (const auto& param : trial.params) params[param.name] = &param;
    out += "\n";
    for (const auto& [param, stored] : params)
      out += "  p " + param + " " + text(stored->value()) + " " + space::to_json(stored->distribution) + "\n";
    for (const auto& [step, value] : trial.intermediate) out += concat("  i ", step, " ", text(value), "\n");
    for (const auto& [key, json] : trial.user_attrs) out += "  u " + key + " " + json + "\n";
    if (const auto fixed = trial.system_attrs.find("fixed_params"); fixed != trial.system_attrs.end())
      out += "  f " + fixed->second + "\n";
  }
  return out;
}

const space::SearchSpace space_of_both{{
    {"optim.lr", space::FloatDistribution{1e-5, 1e-1, true}},
    {"dropout", space::FloatDistribution{0, 0.5, false, 0.25}},
    {"layers", space::IntDistribution{1, 3}},
    {"width", space::IntDistribution{32, 512, true}, space::Condition{.parent = "layers", .at_least = 2}},
    {"kind", space::CategoricalDistribution{{Word("cls"), std::monostate{}, true, std::int64_t{2}, 3.5}}},
}};

void run(SqliteStorage& storage, const std::string& name, int n) {
  Study study(storage, {.name = name, .seed = 1}, space_of_both, make_sampler({.tpe = {.startup_trials = 5}}),
              make_pruner({.name = "median"}));
  optimize(
      study,
      [](auto& trial) -> Result {
        const double value = std::abs(trial.real("optim.lr") - 1e-3) + trial.real("dropout");
        for (int step = 1; step <= 3; ++step) {
          trial.report(step, value + 1.0 / step);
          if (trial.should_prune()) return Result::pruned();
        }
        trial.set_user_attr("note", storage::json_text("\"ü\"\n"));
        if (trial.number() % 10 == 9) return Result::failed("this one fails");
        return value;
      },
      n);
}

TEST_SUITE("search/optuna_interop") {
  TEST_CASE("Optuna reads a study of ours as it is, continues it, and we continue that") {
    if (python().empty()) return;
    test::TemporaryFolder folder;
    const auto path = (folder / "ours.db").string();
    SqliteStorage storage(path, {.optuna_compat = storage::OptunaCompat::any});
    run(storage, "ours", 25);
    Study study(storage, {.name = "ours"}, space_of_both);
    study.enqueue({{"optim.lr", 0.5e-1}, {"kind", std::monostate{}}});
    auto running = study.ask();
    study.report(running, 1, std::numeric_limits<double>::infinity());
    study.report(running, 2, -std::numeric_limits<double>::infinity());
    study.report(running, 3, std::numeric_limits<double>::quiet_NaN());
    study.enqueue({{"layers", std::int64_t{1}}, {"dropout", 0.25}});

    CHECK(optuna("dump '" + path + "' ours") == dump(storage, "ours"));
    optuna("run '" + path + "' ours 12");
    REQUIRE(study.trials().size() == 38);  // the first of the 12 was the enqueued one
    CHECK(study.trials()[26].state != TrialState::waiting);
    CHECK(study.trials()[26].param("dropout")->internal == 0.25);
    CHECK(optuna("dump '" + path + "' ours") == dump(storage, "ours"));
    run(storage, "ours", 10);
    CHECK(optuna("dump '" + path + "' ours") == dump(storage, "ours"));
    study.tell(running, TrialState::failed);
  }
  TEST_CASE("a study made by Optuna is read and continued by us") {
    if (python().empty()) return;
    test::TemporaryFolder folder;
    const auto path = (folder / "theirs.db").string();
    optuna("run '" + path + "' theirs 20");
    SqliteStorage storage(path);
    CHECK(optuna("dump '" + path + "' theirs") == dump(storage, "theirs"));
    run(storage, "theirs", 15);
    CHECK(optuna("dump '" + path + "' theirs") == dump(storage, "theirs"));
    optuna("run '" + path + "' theirs 3");
    CHECK(optuna("dump '" + path + "' theirs") == dump(storage, "theirs"));
  }
  TEST_CASE("a study of two objectives goes to and fro, and both find the same best trials") {
    if (python().empty()) return;
    test::TemporaryFolder folder;
    const auto path = (folder / "both.db").string();
    SqliteStorage storage(path, {.optuna_compat = storage::OptunaCompat::any});
    const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}, {"y", space::IntDistribution{1, 8}}}};
    Study study(storage,
                {.name = "both",
                 .directions = {Direction::minimize, Direction::maximize},
                 .seed = 1,
                 .metric_names = {"cost", "gain"}},
                space, make_sampler({.name = "tpe"}));
    const auto ours = [](auto& trial) {
      const double x = trial.real("x"), y = static_cast<double>(trial.integer("y"));
      return std::vector{x * y, 1 - x + 1 / y};
    };
    optimize(study, ours, 10);
    for (int round = 0; round < 2; ++round) {
      const auto best = optuna("run2 '" + path + "' both 9");
      std::string numbers;
      for (const auto& trial : study.best_trials())
        numbers += (numbers.empty() ? "[" : ", ") + std::to_string(trial.number);
      CHECK(best == numbers + "]\n");
      CHECK(optuna("dump '" + path + "' both") == dump(storage, "both"));
      optimize(study, ours, 9);
    }
    CHECK(study.trials().size() == 46);
  }
  TEST_CASE("two objectives, infinite values and widened choices are read alike") {
    if (python().empty()) return;
    test::TemporaryFolder folder;
    const auto path = (folder / "two.db").string();
    SqliteStorage storage(path, {.optuna_compat = storage::OptunaCompat::any});
    const auto two = storage.create_study("two", {Direction::minimize, Direction::maximize});
    static_cast<void>(storage.create_trial(two, {.state = TrialState::complete,
                                                 .values = {1.5, -std::numeric_limits<double>::infinity()},
                                                 .started = storage::now(),
                                                 .completed = storage::now()}));
    static_cast<void>(storage.create_trial(
        two, {.state = TrialState::failed, .started = storage::now(), .completed = storage::now()}));
    CHECK(optuna("dump '" + path + "' two") == dump(storage, "two"));

    for (const auto& words : {std::vector<space::Value>{Word("a"), Word("b")}, {Word("c"), Word("b")}}) {
      Study study(storage, {.name = "words", .seed = 1}, {{{"k", space::CategoricalDistribution{words}}}});
      optimize(
          study, [](auto& trial) { return trial.word("k") == "b" ? 1.0 : 2.0; }, 12);
    }
    CHECK(optuna("dump '" + path + "' words") == dump(storage, "words"));
  }
}

}  // namespace
}  // namespace hpo::search

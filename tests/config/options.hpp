#pragma once
// An options struct with every kind of field, for the tests of this module.

#include <hpo/core/describe.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpo::test {

enum class Schedule { linear, cosine };
[[nodiscard]] constexpr std::array<std::pair<std::string_view, Schedule>, 2> enum_names(Schedule) {
  return {{{"linear", Schedule::linear}, {"cosine", Schedule::cosine}}};
}

struct StopOptions {
  std::int64_t patience = 3;
  std::optional<double> target{};
  bool operator==(const StopOptions&) const = default;
};
template <class Visitor>
void describe(Visitor& v, StopOptions& o) {
  v.field("patience", o.patience, "epochs without improvement", at_least(0));
  v.field("target", o.target, "stop at this metric", between(0.0, 1.0));
}

struct TrainOptions {
  std::int64_t trials = 40;
  double budget_s = 0;
  bool resume = true;
  std::string path = "data.csv";
  std::string sampler = "tpe";
  Schedule schedule = Schedule::linear;
  std::vector<std::string> columns{"text"};
  std::optional<std::string> group{};
  std::optional<std::int64_t> folds = 5;
  StopOptions stop{};
  bool operator==(const TrainOptions&) const = default;
};
template <class Visitor>
void describe(Visitor& v, TrainOptions& o) {
  v.field("trials", o.trials, "trials to run", at_least(1));
  v.field("budget_s", o.budget_s, "wall time in seconds, 0 for none", at_least(0));
  v.field("resume", o.resume, "continue a study of that name");
  v.field("path", o.path, "the data", not_empty);
  v.field("sampler", o.sampler, "who suggests", one_of({"random", "tpe"}));
  v.field("schedule", o.schedule, "of the learning rate: linear or cosine");
  v.field("columns", o.columns, "to read", one_of({"text", "pair", "label"}));
  v.field("group", o.group, "column whose rows stay together");
  v.field("folds", o.folds, "of cross-validation", at_least(2));
  v.group("stop", o.stop, "when to stop early");
}

}  // namespace hpo::test

#pragma once
/// \file  Trials read from the rows of Optuna's tables.
/// Layer `storage`, tier 0.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <hpo/core/error.hpp>
#include <hpo/space/distribution_json.hpp>
#include <hpo/storage/datetime.hpp>
#include <hpo/storage/row_words.hpp>
#include <hpo/storage/sqlite_connection.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::storage {

[[nodiscard]] inline double number_of(const Query& row, int column) {
  const std::string_view type = row.text(column + 1);
  if (type == "INF_POS") return std::numeric_limits<double>::infinity();
  if (type == "INF_NEG") return -std::numeric_limits<double>::infinity();
  if (type == "NAN" || row.null(column)) return std::numeric_limits<double>::quiet_NaN();
  return row.real(column);
}

/// Reads trials. Remembers the distributions that it has parsed: a study has few different ones and many rows.
class TrialReader {
 public:
  /// The trial whose id, number, state, start and completion stand in the first five columns of the row.
  [[nodiscard]] FrozenTrial read(Connection& db, const Query& row) {
    FrozenTrial trial;
    trial.id = row.integer(0);
    trial.number = row.integer(1);
    trial.state = state_of(db, trial.id, row.text(2));
    trial.started = time_from_text(row.text(3));
    trial.completed = time_from_text(row.text(4));
    if (trial.state != TrialState::waiting && trial.state != TrialState::running) read_values(db, trial);
    read_params(db, trial);
    read_intermediate(db, trial);
    read_attributes(db, trial);
    return trial;
  }

  [[nodiscard]] const space::Distribution& distribution(Connection& db, std::int64_t trial, std::string_view json) {
    const auto known = distributions_.find(json);
    if (known != distributions_.end()) return known->second;
    try {
      return distributions_.emplace(json, space::from_json(json)).first->second;
    } catch (const ConfigError& error) {
      fail<StorageError>(db.path(), ": trial id ", trial, ": ", error.what());
    }
  }

 private:
  static TrialState state_of(const Connection& db, std::int64_t id, std::string_view name) {
    for (const auto& [known, state] : state_names)
      if (known == name) return state;
    fail<StorageError>(db.path(), ": trial id ", id, ": expected a trial state, got '", name, "'");
  }

  static void read_values(Connection& db, FrozenTrial& trial) {
    auto rows = db.query("SELECT value, value_type FROM trial_values WHERE trial_id=? ORDER BY objective");
    rows.bind(trial.id);
    while (rows.step()) trial.values.push_back(number_of(rows, 0));
  }

  void read_params(Connection& db, FrozenTrial& trial) {
    auto rows = db.query(
        "SELECT param_name, param_value, distribution_json FROM trial_params WHERE trial_id=? ORDER BY param_id");
    rows.bind(trial.id);
    while (rows.step())
      trial.params.push_back({std::string(rows.text(0)), distribution(db, trial.id, rows.text(2)), rows.real(1)});
  }

  static void read_intermediate(Connection& db, FrozenTrial& trial) {
    auto rows = db.query(
        "SELECT step, intermediate_value, intermediate_value_type FROM trial_intermediate_values WHERE trial_id=? "
        "ORDER BY step");
    rows.bind(trial.id);
    while (rows.step()) trial.intermediate.emplace_hint(trial.intermediate.end(), rows.integer(0), number_of(rows, 1));
  }

  static void read_attributes(Connection& db, FrozenTrial& trial) {
    auto user = db.query(R"(SELECT "key", value_json FROM trial_user_attributes WHERE trial_id=?)");
    user.bind(trial.id);
    while (user.step()) trial.user_attrs.emplace(user.text(0), user.text(1));
    auto system = db.query(R"(SELECT "key", value_json FROM trial_system_attributes WHERE trial_id=?)");
    system.bind(trial.id);
    while (system.step()) trial.system_attrs.emplace(system.text(0), system.text(1));
  }

  std::map<std::string, space::Distribution, std::less<>> distributions_;
};

}  // namespace hpo::storage

#pragma once
/// \file  Trials written as the rows of Optuna's tables.
/// Layer `storage`, tier 0.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/space/distribution_json.hpp>
#include <hpo/storage/datetime.hpp>
#include <hpo/storage/row_words.hpp>
#include <hpo/storage/sqlite_connection.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::storage {

inline void bind_number(Query& query, double value) {
  if (std::isfinite(value))
    query.bind(value);
  else
    query.bind(nullptr);
  query.bind(number_type(value));
}

inline void bind_time(Query& query, const std::optional<TimePoint>& time) {
  if (time)
    query.bind(to_text(*time));
  else
    query.bind(nullptr);
}

/// The statements that write parts of a trial; what makes them one transaction is the caller's.
class TrialWriter {
 public:
  explicit TrialWriter(Connection& db) : db_(db) {}

  /// The row of a new trial. \return its id.
  [[nodiscard]] std::int64_t trial(std::int64_t study, const FrozenTrial& trial) const {
    auto insert = db_.query(
        "INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES (?, ?, ?, ?, ?)");
    insert.bind(trial.number).bind(study).bind(state_name(trial.state));
    bind_time(insert, trial.started);
    bind_time(insert, trial.completed);
    insert.run();
    return db_.last_id();
  }

  void ending(std::int64_t trial, TrialState state) const {
    db_.query("UPDATE trials SET state=?, datetime_complete=? WHERE trial_id=?")
        .bind(state_name(state))
        .bind(to_text(now()))
        .bind(trial)
        .run();
  }

  void params(std::int64_t trial, std::span<const StoredParam> params) const {
    for (const auto& param : params)
      db_.query(
             "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?) "
             "ON CONFLICT (trial_id, param_name) DO UPDATE SET param_value=excluded.param_value, "
             "distribution_json=excluded.distribution_json")
          .bind(trial)
          .bind(param.name)
          .bind(param.internal)
          .bind(space::to_json(param.distribution))
          .run();
  }

  void values(std::int64_t trial, const std::vector<double>& values) const {
    for (std::size_t i = 0; i < values.size(); ++i) {
      require<StorageError>(!std::isnan(values[i]), db_.path(), ": trial id ", trial,
                            ": a final value must not be NaN");
      auto insert = db_.query("INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)");
      insert.bind(trial).bind(i);
      bind_number(insert, values[i]);
      insert.run();
    }
  }

  /// \return false if the step had been reported before; that report stays.
  [[nodiscard]] bool report(std::int64_t trial, std::int64_t step, double value) const {
    require<StorageError>(step >= 0, db_.path(), ": trial id ", trial, ": expected a step of 0 or more, got ", step);
    auto insert = db_.query(
        "INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) "
        "VALUES (?, ?, ?, ?) ON CONFLICT (trial_id, step) DO NOTHING");
    insert.bind(trial).bind(step);
    bind_number(insert, value);
    insert.run();
    return db_.changes() == 1;
  }

  void attribute(std::int64_t trial, AttrKind kind, std::string_view key, std::string_view json) const {
    db_.query(kind == AttrKind::user
                  ? R"(INSERT INTO trial_user_attributes (trial_id, "key", value_json) VALUES (?, ?, ?)
                       ON CONFLICT (trial_id, "key") DO UPDATE SET value_json=excluded.value_json)"
                  : R"(INSERT INTO trial_system_attributes (trial_id, "key", value_json) VALUES (?, ?, ?)
                       ON CONFLICT (trial_id, "key") DO UPDATE SET value_json=excluded.value_json)")
        .bind(trial)
        .bind(key)
        .bind(json)
        .run();
  }

 private:
  Connection& db_;
};

}  // namespace hpo::storage

#pragma once
/// \file  Optuna's tables in SQLite, and which versions of them hpo reads and writes.
/// Layer `storage`, tier 0.
/// Source   column for column what Optuna 3.2 to 5.0 creates; 3.0 and 3.1 differ in the version string only.

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/storage/sqlite_connection.hpp>
#include <hpo/storage/sqlite_transaction.hpp>

namespace hpo::storage {

/// For which Optuna a new database is made: 3.2 or newer; 3.0 and 3.1 (Debian 12); or whichever opens it first.
enum class OptunaCompat { current, v3_1, any };

constexpr auto enum_names(OptunaCompat) {
  return std::array<std::pair<std::string_view, OptunaCompat>, 3>{
      {{"current", OptunaCompat::current}, {"3.1", OptunaCompat::v3_1}, {"any", OptunaCompat::any}}};
}

namespace detail {

inline constexpr std::array accepted_versions{std::string_view{"v3.2.0.a"}, std::string_view{"v3.0.0.d"}};
inline constexpr int accepted_schema = 12;  // version_info.schema_version: frozen by Optuna since 2.4

inline constexpr std::string_view create_tables = R"sql(
CREATE TABLE studies (study_id INTEGER NOT NULL, study_name VARCHAR(512) NOT NULL, PRIMARY KEY (study_id));
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE TABLE version_info (version_info_id INTEGER NOT NULL, schema_version INTEGER, library_version VARCHAR(256),
  PRIMARY KEY (version_info_id), CHECK (version_info_id=1));
CREATE TABLE study_directions (study_direction_id INTEGER NOT NULL, direction VARCHAR(8) NOT NULL,
  study_id INTEGER NOT NULL, objective INTEGER NOT NULL, PRIMARY KEY (study_direction_id),
  UNIQUE (study_id, objective), FOREIGN KEY(study_id) REFERENCES studies (study_id));
CREATE TABLE study_user_attributes (study_user_attribute_id INTEGER NOT NULL, study_id INTEGER, "key" VARCHAR(512),
  value_json TEXT, PRIMARY KEY (study_user_attribute_id), UNIQUE (study_id, "key"),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
CREATE TABLE study_system_attributes (study_system_attribute_id INTEGER NOT NULL, study_id INTEGER,
  "key" VARCHAR(512), value_json TEXT, PRIMARY KEY (study_system_attribute_id), UNIQUE (study_id, "key"),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
CREATE TABLE trials (trial_id INTEGER NOT NULL, number INTEGER, study_id INTEGER, state VARCHAR(8) NOT NULL,
  datetime_start DATETIME, datetime_complete DATETIME, PRIMARY KEY (trial_id),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
CREATE INDEX ix_trials_study_id ON trials (study_id);
CREATE TABLE trial_user_attributes (trial_user_attribute_id INTEGER NOT NULL, trial_id INTEGER, "key" VARCHAR(512),
  value_json TEXT, PRIMARY KEY (trial_user_attribute_id), UNIQUE (trial_id, "key"),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE trial_system_attributes (trial_system_attribute_id INTEGER NOT NULL, trial_id INTEGER,
  "key" VARCHAR(512), value_json TEXT, PRIMARY KEY (trial_system_attribute_id), UNIQUE (trial_id, "key"),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE trial_params (param_id INTEGER NOT NULL, trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT,
  distribution_json TEXT, PRIMARY KEY (param_id), UNIQUE (trial_id, param_name),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE trial_values (trial_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, objective INTEGER NOT NULL,
  value FLOAT, value_type VARCHAR(7) NOT NULL, PRIMARY KEY (trial_value_id), UNIQUE (trial_id, objective),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE trial_intermediate_values (trial_intermediate_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL,
  step INTEGER NOT NULL, intermediate_value FLOAT, intermediate_value_type VARCHAR(7) NOT NULL,
  PRIMARY KEY (trial_intermediate_value_id), UNIQUE (trial_id, step),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE trial_heartbeats (trial_heartbeat_id INTEGER NOT NULL, trial_id INTEGER NOT NULL,
  heartbeat DATETIME NOT NULL, PRIMARY KEY (trial_heartbeat_id), UNIQUE (trial_id),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
)sql";

[[nodiscard]] inline bool has_table(Connection& db, std::string_view name) {
  auto found = db.query("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?");
  return found.bind(name).step();
}

inline void create_schema(Connection& db, OptunaCompat compat) {
  db.execute(std::string(create_tables));
  // Informational only: Optuna prints it when it refuses a database.
  const std::string_view library = compat == OptunaCompat::v3_1 ? "3.1.0" : "4.9.0";
  db.query("INSERT INTO version_info VALUES (1, ?, ?)").bind(accepted_schema).bind(library).run();
  if (compat == OptunaCompat::any) return;  // without a row, the first Optuna that opens it writes its own
  const auto version = accepted_versions[compat == OptunaCompat::v3_1 ? 1 : 0];
  db.query("INSERT INTO alembic_version VALUES (?)").bind(version).run();
}

}  // namespace detail

/// Whether the database holds anything, be it of another program.
[[nodiscard]] inline bool has_any_table(Connection& db) {
  return db.query("SELECT 1 FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' LIMIT 1").step();
}

/// Errors   StorageError for a schema that is older, newer or of something else.
inline void check_schema(Connection& db) {
  const auto& path = db.path();
  require<StorageError>(detail::has_table(db, "studies") && detail::has_table(db, "version_info"), path,
                        ": expected a study database, got an SQLite database of something else; choose another path");
  std::int64_t schema = 0;
  if (auto row = db.query("SELECT schema_version FROM version_info"); row.step()) schema = row.integer(0);
  std::string version;  // several rows, joined, are none that is accepted
  if (detail::has_table(db, "alembic_version")) {
    auto rows = db.query("SELECT version_num FROM alembic_version ORDER BY version_num");
    while (rows.step()) version += (version.empty() ? "" : "+") + std::string(rows.text(0));
  }
  const bool known =
      version.empty() || version == detail::accepted_versions[0] || version == detail::accepted_versions[1];
  if (schema == detail::accepted_schema && known) return;
  const bool older = schema < detail::accepted_schema || version < detail::accepted_versions[1];
  fail<StorageError>(path, ": expected Optuna's schema v3.2.0.a or v3.0.0.d, got ", version.empty() ? "none" : version,
                     " (", schema, "), made by ", older ? "an older" : "a newer", " Optuna: ",
                     older ? concat("run `optuna storage upgrade --storage sqlite:///", path, "` or use a new file")
                           : std::string("use a new file, or an hpo that knows it"));
}

/// Makes the tables if the database is empty, else checks that it is one that hpo may write.
/// Errors   as of check_schema(). Nothing is then changed.
inline void prepare_schema(Connection& db, OptunaCompat compat) {
  if (has_any_table(db)) return check_schema(db);
  Transaction transaction(db);
  if (!has_any_table(db)) detail::create_schema(db, compat);  // else another process was faster
  transaction.commit();
  check_schema(db);
}

}  // namespace hpo::storage

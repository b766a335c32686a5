#pragma once
/// \file  A study database in one SQLite file, in Optuna's tables.
/// Layer `storage`, tier 0.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <hpo/core/error.hpp>
#include <hpo/space/distribution_json.hpp>
#include <hpo/storage/datetime.hpp>
#include <hpo/storage/schema.hpp>
#include <hpo/storage/sqlite_connection.hpp>
#include <hpo/storage/sqlite_path.hpp>
#include <hpo/storage/sqlite_read.hpp>
#include <hpo/storage/sqlite_transaction.hpp>
#include <hpo/storage/sqlite_write.hpp>
#include <hpo/storage/storage.hpp>

namespace hpo::storage {

struct SqliteOptions {
  OptunaCompat optuna_compat = OptunaCompat::current;            ///< matters only when the file is made
  std::chrono::milliseconds patience = std::chrono::minutes(5);  ///< longest wait for another process's lock
};

/// Studies in one file that any number of processes of one machine share, and that Optuna opens as it is.
///
/// What a call wrote survives the death of the process at once (write-ahead log, synchronous=NORMAL); a power cut may
/// take back the transactions since the last checkpoint (1,000 pages), never a part of one. Threads may share an
/// object. A child process may not use its parent's: it opens its own, and the parent calls disconnect() before it
/// forks if the child will (SQLite's locks belong to a process, and its bookkeeping of them would be inherited).
class SqliteStorage {
 public:
  explicit SqliteStorage(std::string_view url, SqliteOptions options = {})
      : path_(absolute_path(sqlite_path(url))), options_(options) {
    connect();
  }
  SqliteStorage(const SqliteStorage&) = delete;
  SqliteStorage& operator=(const SqliteStorage&) = delete;
  ~SqliteStorage() {
    if (db_ && owner_ != ::getpid()) db_->abandon();
  }

  /// Closes the file until the next call.
  void disconnect() {
    const Lock lock(mutex_);
    if (db_) db().query("SELECT 1").run();  // refuses in a child
    db_.reset();
  }

  [[nodiscard]] std::string url() const { return "sqlite:///" + path_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] std::int64_t create_study(std::string_view name, const std::vector<Direction>& directions) {
    const Lock lock(mutex_);
    Transaction transaction(db());
    require<StorageError>(!find_study(name), url(), ": a study named '", name, "' exists already");
    db().query("INSERT INTO studies (study_name) VALUES (?)").bind(name).run();
    const std::int64_t id = db().last_id();
    for (std::size_t i = 0; i < directions.size(); ++i)
      db().query("INSERT INTO study_directions (direction, study_id, objective) VALUES (?, ?, ?)")
          .bind(directions[i] == Direction::maximize ? "MAXIMIZE" : "MINIMIZE")
          .bind(id)
          .bind(i)
          .run();
    transaction.commit();
    return id;
  }

  [[nodiscard]] std::optional<std::int64_t> find_study(std::string_view name) {
    const Lock lock(mutex_);
    auto row = db().query("SELECT study_id FROM studies WHERE study_name=?");
    if (!row.bind(name).step()) return std::nullopt;
    return row.integer(0);
  }

  [[nodiscard]] StudyRecord study(std::int64_t id) {
    const Lock lock(mutex_);
    const ReadTransaction transaction(db());
    StudyRecord record{.id = id};
    auto name = db().query("SELECT study_name FROM studies WHERE study_id=?");
    require<StorageError>(name.bind(id).step(), url(), ": no study has the id ", id);
    record.name = name.text(0);
    auto direction = db().query("SELECT direction FROM study_directions WHERE study_id=? ORDER BY objective");
    direction.bind(id);
    while (direction.step())
      record.directions.push_back(direction.text(0) == "MAXIMIZE" ? Direction::maximize : Direction::minimize);
    auto user = db().query(R"(SELECT "key", value_json FROM study_user_attributes WHERE study_id=?)");
    user.bind(id);
    while (user.step()) record.user_attrs.emplace(user.text(0), user.text(1));
    auto system = db().query(R"(SELECT "key", value_json FROM study_system_attributes WHERE study_id=?)");
    system.bind(id);
    while (system.step()) record.system_attrs.emplace(system.text(0), system.text(1));
    return record;
  }

  [[nodiscard]] std::vector<StudyRecord> studies() {
    const Lock lock(mutex_);
    const ReadTransaction transaction(db());
    std::vector<StudyRecord> records;
    auto rows = db().query("SELECT study_id FROM studies ORDER BY study_id");
    while (rows.step()) records.push_back(study(rows.integer(0)));
    return records;
  }

  void delete_study(std::int64_t id) {
    const Lock lock(mutex_);
    Transaction transaction(db());
    for (const std::string_view sql :
         {"DELETE FROM trial_params WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id=?)",
          "DELETE FROM trial_values WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id=?)",
          "DELETE FROM trial_intermediate_values WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id=?)",
          "DELETE FROM trial_user_attributes WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id=?)",
          "DELETE FROM trial_system_attributes WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id=?)",
          "DELETE FROM trial_heartbeats WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id=?)",
          "DELETE FROM trials WHERE study_id=?", "DELETE FROM study_directions WHERE study_id=?",
          "DELETE FROM study_user_attributes WHERE study_id=?", "DELETE FROM study_system_attributes WHERE study_id=?",
          "DELETE FROM studies WHERE study_id=?"})
      db().query(sql).bind(id).run();
    require<StorageError>(db().changes() == 1, url(), ": no study has the id ", id);
    transaction.commit();
  }

  void set_study_attr(std::int64_t id, AttrKind kind, std::string_view key, std::string_view json) {
    const Lock lock(mutex_);
    Transaction transaction(db());
    static_cast<void>(study(id));  // SQLite does not enforce the foreign key here, Optuna relies on it
    db().query(kind == AttrKind::user
                   ? R"(INSERT INTO study_user_attributes (study_id, "key", value_json) VALUES (?, ?, ?)
                        ON CONFLICT (study_id, "key") DO UPDATE SET value_json=excluded.value_json)"
                   : R"(INSERT INTO study_system_attributes (study_id, "key", value_json) VALUES (?, ?, ?)
                        ON CONFLICT (study_id, "key") DO UPDATE SET value_json=excluded.value_json)")
        .bind(id)
        .bind(key)
        .bind(json)
        .run();
    transaction.commit();
  }

  [[nodiscard]] FrozenTrial create_trial(std::int64_t study, FrozenTrial trial) {
    const Lock lock(mutex_);
    Transaction transaction(db());
    require<StorageError>(db().query("SELECT 1 FROM studies WHERE study_id=?").bind(study).step(), url(),
                          ": no study has the id ", study);
    trial.number = next_number(study);
    const TrialWriter writer(db());
    trial.id = writer.trial(study, trial);
    writer.params(trial.id, trial.params);
    writer.values(trial.id, trial.values);
    for (const auto& [step, value] : trial.intermediate) static_cast<void>(writer.report(trial.id, step, value));
    for (const auto& [key, json] : trial.user_attrs) writer.attribute(trial.id, AttrKind::user, key, json);
    for (const auto& [key, json] : trial.system_attrs) writer.attribute(trial.id, AttrKind::system, key, json);
    transaction.commit();
    return trial;
  }

  [[nodiscard]] bool claim(std::int64_t trial) {
    const Lock lock(mutex_);
    db().query("UPDATE trials SET state='RUNNING', datetime_start=? WHERE trial_id=? AND state='WAITING'")
        .bind(to_text(now()))
        .bind(trial)
        .run();
    return db().changes() == 1;
  }

  void set_params(std::int64_t trial, std::span<const StoredParam> params) {
    const Lock lock(mutex_);
    Transaction transaction(db());
    require_unfinished(trial);
    TrialWriter(db()).params(trial, params);
    transaction.commit();
  }

  bool report(std::int64_t trial, std::int64_t step, double value) {
    const Lock lock(mutex_);
    Transaction transaction(db());
    require_unfinished(trial);
    const bool first = TrialWriter(db()).report(trial, step, value);
    transaction.commit();
    return first;
  }

  void set_trial_attr(std::int64_t trial, AttrKind kind, std::string_view key, std::string_view json) {
    const Lock lock(mutex_);
    Transaction transaction(db());
    require_unfinished(trial);
    TrialWriter(db()).attribute(trial, kind, key, json);
    transaction.commit();
  }

  void finish(std::int64_t trial, const Ending& ending) {
    const Lock lock(mutex_);
    Transaction transaction(db());
    require_unfinished(trial);
    const TrialWriter writer(db());
    writer.ending(trial, ending.state);
    writer.values(trial, ending.values);
    for (const auto& [key, json] : ending.user_attrs) writer.attribute(trial, AttrKind::user, key, json);
    transaction.commit();
  }

  [[nodiscard]] FrozenTrial trial(std::int64_t id) {
    const Lock lock(mutex_);
    const ReadTransaction transaction(db());
    auto row = db().query(select_one);
    require<StorageError>(row.bind(id).step(), url(), ": no trial has the id ", id);
    return reader_.read(db(), row);
  }

  void refresh(std::int64_t study, History& history) {
    const Lock lock(mutex_);
    const ReadTransaction transaction(db());
    std::vector<FrozenTrial> changed;
    for (const std::size_t position : history.unfinished()) {
      auto row = db().query(select_one);
      const FrozenTrial& known = history.trials()[position];
      require<StorageError>(row.bind(known.id).step(), url(), ": trial ", known.number,
                            " is gone: was its study deleted?");
      if (known.state == TrialState::waiting && row.text(2) == "WAITING") continue;
      changed.push_back(reader_.read(db(), row));
    }
    for (auto& trial : changed) history.put(std::move(trial));
    auto rows = db().query(
        "SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials WHERE study_id=? AND trial_id>? "
        "ORDER BY trial_id");
    rows.bind(study).bind(history.last_id());
    while (rows.step()) history.put(reader_.read(db(), rows));
  }

  void widen_choices(std::int64_t study, std::string_view name, const space::Distribution& distribution) {
    const Lock lock(mutex_);
    db().query(
            "UPDATE trial_params SET distribution_json=? WHERE param_name=? AND "
            "trial_id IN (SELECT trial_id FROM trials WHERE study_id=?)")
        .bind(space::to_json(distribution))
        .bind(name)
        .bind(study)
        .run();
  }

  template <class Body>
  void atomically(Body&& body) {
    const Lock lock(mutex_);
    Transaction transaction(db());
    body();
    transaction.commit();
  }

 private:
  using Lock = std::lock_guard<std::recursive_mutex>;

  static constexpr std::string_view select_one =
      "SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials WHERE trial_id=?";

  void connect() {
    check_sqlite_path(path_);
    auto fresh = std::make_unique<Connection>(path_, options_.patience);
    if (has_any_table(*fresh)) check_schema(*fresh);  // before the file is changed in any way
    fresh->execute("PRAGMA journal_mode=WAL");
    fresh->execute("PRAGMA synchronous=NORMAL");
    prepare_schema(*fresh, options_.optuna_compat);
    db_ = std::move(fresh);
    owner_ = ::getpid();
  }

  Connection& db() {
    if (!db_) connect();
    require<StorageError>(owner_ == ::getpid(), url(), ": opened by process ", owner_,
                          " and used in its child: open it again in the child");
    return *db_;
  }

  std::int64_t next_number(std::int64_t study) {
    auto last = db().query("SELECT number FROM trials WHERE study_id=? ORDER BY trial_id DESC LIMIT 1");
    return last.bind(study).step() ? last.integer(0) + 1 : 0;
  }

  void require_unfinished(std::int64_t trial) {
    auto row = db().query("SELECT state, number FROM trials WHERE trial_id=?");
    require<StorageError>(row.bind(trial).step(), url(), ": no trial has the id ", trial);
    const auto state = row.text(0);
    require<StorageError>(state == "RUNNING" || state == "WAITING", url(), ": trial ", row.integer(1),
                          " is finished already (", state, ")");
  }

  std::string path_;
  SqliteOptions options_;
  mutable std::recursive_mutex mutex_;
  std::unique_ptr<Connection> db_;
  ::pid_t owner_ = -1;
  TrialReader reader_;
};

static_assert(Storage<SqliteStorage>);

}  // namespace hpo::storage

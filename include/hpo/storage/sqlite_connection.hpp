#pragma once
/// \file  SQLite's C interface as values: a connection and statements that are prepared once.
/// Layer `storage`, tier 0.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include <sqlite3.h>
#include <unistd.h>

#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>

namespace hpo::storage {

class Connection;

/// A statement in use. It goes back to the connection's cache, reset, at the end of the scope.
class Query {
 public:
  Query(Connection& connection, sqlite3_stmt* statement) : connection_(&connection), statement_(statement) {}
  Query(Query&& other) noexcept
      : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)), next_(other.next_) {}
  Query& operator=(Query&&) = delete;
  ~Query() { reset(); }

  /// Binds the next `?`.
  template <class T>
  Query& bind(const T& value);

  /// Runs to the next row. \return false after the last one.
  [[nodiscard]] bool step();
  /// Runs a statement that gives no rows, and makes it ready to be bound again.
  void run() {
    while (step()) {
    }
    reset();
  }

  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(statement_, column); }
  [[nodiscard]] bool null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  /// Valid until the next step.
  [[nodiscard]] std::string_view text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  void reset() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    next_ = 1;
  }

  Connection* connection_;
  sqlite3_stmt* statement_;
  int next_ = 1;
};

/// One connection to one database file. Not for two threads at once.
///
/// A lock held by another process is waited for, in short and growing naps, up to `patience`: every transaction of hpo
/// takes milliseconds, so only a stopped process can hold one for so long.
/// Errors   StorageError with the path and SQLite's reason.
class Connection {
 public:
  explicit Connection(std::string path, std::chrono::milliseconds patience = std::chrono::minutes(5))
      : path_(std::move(path)), patience_(patience) {
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path_.c_str(), &raw, flags, nullptr);
    handle_.reset(raw);
    if (code != SQLITE_OK) refuse(code);
    sqlite3_busy_handler(raw, &Connection::nap_in_sqlite, this);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The statement for this text, which must be a literal or live as long: prepared at its first use, then kept.
  [[nodiscard]] Query query(std::string_view sql) {
    auto& kept = statements_[sql];
    if (!kept) {
      sqlite3_stmt* raw = nullptr;
      for (int naps = 0;; ++naps) {
        const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
        if (code == SQLITE_OK) break;
        if ((code & 0xff) != SQLITE_BUSY || !nap(naps)) refuse(code);
      }
      kept.reset(raw);
    }
    return Query(*this, kept.get());
  }

  /// Runs statements that take no values, separated by semicolons.
  void execute(const std::string& sql) {
    for (int naps = 0;; ++naps) {
      const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
      if (code == SQLITE_OK) return;
      if ((code & 0xff) != SQLITE_BUSY || in_transaction() || !nap(naps)) refuse(code);
    }
  }

  [[nodiscard]] std::int64_t last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
  [[nodiscard]] int changes() const { return sqlite3_changes(handle_.get()); }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Gives the handle up without closing it: for a child process, which must not touch its parent's connection.
  void abandon() {
    for (auto& [sql, statement] : statements_) static_cast<void>(statement.release());
    static_cast<void>(handle_.release());
  }

  /// Throws for an error code of SQLite, in words that say what to do.
  [[noreturn]] void refuse(int code) const {
    const std::string reason = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    switch (code & 0xff) {
      case SQLITE_BUSY:
        fail<StorageError>(path_, ": another process has held the database for ", patience_.count() / 1000,
                           " s: look for one that is stopped (fuser ", path_, ")");
      case SQLITE_FULL:
        fail<StorageError>(path_, ": the disk is full: nothing of this step was written; make room and run again");
      case SQLITE_READONLY:
      case SQLITE_PERM:
        fail<StorageError>(path_, ": cannot be written: check the permissions of the file and of its folder");
      case SQLITE_CANTOPEN:
        fail<StorageError>(path_, ": cannot be opened: check that its folder exists and can be written");
      case SQLITE_NOTADB:
        fail<StorageError>(path_, ": expected an SQLite database, got another kind of file; choose another path");
      case SQLITE_CORRUPT:
        fail<StorageError>(path_, ": the database is damaged (", reason, "): try `sqlite3 ", path_, " .recover`");
      default:
        fail<StorageError>(path_, ": ", reason, " (SQLite ", code, ")");
    }
  }

 private:
  friend class Query;

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  // 0.1 ms at first, at most about 5 ms, each with chance in it: SQLite's own steps of up to 100 ms starve writers.
  bool nap(int naps) {
    const auto now = std::chrono::steady_clock::now();
    if (naps == 0) deadline_ = now + patience_;
    if (now >= deadline_) return false;
    const unsigned longest_us = 100U << std::min(naps / 4, 6);
    ::usleep(longest_us / 2 + chance_() % longest_us);
    return true;
  }
  static int nap_in_sqlite(void* self, int naps) { return static_cast<Connection*>(self)->nap(naps) ? 1 : 0; }

  std::string path_;
  std::chrono::milliseconds patience_;
  std::chrono::steady_clock::time_point deadline_{};
  PhiloxStream chance_{static_cast<std::uint64_t>(::getpid()), reinterpret_cast<std::uintptr_t>(this),
                       "nap"};              // only spreads waiting processes in time; no result depends on it
  std::unique_ptr<sqlite3, Close> handle_;  // before the statements: they are finalized first
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Close>> statements_;
};

template <class T>
Query& Query::bind(const T& value) {
  int code = SQLITE_OK;
  if constexpr (std::is_same_v<T, std::nullptr_t>) {
    code = sqlite3_bind_null(statement_, next_++);
  } else if constexpr (std::is_floating_point_v<T>) {
    code = sqlite3_bind_double(statement_, next_++, value);
  } else if constexpr (std::is_integral_v<T>) {
    code = sqlite3_bind_int64(statement_, next_++, static_cast<std::int64_t>(value));
  } else {
    const std::string_view text = value;
    code = sqlite3_bind_text64(statement_, next_++, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  if (code != SQLITE_OK) connection_->refuse(code);
  return *this;
}

inline bool Query::step() {
  for (int naps = 0;; ++naps) {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    // Some locks are not waited for inside SQLite (recovery of the log, the last one out closing it).
    const bool may_retry = (code & 0xff) == SQLITE_BUSY && !connection_->in_transaction() && connection_->nap(naps);
    if (!may_retry) connection_->refuse(code);
    sqlite3_reset(statement_);
  }
}

}  // namespace hpo::storage

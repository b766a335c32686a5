#pragma once
/// \file  Several statements as one: writes that roll back, reads of one moment.
/// Layer `storage`, tier 0.

#include <hpo/core/error.hpp>
#include <hpo/storage/sqlite_connection.hpp>

namespace hpo::storage {

/// A write transaction: takes the write lock at once, so that it never fails half way for want of it. Rolls back
/// unless committed. Inside another one it is part of that one.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection), outer_(connection.in_transaction()) {
    if (!outer_) connection_.query("BEGIN IMMEDIATE").run();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (outer_ || committed_ || !connection_.in_transaction()) return;
    try {
      connection_.query("ROLLBACK").run();
    } catch (const StorageError&) {  // the connection is broken: SQLite rolls back when the file is next opened
    }
  }

  void commit() {
    if (!outer_) connection_.query("COMMIT").run();
    committed_ = true;
  }

 private:
  Connection& connection_;
  bool outer_;
  bool committed_ = false;
};

/// Several reads of one moment. Inside a write transaction it is part of that one.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection) : connection_(connection), outer_(connection.in_transaction()) {
    if (!outer_) connection_.query("BEGIN").run();
  }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction() {
    if (outer_ || !connection_.in_transaction()) return;
    try {
      connection_.query("COMMIT").run();
    } catch (const StorageError&) {  // nothing was written
    }
  }

 private:
  Connection& connection_;
  bool outer_;
};

}  // namespace hpo::storage

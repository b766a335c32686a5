#pragma once
/// \file  The database of a sweep, made with its folders, or one that must be there.
/// Layer `sweep`. No torch.

#include <filesystem>
#include <string>

#include <hpo/core/error.hpp>
#include <hpo/storage/any_storage.hpp>
#include <hpo/storage/sqlite_path.hpp>

namespace hpo::sweep {

/// The storage that a URL means; the folders that a new database needs are made.
/// Errors   ConfigError, StorageError.
[[nodiscard]] inline storage::AnyStorage open_storage(const std::string& url,
                                                      storage::OptunaCompat compat = storage::OptunaCompat::any) {
  if (url != "memory") {
    const std::filesystem::path path = storage::sqlite_path(url);
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
  }
  return storage::AnyStorage(url, {.optuna_compat = compat});
}

/// A database that is there already.
/// Errors   UsageError if it is not; ConfigError, StorageError.
[[nodiscard]] inline storage::AnyStorage open_existing(const std::string& url) {
  require<UsageError>(url != "memory", "--storage: expected a database, got memory, which ends with its program");
  const auto path = storage::sqlite_path(url);
  require<UsageError>(std::filesystem::exists(path), path, ": expected a study database, got nothing there");
  return storage::AnyStorage(url);
}

}  // namespace hpo::sweep

#pragma once
/// \file  A whole folder, replaced so that a reader sees the old one or the new one.
/// Layer `core`, tier 0.

#include <cerrno>
#include <concepts>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>

#include <hpo/core/error.hpp>

namespace hpo {

/// Puts the folder `fresh` in the place of `folder`, whose old content goes afterwards; files of it that somebody has
/// mapped stay as they were for him. Both lie in one file system.
/// Errors   `E` with the path and the system's reason; the old folder is then where it was.
template <std::derived_from<Error> E>
void replace_folder(const std::filesystem::path& fresh, const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error, ignored;
  if (!fs::exists(folder, ignored)) {
    fs::rename(fresh, folder, error);
    require<E>(!error, folder, ": cannot be made: ", error.message());
    return;
  }
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(fresh, ignored);  // the old one, by now
    return;
  }
  require<E>(errno == EINVAL || errno == ENOSYS, folder, ": cannot be replaced: ", std::strerror(errno));
  const fs::path old = fresh.string() + ".old";  // a file system that cannot exchange: for a moment there is none
  fs::remove_all(old, ignored);
  fs::rename(folder, old, error);
  require<E>(!error, folder, ": cannot be replaced: ", error.message());
  fs::rename(fresh, folder, error);
  if (error) fs::rename(old, folder, ignored);
  require<E>(!error, folder, ": cannot be replaced: ", error.message());
  fs::remove_all(old, ignored);
}

}  // namespace hpo

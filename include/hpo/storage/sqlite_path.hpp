#pragma once
/// \file  Where a study database may lie, said before SQLite touches the path.
/// Layer `storage`, tier 0.

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <hpo/core/error.hpp>
#include <hpo/core/file_descriptor.hpp>

namespace hpo::storage {

/// The file that a storage URL means: `sqlite:///relative.db`, `sqlite:////absolute.db`, or a plain path.
/// Errors   ConfigError for another scheme.
[[nodiscard]] inline std::string sqlite_path(std::string_view url) {
  constexpr std::string_view scheme = "sqlite:///";
  if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
  require<ConfigError>(!url.empty() && url.find("://") == std::string_view::npos && !url.starts_with("sqlite:"),
                       "storage: expected sqlite:///relative.db, sqlite:////absolute.db, a path or memory, got '", url,
                       "'");
  return std::string(url);
}

/// The folder that a path lies in.
[[nodiscard]] inline std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// The path from the root, for a process that may change its folder.
[[nodiscard]] inline std::string absolute_path(const std::string& path) {
  char folder[PATH_MAX];
  if (path.starts_with('/') || ::getcwd(folder, sizeof folder) == nullptr) return path;
  return concat(folder, folder[1] == '\0' ? "" : "/", path);
}

/// The name of a network file system by its number in <linux/magic.h>, "" for any other.
[[nodiscard]] constexpr std::string_view network_file_system(std::uint32_t magic) {
  switch (magic) {
    case 0x00006969:
      return "NFS";
    case 0x0000517B:
      return "SMB";
    case 0xFE534D42:
      return "SMB";
    case 0xFF534D42:
      return "CIFS";
    case 0x5346414F:
      return "AFS";
    case 0x00C36400:
      return "Ceph";
    case 0x0BD00BD0:
      return "Lustre";
    case 0x47504653:
      return "GPFS";
    case 0x01021997:
      return "9p";
    default:
      return {};
  }
}

/// Refuses a path at which a database cannot work, before anything is written.
/// Errors   StorageError: a folder, a folder that is missing or not writable, a file that is not writable or not a
///          database, a network file system (SQLite's locks and its shared log do not work there).
inline void check_sqlite_path(const std::string& path) {
  struct stat info {};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  require<StorageError>(!exists || !S_ISDIR(info.st_mode), path,
                        ": expected a file, got a folder; name a file in it: ", path, path.ends_with('/') ? "" : "/",
                        "study.db");
  const auto folder = folder_of(path);
  struct stat folder_info {};
  require<StorageError>(::stat(folder.c_str(), &folder_info) == 0 && S_ISDIR(folder_info.st_mode), path,
                        ": its folder does not exist: mkdir -p ", folder);
  require<StorageError>(::access(folder.c_str(), W_OK | X_OK) == 0, path,
                        ": its folder cannot be written: ", std::strerror(errno), "; choose another path");
  struct statfs file_system {};
  if (::statfs(exists ? path.c_str() : folder.c_str(), &file_system) == 0) {  // of the file that a link leads to
    const auto network = network_file_system(static_cast<std::uint32_t>(file_system.f_type));
    require<StorageError>(network.empty(), path, ": lies on a network file system (", network,
                          "), where SQLite loses data; choose a local disk");
  }
  if (!exists) return;
  require<StorageError>(::access(path.c_str(), R_OK | W_OK) == 0, path, ": cannot be written: ", std::strerror(errno),
                        "; check its permissions or copy it");
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  constexpr std::string_view expected = "SQLite format 3";
  char head[expected.size()];
  const ssize_t got = ::read(file.get(), head, sizeof head);
  require<StorageError>(
      got == 0 || (got == static_cast<ssize_t>(sizeof head) && expected == std::string_view(head, sizeof head)), path,
      ": expected an SQLite database, got another kind of file; choose another path");
}

}  // namespace hpo::storage

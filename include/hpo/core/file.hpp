#pragma once
/// \file  Whole files: read at once, written so that a reader sees the old bytes or the new, never half.
/// Layer `core`, tier 0.

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hpo/core/error.hpp>
#include <hpo/core/file_descriptor.hpp>

namespace hpo {

/// All bytes of a file.
/// Errors   `E` (DataError, CheckpointError, ...) with the path and the system's reason.
template <std::derived_from<Error> E>
[[nodiscard]] std::string read_file(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  require<E>(file.open(), path, ": cannot be opened: ", std::strerror(errno));
  struct stat info {};
  require<E>(::fstat(file.get(), &info) == 0, path, ": cannot be examined: ", std::strerror(errno));
  require<E>(!S_ISDIR(info.st_mode), path, ": expected a file, got a folder");
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t done = 0;
  for (;;) {  // a pipe or a growing file has no true size beforehand
    if (done == bytes.size()) bytes.resize(done + 65536);
    const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    require<E>(got >= 0, path, ": cannot be read: ", std::strerror(errno));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

/// Writes to a temporary neighbor, flushes it to the disk and renames it over `path`: after a crash or a full disk the
/// old file or the new one is there, whole. Missing folders are made.
/// Errors   `E` with the path and the system's reason; the old file is then untouched.
class AtomicFile {
 public:
  template <std::derived_from<Error> E = Error>
  static void write(const std::filesystem::path& path, std::string_view bytes) {
    AtomicFile file = begin<E>(path);
    file.append<E>(bytes);
    file.commit<E>();
  }

  template <std::derived_from<Error> E = Error>
  [[nodiscard]] static AtomicFile begin(const std::filesystem::path& path) {
    std::error_code ignored;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
    AtomicFile file;
    file.path_ = path;
    file.temporary_ = path.string() + ".tmp-XXXXXX";
    file.file_ = FileDescriptor(::mkostemp(file.temporary_.data(), O_CLOEXEC));
    require<E>(file.file_.open(), path, ": cannot be created: ", std::strerror(errno));
    ::fchmod(file.file_.get(), 0644);
    return file;
  }

  AtomicFile(AtomicFile&&) = default;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile() {
    if (file_.open()) ::unlink(temporary_.c_str());  // begun and never committed
  }

  template <std::derived_from<Error> E = Error>
  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(file_.get(), bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      require<E>(put >= 0, path_, ": cannot be written: ", std::strerror(errno));
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
  }

  /// Brings the bytes to the disk: what is left for commit() needs no room there. For files that belong together.
  template <std::derived_from<Error> E = Error>
  void flush() {
    require<E>(::fsync(file_.get()) == 0, path_, ": cannot be flushed to the disk: ", std::strerror(errno));
    flushed_ = true;
  }

  template <std::derived_from<Error> E = Error>
  void commit() {
    if (!flushed_) flush<E>();
    require<E>(::rename(temporary_.c_str(), path_.c_str()) == 0, path_, ": cannot be replaced: ", std::strerror(errno));
    file_.reset();
    const auto folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
    const FileDescriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.open()) ::fsync(directory.get());  // makes the rename itself durable; not every file system allows it
  }

 private:
  AtomicFile() = default;

  std::filesystem::path path_;
  std::string temporary_;
  FileDescriptor file_;
  bool flushed_ = false;
};

}  // namespace hpo

#pragma once
/// \file  A file as memory.
/// Layer `core`, tier 0.

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>

namespace hpo {

/// A private, copy-on-write mapping of a whole file: readers share the page cache, a write stays in this process.
/// Hold it by shared_ptr: views into it keep it alive.
class MappedFile {
 public:
  /// Errors   `E` with the path and the system's reason.
  template <std::derived_from<Error> E>
  [[nodiscard]] static std::shared_ptr<MappedFile> open(const std::filesystem::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    require<E>(file.open(), path, ": cannot be opened: ", std::strerror(errno));
    struct stat info {};
    require<E>(::fstat(file.get(), &info) == 0, path, ": cannot be examined: ", std::strerror(errno));
    require<E>(S_ISREG(info.st_mode), path, ": expected a file, got a folder or device");
    auto mapped = std::shared_ptr<MappedFile>(new MappedFile(path, static_cast<std::size_t>(info.st_size)));
    if (mapped->size_ == 0) return mapped;  // mmap refuses an empty range
    void* base = ::mmap(nullptr, mapped->size_, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.get(), 0);
    require<E>(base != MAP_FAILED, path, ": cannot be mapped: ", std::strerror(errno));
    mapped->base_ = static_cast<std::byte*>(base);
    return mapped;
  }

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() {
    if (base_ != nullptr) ::munmap(base_, size_);
  }

  [[nodiscard]] std::span<std::byte> bytes() const { return {base_, size_}; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  MappedFile(std::filesystem::path path, std::size_t size) : path_(std::move(path)), size_(size) {}

  std::filesystem::path path_;
  std::byte* base_ = nullptr;
  std::size_t size_;
};

}  // namespace hpo

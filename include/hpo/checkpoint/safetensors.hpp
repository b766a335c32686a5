#pragma once
/// \file  Reading safetensors files: checked when opened, mapped or read when asked.
/// Layer `checkpoint`, tier 2.

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hpo/checkpoint/foreign_file.hpp>
#include <hpo/checkpoint/safetensors_header.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/mapped_file.hpp>

namespace hpo::checkpoint {

static_assert(std::endian::native == std::endian::little,
              "safetensors files are little-endian and are read as they lie");

/// An open safetensors file. A handle: copies share the file, and all members may be called from several threads.
///
/// The file stays open, so that replacing it on disk by a rename changes nothing here. Writing *into* it does: read()
/// and view() then report a file that shrank, but a view that was there before cannot (the process gets SIGBUS).
/// Errors   CheckpointError, always with the path; for a tensor also with its name.
class SafetensorsFile {
 public:
  /// Reads and checks the header. No weight is touched.
  [[nodiscard]] static SafetensorsFile open(const std::filesystem::path& path) {
    auto shared = std::make_shared<Shared>();
    shared->path = path;
    shared->file = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    require<CheckpointError>(shared->file.open(), path, ": cannot be opened: ", std::strerror(errno));
    struct stat info {};
    require<CheckpointError>(::fstat(shared->file.get(), &info) == 0 && S_ISREG(info.st_mode), path,
                             ": expected a safetensors file, got a folder or device");
    const auto size = static_cast<std::uint64_t>(info.st_size);
    const std::uint64_t length = header_length(*shared, size);
    std::string json(length, '\0');
    read_exactly(*shared, 8, std::as_writable_bytes(std::span(json)));
    shared->data_begin = 8 + length;
    shared->header = parse_header(json, size - shared->data_begin, path.string());
    return SafetensorsFile(std::move(shared));
  }

  [[nodiscard]] const std::filesystem::path& path() const { return shared_->path; }
  /// Sorted by name.
  [[nodiscard]] const std::vector<Entry>& entries() const { return shared_->header.entries; }
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return shared_->header.metadata; }

  [[nodiscard]] const Entry* find(std::string_view name) const {
    const auto at = std::ranges::lower_bound(entries(), name, {}, &Entry::name);
    return at != entries().end() && at->name == name ? &*at : nullptr;
  }
  [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] const Entry& entry(std::string_view name) const {
    const Entry* found = find(name);
    require<CheckpointError>(found != nullptr, path(), ": ", name, ": no such tensor; the file has ", entries().size());
    return *found;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const Entry& each : entries()) out.push_back(each.name);
    return out;
  }

  /// The libtorch type that holds a tensor of this file.
  /// Errors   CheckpointError that names the type, if libtorch has none.
  [[nodiscard]] c10::ScalarType scalar_type(const Entry& entry) const {
    require<CheckpointError>(entry.dtype.in_torch.has_value(), path(), ": ", entry.name, ": element type ",
                             entry.dtype.name, " cannot be held by libtorch");
    return *entry.dtype.in_torch;
  }

  /// A new private mapping of the whole file, costing microseconds. Writes to it stay in it.
  [[nodiscard]] std::shared_ptr<MappedFile> map() const {
    // By descriptor: the path may by now lead to another file.
    return MappedFile::open<CheckpointError>("/proc/self/fd/" + std::to_string(shared_->file.get()));
  }

  /// A tensor whose memory is `mapping` (of this file), which it keeps alive. A file whose header length leaves the
  /// tensor unaligned gives a copy.
  [[nodiscard]] at::Tensor view(std::string_view name, const std::shared_ptr<MappedFile>& mapping) const {
    const Entry& found = entry(name);
    const auto options = at::TensorOptions().dtype(scalar_type(found));
    struct stat now {};
    const bool whole = ::fstat(shared_->file.get(), &now) == 0 &&
                       static_cast<std::uint64_t>(now.st_size) >= shared_->data_begin + found.end &&
                       mapping->bytes().size() >= shared_->data_begin + found.end;
    require<CheckpointError>(whole, path(), ": ", name, ": the file shrank since it was opened");
    std::byte* const data = mapping->bytes().data() + shared_->data_begin + found.begin;
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % (found.dtype.bits / 8) == 0;
    if (!aligned || found.bytes() == 0) return read(name);
    return at::from_blob(
        data, found.shape, [mapping](void*) {}, options);
  }

  /// The same in a mapping that all callers of this file share: for reading only.
  [[nodiscard]] at::Tensor view(std::string_view name) const {
    std::call_once(shared_->mapped, [&] { shared_->mapping = map(); });
    return view(name, shared_->mapping);
  }

  /// A tensor in fresh memory. Nothing is mapped.
  [[nodiscard]] at::Tensor read(std::string_view name) const {
    const Entry& found = entry(name);
    at::Tensor out = at::empty(found.shape, at::TensorOptions().dtype(scalar_type(found)).device(at::kCPU));
    read_into(name, out);
    return out;
  }

  /// Writes the stored values into an existing tensor, converting the dtype in blocks: no
  /// second tensor of the same size.
  /// Shapes   out: the stored shape, contiguous, on the CPU.
  void read_into(std::string_view name, at::Tensor& out) const {
    const Entry& found = entry(name);
    const c10::ScalarType stored = scalar_type(found);
    require<CheckpointError>(out.sizes() == at::IntArrayRef(found.shape) && out.is_contiguous() && out.is_cpu(), path(),
                             ": ", name, ": expected a contiguous CPU tensor of the stored shape to read into");
    const std::uint64_t from = shared_->data_begin + found.begin;
    if (out.scalar_type() == stored) {
      read_exactly(*shared_, from, {static_cast<std::byte*>(out.data_ptr()), static_cast<std::size_t>(found.bytes())});
      return;
    }
    const auto item = static_cast<std::int64_t>(found.dtype.bits / 8);
    constexpr std::int64_t block = 1 << 20;  // elements
    const at::Tensor flat = out.view({-1});
    at::Tensor values = at::empty({std::min(block, flat.numel())}, at::TensorOptions().dtype(stored).device(at::kCPU));
    for (std::int64_t at = 0; at < flat.numel(); at += block) {
      const std::int64_t count = std::min(block, flat.numel() - at);
      read_exactly(*shared_, from + static_cast<std::uint64_t>(at * item),
                   {static_cast<std::byte*>(values.data_ptr()), static_cast<std::size_t>(count * item)});
      flat.narrow(0, at, count).copy_(values.narrow(0, 0, count));
    }
  }

 private:
  static constexpr std::uint64_t longest_header = 100'000'000;  // the reference's limit

  struct Shared {
    std::filesystem::path path;
    FileDescriptor file;
    Header header;
    std::uint64_t data_begin = 0;
    mutable std::once_flag mapped;
    mutable std::shared_ptr<MappedFile> mapping;
  };

  explicit SafetensorsFile(std::shared_ptr<const Shared> shared) : shared_(std::move(shared)) {}

  static std::uint64_t header_length(const Shared& shared, std::uint64_t size) {
    require<CheckpointError>(size >= 8, shared.path, ": expected a safetensors file, got ", size, " bytes");
    std::array<std::byte, 8> first{};
    read_exactly(shared, 0, first);
    const auto length = std::bit_cast<std::uint64_t>(first);
    if (length > 0 && length <= longest_header && length <= size - 8) return length;
    std::string beginning(std::min<std::uint64_t>(size, 64), '\0');
    read_exactly(shared, 0, std::as_writable_bytes(std::span(beginning)));
    const std::string instead = detail::what_instead(beginning, shared.path);
    require<CheckpointError>(instead.empty(), shared.path, ": expected a safetensors file, got ", instead);
    fail<CheckpointError>(shared.path, ": expected a safetensors file, got a header length of ", length,
                          " in a file of ", size, " bytes");
  }

  static void read_exactly(const Shared& shared, std::uint64_t from, std::span<std::byte> out) {
    while (!out.empty()) {
      const ssize_t got = ::pread(shared.file.get(), out.data(), out.size(), static_cast<off_t>(from));
      if (got < 0 && errno == EINTR) continue;
      require<CheckpointError>(got >= 0, shared.path, ": cannot be read: ", std::strerror(errno));
      require<CheckpointError>(got > 0, shared.path, ": the file shrank since it was opened");
      out = out.subspan(static_cast<std::size_t>(got));
      from += static_cast<std::uint64_t>(got);
    }
  }

  std::shared_ptr<const Shared> shared_;
};

}  // namespace hpo::checkpoint

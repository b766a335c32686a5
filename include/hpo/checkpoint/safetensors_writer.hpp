#pragma once
/// \file  Writing safetensors files: whole or not at all.
/// Layer `checkpoint`, tier 2.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/checkpoint/dtype.hpp>
#include <hpo/checkpoint/named_tensors.hpp>
#include <hpo/checkpoint/safetensors_header.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>

namespace hpo::checkpoint {

using Metadata = std::map<std::string, std::string>;

/// What cannot stand in one model's weights is refused, by name: a tensor without values (on meta above all), one that
/// is not dense or of a type that safetensors lacks, a name that is not printable or stands there twice.
/// Errors   CheckpointError that begins with `path`.
inline void require_savable(const NamedTensors& tensors, const std::filesystem::path& path) {
  std::set<std::string> seen;
  for (const auto& [name, tensor] : tensors) {
    const auto refuse_unless = [&, name = std::string_view(name)](bool holds, std::string_view expected) {
      require<CheckpointError>(holds, path, ": ", name, ": cannot be saved: expected ", expected);
    };
    refuse_unless(is_tensor_name(name) && name != "__metadata__", "a printable name");
    refuse_unless(seen.insert(name).second, "each name once");
    refuse_unless(tensor.defined(), "a tensor, got none");
    refuse_unless(!tensor.is_meta(), "values, got a tensor on the meta device; place the module first");
    refuse_unless(tensor.layout() == at::kStrided && find_dtype(tensor.scalar_type()).has_value(),
                  "a dense tensor of a type that safetensors has");
    refuse_unless(tensor.numel() == 0 || tensor.storage().nbytes() > 0,
                  "values, got a tensor whose memory was released");
  }
}

namespace detail {
/// The tensors as they will lie in the file: wide elements first, then by name.
[[nodiscard]] inline NamedTensors file_order(NamedTensors tensors) {
  std::ranges::sort(tensors, [](const auto& a, const auto& b) {
    return std::pair(b.second.element_size(), std::string_view(a.first)) <
           std::pair(a.second.element_size(), std::string_view(b.first));
  });
  return tensors;
}
}  // namespace detail

/// The whole file beside `path`, on the disk; commit() puts it there.
/// Errors   as write_safetensors().
[[nodiscard]] inline AtomicFile stage_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                                                  const Metadata& metadata) {
  require_savable(tensors, path);
  const NamedTensors order = detail::file_order(tensors);
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t at = 0;
  for (const auto& [name, tensor] : order) {
    const auto bytes = static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size();
    header[name] = {{"dtype", std::string(find_dtype(tensor.scalar_type())->name)},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {at, at + bytes}}};
    at += bytes;
  }
  std::string json;
  try {
    json = header.dump();
  } catch (const Json::exception&) {
    fail<CheckpointError>(path, ": cannot be saved: expected names in UTF-8");
  }
  json.resize((json.size() + 7) / 8 * 8, ' ');  // so that the data is aligned for any element type
  const auto length = std::bit_cast<std::array<char, 8>>(static_cast<std::uint64_t>(json.size()));

  AtomicFile file = AtomicFile::begin<CheckpointError>(path);
  file.append<CheckpointError>({length.data(), length.size()});
  file.append<CheckpointError>(json);
  for (const auto& each : order) {
    const at::Tensor tensor = each.second.detach().to(at::kCPU).contiguous();  // one at a time: a copy is short-lived
    file.append<CheckpointError>({static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()});
  }
  file.flush<CheckpointError>();
  return file;
}

/// Writes a file that Python's safetensors reads, by way of a temporary neighbor and a rename.
///
/// Two names of one tensor are written twice: whoever ties names saves one of them (checkpoint/names.hpp).
/// Errors   CheckpointError as require_savable(), or with the system's reason; the old file is then as it was.
inline void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                              const Metadata& metadata = {{"format", "pt"}}) {
  stage_safetensors(path, tensors, metadata).commit<CheckpointError>();
}

}  // namespace hpo::checkpoint

#pragma once
/// \file  Writing config.json and weights as Hugging Face lays them out, in one file or in shards.
/// Layer `checkpoint`, tier 2.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/checkpoint/safetensors_writer.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>

namespace hpo::checkpoint {

namespace detail {

/// "model.safetensors", or "model-00002-of-00003.safetensors".
[[nodiscard]] inline std::string shard_name(std::size_t shard, std::size_t of) {
  if (of == 1) return "model.safetensors";
  const auto five = [](std::size_t number) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
  };
  return concat("model-", five(shard + 1), "-of-", five(of), ".safetensors");
}

/// In the given order, each shard as full as it may be. A tensor larger than a shard has one of its own.
[[nodiscard]] inline std::vector<NamedTensors> into_shards(const NamedTensors& tensors, std::uint64_t shard_bytes) {
  std::vector<NamedTensors> shards(1);
  std::uint64_t filled = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size();
    if (!shards.back().empty() && (bytes > shard_bytes || filled > shard_bytes - bytes)) {
      shards.emplace_back();
      filled = 0;
    }
    shards.back().emplace_back(name, tensor);
    filled += bytes;
  }
  return shards;
}

/// Whether a file of a model folder is a weight file of ours that an earlier save may have left.
[[nodiscard]] inline bool is_weight_file(std::string_view name) {
  return name == "model.safetensors" || name == "model.safetensors.index.json" ||
         (name.starts_with("model-") && name.ends_with(".safetensors"));
}

}  // namespace detail

/// Writes the weights and config.json into `folder`; weight files of an earlier save that are no longer part of it go.
///
/// config.json is removed first and written last: a folder that a crash left half written is not a model folder, and
/// opening it says so.
/// Errors   CheckpointError naming the tensor (one on meta above all) before anything is changed, or the system's
/// reason.
inline void write_folder(const std::filesystem::path& folder, const Json& config, const NamedTensors& tensors,
                         std::uint64_t shard_bytes = std::numeric_limits<std::uint64_t>::max()) {
  (void)detail::file_order(tensors, folder);  // refuses what cannot be saved
  const auto shards = detail::into_shards(tensors, shard_bytes);
  std::error_code ignored;
  std::filesystem::remove(folder / "config.json", ignored);
  Json weight_map = Json::object();
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const std::string file = detail::shard_name(i, shards.size());
    write_safetensors(folder / file, shards[i]);
    for (const auto& [name, tensor] : shards[i]) {
      weight_map[name] = file;
      total += static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size();
    }
  }
  if (shards.size() > 1) {
    const Json index{{"metadata", {{"total_size", total}}}, {"weight_map", weight_map}};
    AtomicFile::write<CheckpointError>(folder / "model.safetensors.index.json", index.dump(2) + "\n");
  }
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    const std::string name = each.path().filename().string();
    const bool index = name == "model.safetensors.index.json" && shards.size() > 1;
    bool ours = index;
    for (std::size_t i = 0; i < shards.size(); ++i) ours |= name == detail::shard_name(i, shards.size());
    if (detail::is_weight_file(name) && !ours) std::filesystem::remove(each.path(), ignored);
  }
  AtomicFile::write<CheckpointError>(folder / "config.json",
                                     config.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace hpo::checkpoint

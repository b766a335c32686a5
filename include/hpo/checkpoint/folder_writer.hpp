#pragma once
/// \file  Writing config.json and weights as Hugging Face lays them out, in one file or in shards.
/// Layer `checkpoint`, tier 2.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <range/v3/view/enumerate.hpp>

#include <hpo/checkpoint/named_tensors.hpp>
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

/// Removes the weight files that a folder holds and `written` does not name.
inline void remove_stale_weights(const std::filesystem::path& folder, const std::set<std::string>& written) {
  std::error_code ignored;
  for (const auto& each : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = each.path().filename().string();
    if (is_weight_file(name) && !written.contains(name)) std::filesystem::remove(each.path(), ignored);
  }
}

}  // namespace detail

/// Writes the weights and config.json into `folder`; weight files of an earlier save that are no longer part of it go,
/// all other files stay. Weights that somebody has mapped from the folder stay as they were for him.
///
/// Everything is on the disk before anything is replaced: if it does not fit there, the folder is as it
/// was. While files are replaced there is no config.json: a folder that a crash left then is not a model
/// folder, and opening it says so.
/// Errors   CheckpointError naming the tensor (one on meta above all) or the system's reason,
///          before anything is changed.
inline void write_folder(const std::filesystem::path& folder, const Json& config, const NamedTensors& tensors,
                         std::uint64_t shard_bytes = std::numeric_limits<std::uint64_t>::max()) {
  require_savable(tensors, folder);  // here for all shards together: a name may not stand in two
  const auto shards = detail::into_shards(tensors, shard_bytes);
  std::vector<AtomicFile> files;
  std::set<std::string> names;
  const auto stage = [&](const std::string& name, std::string_view text) {
    files.push_back(AtomicFile::begin<CheckpointError>(folder / name));
    files.back().append<CheckpointError>(text);
    files.back().flush<CheckpointError>();
    names.insert(name);
  };
  Json weight_map = Json::object();
  std::uint64_t total = 0;
  for (const auto& [i, shard] : ranges::views::enumerate(shards)) {
    const std::string file = detail::shard_name(i, shards.size());
    files.push_back(stage_safetensors(folder / file, shard, {{"format", "pt"}}));
    names.insert(file);
    for (const auto& [name, tensor] : shard) {
      weight_map[name] = file;
      total += static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size();
    }
  }
  if (shards.size() > 1)
    stage("model.safetensors.index.json",
          Json{{"metadata", {{"total_size", total}}}, {"weight_map", weight_map}}.dump(2) + "\n");
  stage("config.json", config.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");

  std::error_code ignored;
  std::filesystem::remove(folder / "config.json", ignored);
  for (std::size_t i = 0; i + 1 < files.size(); ++i) files[i].commit<CheckpointError>();
  detail::remove_stale_weights(folder, names);
  files.back().commit<CheckpointError>();
}

}  // namespace hpo::checkpoint

#pragma once
/// \file  A Hugging Face model folder: config.json beside its weights, in one file or in shards.
/// Layer `checkpoint`, tier 2.

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/checkpoint/foreign_file.hpp>
#include <hpo/checkpoint/weights.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/json_depth.hpp>

namespace hpo::checkpoint {

/// A file that holds one JSON object, such as config.json.
/// Errors   CheckpointError that names the file and, where it is no JSON, the byte; for one
///          deeper than `deepest_json` too.
[[nodiscard]] inline Json read_json_object(const std::filesystem::path& path) {
  const std::string text = read_file<CheckpointError>(path);
  require_moderate_json<CheckpointError>(text, path);
  Json value;
  try {
    value = Json::parse(std::string_view(text));  // the one kind of input that all of hpo parses: each is compiled anew
  } catch (const Json::parse_error& error) {
    fail<CheckpointError>(path, ": expected JSON, got something else at byte ", error.byte);
  } catch (const Json::out_of_range&) {
    fail<CheckpointError>(path, ": expected JSON, got a number that is too large");
  }
  require<CheckpointError>(value.is_object(), path, ": expected an object, got ", value.type_name());
  return value;
}

namespace detail {

/// `weight_map` of an index: tensor name to shard. A shard is a plain file name, so that an
/// index cannot reach elsewhere.
[[nodiscard]] inline std::map<std::string, std::string> read_weight_map(const std::filesystem::path& path,
                                                                        const Json& index) {
  const auto found = index.find("weight_map");
  require<CheckpointError>(found != index.end() && found->is_object() && !found->empty(), path,
                           ": weight_map: expected an object of tensor names and file names");
  std::map<std::string, std::string> out;
  for (const auto& [name, shard] : found->items()) {
    const std::string text = shard.is_string() ? shard.get<std::string>() : std::string();
    const bool plain = !text.empty() && text.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos &&
                       text.find("..") == std::string::npos;
    require<CheckpointError>(plain, path, ": weight_map.", name, ": expected a plain file name, got ", shard.dump());
    out.emplace(name, text);
  }
  return out;
}

}  // namespace detail

/// An open model folder. Errors are CheckpointErrors that name the file.
class ModelFolder {
 public:
  /// Reads config.json and the headers of the weights. No weight is touched.
  [[nodiscard]] static ModelFolder open(const std::filesystem::path& path) {
    require<CheckpointError>(std::filesystem::is_directory(path), path, ": expected a model folder, got ",
                             std::filesystem::exists(path) ? "a file" : "nothing there");
    require<CheckpointError>(std::filesystem::exists(path / "config.json"), path,
                             ": expected a model folder, got a folder without config.json");
    Json config = read_json_object(path / "config.json");
    std::vector<std::string> notes;
    Weights weights = open_weights(path, notes);
    return ModelFolder(path, std::move(config), std::move(weights), std::move(notes));
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// As written, keys that hpo does not know included.
  [[nodiscard]] const Json& config() const { return config_; }
  [[nodiscard]] const Weights& weights() const { return weights_; }
  [[nodiscard]] at::Tensor view(std::string_view name) const { return weights_.view(name); }
  /// What is odd about the folder and harmless: a line each.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  ModelFolder(std::filesystem::path path, Json config, Weights weights, std::vector<std::string> notes)
      : path_(std::move(path)), config_(std::move(config)), weights_(std::move(weights)), notes_(std::move(notes)) {}

  static Weights open_weights(const std::filesystem::path& folder, std::vector<std::string>& notes) {
    namespace fs = std::filesystem;
    for (const char* name : {"model.safetensors", "model.safetensors.index.json"}) {
      std::error_code ignored;
      require<CheckpointError>(fs::exists(folder / name, ignored) || !fs::is_symlink(folder / name, ignored),
                               folder / name,
                               ": expected weights, got a link to nothing: the download was interrupted or cleaned up; "
                               "download it again");
    }
    if (fs::exists(folder / "model.safetensors")) return Weights::open(folder / "model.safetensors");
    if (fs::exists(folder / "model.safetensors.index.json")) return open_shards(folder, notes);
    for (const char* pickle : {"pytorch_model.bin", "pytorch_model.bin.index.json"})
      require<CheckpointError>(!fs::exists(folder / pickle), folder, ": expected model.safetensors, got ", pickle,
                               ", a pickle; convert it with: ", conversion_command(folder));
    for (const char* other : {"tf_model.h5", "flax_model.msgpack", "model.onnx"})
      require<CheckpointError>(!fs::exists(folder / other), folder, ": expected model.safetensors, got ", other,
                               ", weights of another framework; save the model with PyTorch first");
    fail<CheckpointError>(folder, ": expected model.safetensors or model.safetensors.index.json, got neither");
  }

  static Weights open_shards(const std::filesystem::path& folder, std::vector<std::string>& notes) {
    const auto path = folder / "model.safetensors.index.json";
    const Json index = read_json_object(path);
    const auto weight_map = detail::read_weight_map(path, index);
    std::set<std::string> shards;
    for (const auto& each : weight_map) shards.insert(each.second);
    std::vector<SafetensorsFile> files;
    for (const std::string& shard : shards) files.push_back(SafetensorsFile::open(folder / shard));
    Weights weights(std::move(files));

    for (const auto& [name, shard] : weight_map)
      require<CheckpointError>(weights.contains(name) && weights.file(name).path() == folder / shard, path,
                               ": weight_map.", name, ": expected in ", shard, ", got no such tensor there");
    std::uint64_t total = 0;
    for (const std::string& name : weights.names()) {
      total += weights.entry(name).bytes();
      if (!weight_map.contains(name))
        notes.push_back(concat(weights.file(name).path(), ": ", name, ": is not in the index"));
    }
    const Json stated = index.value("/metadata/total_size"_json_pointer, Json());
    if (stated.is_number() && stated != Json(total))
      notes.push_back(concat(path, ": metadata.total_size: expected ", total, ", got ", stated.dump()));
    return weights;
  }

  std::filesystem::path path_;
  Json config_;
  Weights weights_;
  std::vector<std::string> notes_;
};

}  // namespace hpo::checkpoint

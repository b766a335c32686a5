#pragma once
/// \file  Where a model named "roberta-base" lies on this machine.
/// Layer `checkpoint`, tier 0.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>

namespace hpo::checkpoint {

/// The folder of Hugging Face's download cache, by the same variables as in Python; empty if there is no home.
/// Source   huggingface_hub, `constants.py`.
[[nodiscard]] inline std::filesystem::path hub_cache() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  for (const auto* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
    if (const auto folder = variable(name); !folder.empty()) return folder;
  if (const auto home = variable("HF_HOME"); !home.empty()) return home / "hub";
  if (const auto cache = variable("XDG_CACHE_HOME"); !cache.empty()) return cache / "huggingface" / "hub";
  if (const auto home = variable("HOME"); !home.empty()) return home / ".cache" / "huggingface" / "hub";
  return {};
}

namespace detail {

/// The newest download of a model: what refs/main names; else the only snapshot.
[[nodiscard]] inline std::filesystem::path snapshot_of(const std::filesystem::path& cached) {
  std::error_code ignored;
  if (std::filesystem::exists(cached / "refs" / "main", ignored)) {
    std::string commit = read_file<CheckpointError>(cached / "refs" / "main");
    commit.erase(commit.find_last_not_of(" \r\n") + 1);
    const auto folder = cached / "snapshots" / commit;
    if (commit.find('/') == std::string::npos && std::filesystem::exists(folder / "config.json", ignored))
      return folder;
  }
  std::vector<std::filesystem::path> found;
  for (const auto& each : std::filesystem::directory_iterator(cached / "snapshots", ignored))
    if (std::filesystem::exists(each.path() / "config.json", ignored)) found.push_back(each.path());
  return found.size() == 1 ? found.front() : std::filesystem::path();
}

/// "FacebookAI/roberta-base": one or two plain words, as the Hub names models.
[[nodiscard]] inline bool is_hub_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '/';
  };
  return !name.empty() && std::ranges::all_of(name, plain) && std::ranges::count(name, '/') <= 1 &&
         name.front() != '/' && name.front() != '.' && name.back() != '/' && name.find("..") == std::string_view::npos;
}

}  // namespace detail

/// The folder of a model: `name` itself if it is a folder, else its place in the download cache.
/// Errors   CheckpointError that says where was searched, and the command that downloads the model.
[[nodiscard]] inline std::filesystem::path find_model(const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::is_directory(name, ignored)) return name;
  require<CheckpointError>(detail::is_hub_name(name), name,
                           ": expected a model folder or a model's name, got no such folder");
  std::string entry = "models--" + name;
  if (const auto slash = entry.find('/'); slash != std::string::npos) entry.replace(slash, 1, "--");
  const auto cache = hub_cache();
  const auto folder = cache.empty() ? cache : detail::snapshot_of(cache / entry);
  require<CheckpointError>(!folder.empty(), name,
                           ": expected a model folder or a downloaded model, got neither; searched ",
                           std::filesystem::absolute(name, ignored), cache.empty() ? "" : " and ",
                           cache.empty() ? cache : cache / entry, "; download it with: hf download ", name);
  return folder;
}

}  // namespace hpo::checkpoint

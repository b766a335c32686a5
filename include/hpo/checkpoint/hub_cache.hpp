#pragma once
/// \file  Where a model named "roberta-base" lies on this machine.
/// Layer `checkpoint`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::checkpoint {

namespace detail {

[[nodiscard]] inline std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// "~", "$NAME" and "${NAME}" in a path, as Python expands them in these variables.
[[nodiscard]] inline std::filesystem::path expanded(std::string_view text) {
  std::string out;
  if (text == "~" || text.starts_with("~/")) {
    out = variable("HOME");
    text.remove_prefix(1);
  }
  const auto in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  while (!text.empty()) {
    const bool braces = text.starts_with("${");
    const std::size_t begin = braces ? 2 : 1;
    std::size_t end = begin;
    while (text.front() == '$' && end < text.size() && in_name(text[end])) ++end;
    if (end == begin || (braces && (end == text.size() || text[end] != '}'))) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::string value = variable(std::string(text.substr(begin, end - begin)).c_str());
    end += braces ? 1 : 0;
    out += value.empty() ? std::string(text.substr(0, end)) : value;
    text.remove_prefix(end);
  }
  return out;
}

}  // namespace detail

/// The folders of Hugging Face's download cache, by the same variables as in Python, in the order of search: the one
/// that transformers 4 was told to use, if it was, and the hub's. Empty if there is no home.
/// Source   huggingface_hub, `constants.py`; transformers 4, `utils/hub.py`.
[[nodiscard]] inline std::vector<std::filesystem::path> hub_caches() {
  std::vector<std::filesystem::path> folders;
  const auto add = [&](std::string_view value, const std::filesystem::path& below = {}) {
    const auto folder = below.empty() ? detail::expanded(value) : detail::expanded(value) / below;
    if (!value.empty() && std::ranges::find(folders, folder) == folders.end()) folders.push_back(folder);
    return !value.empty();
  };
  using detail::variable;
  for (const char* legacy : {"TRANSFORMERS_CACHE", "PYTORCH_TRANSFORMERS_CACHE", "PYTORCH_PRETRAINED_BERT_CACHE"})
    if (add(variable(legacy))) break;
  if (add(variable("HF_HUB_CACHE")) || add(variable("HUGGINGFACE_HUB_CACHE")) || add(variable("HF_HOME"), "hub") ||
      add(variable("XDG_CACHE_HOME"), std::filesystem::path("huggingface") / "hub"))
    return folders;
  add(variable("HOME"), std::filesystem::path(".cache") / "huggingface" / "hub");
  return folders;
}

namespace detail {

/// A model's place in one cache: its folder if it is usable, else why not.
struct CachedModel {
  std::filesystem::path folder{};
  std::string fault{};  ///< empty if it was never downloaded
};

/// The download that refs/main names; without one, the only download. Links of a download lead
/// to blobs that may be gone.
[[nodiscard]] inline CachedModel look_up(const std::filesystem::path& cached) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (!fs::is_directory(cached, ignored)) return {};
  const auto usable = [&](const fs::path& folder) { return fs::is_regular_file(folder / "config.json", ignored); };
  if (fs::is_regular_file(cached / "refs" / "main", ignored)) {
    std::string commit = read_file<CheckpointError>(cached / "refs" / "main");
    commit.erase(commit.find_last_not_of(" \r\n") + 1);
    const bool plain = !commit.empty() && commit.size() <= 100 && commit.find('/') == std::string::npos &&
                       commit.find("..") == std::string::npos;
    if (plain && usable(cached / "snapshots" / commit)) return {cached / "snapshots" / commit, {}};
    if (plain) return {{}, concat(cached / "snapshots" / commit, " has no config.json: the download is not complete")};
    return {{}, concat(cached / "refs" / "main", " names no download")};
  }
  std::vector<fs::path> found;
  for (const auto& each : fs::directory_iterator(cached / "snapshots", ignored))
    if (usable(each.path())) found.push_back(each.path());
  if (found.size() == 1) return {found.front(), {}};
  std::ranges::sort(found);
  return {{},
          found.empty() ? concat(cached, " holds no complete download")
                        : concat(cached, " holds ", found.size(),
                                 " downloads and does not say which is meant; "
                                 "name the folder: ",
                                 found.front(), " or another")};
}

/// "FacebookAI/roberta-base": one or two plain words, as the Hub names models.
[[nodiscard]] inline bool is_hub_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '/';
  };
  return !name.empty() && name.size() <= 200 && std::ranges::all_of(name, plain) &&
         std::ranges::count(name, '/') <= 1 && name.front() != '/' && name.front() != '.' && name.back() != '/' &&
         name.find("..") == std::string_view::npos;
}

/// The downloaded model that may have been meant: one of the same last word, such as FacebookAI/roberta-base for
/// roberta-base, or one that is spelt nearly so. Empty if there is none.
[[nodiscard]] inline std::string similar_model(std::string_view name,
                                               const std::vector<std::filesystem::path>& caches) {
  constexpr std::string_view front = "models--";
  std::vector<std::string> there;
  std::error_code ignored;
  for (const auto& cache : caches)
    for (const auto& each : std::filesystem::directory_iterator(cache, ignored)) {
      std::string entry = each.path().filename().string();
      if (!entry.starts_with(front)) continue;
      entry.erase(0, front.size());
      if (const auto dashes = entry.find("--"); dashes != std::string::npos) entry.replace(dashes, 2, "/");
      there.push_back(std::move(entry));
    }
  std::ranges::sort(there);
  const auto last_word = [](std::string_view text) { return text.substr(text.find('/') + 1); };  // npos + 1 is 0
  for (const std::string& each : there)
    if (last_word(each) == last_word(name)) return each;
  return nearest(name, there);
}

}  // namespace detail

/// The folder of a model: `name` itself if it is a folder, else its place in the download cache.
/// Errors   CheckpointError that says where was searched, what was wrong there, and the
///          command that downloads the model.
[[nodiscard]] inline std::filesystem::path find_model(const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::is_directory(name, ignored)) return name;
  require<CheckpointError>(!std::filesystem::exists(name, ignored), name, ": expected a model folder, got a file");
  require<CheckpointError>(detail::is_hub_name(name), name,
                           ": expected a model folder or a model's name, got no such folder");
  std::string entry = "models--" + name;
  if (const auto slash = entry.find('/'); slash != std::string::npos) entry.replace(slash, 1, "--");
  const auto caches = hub_caches();
  std::string searched = std::filesystem::absolute(name, ignored).string(), faults;
  for (const auto& cache : caches) {
    const auto found = detail::look_up(cache / entry);
    if (!found.folder.empty()) return found.folder;
    searched += " and " + (cache / entry).string();
    if (!found.fault.empty()) faults += "; " + found.fault;
  }
  std::string meant = faults.empty() ? detail::similar_model(name, caches) : "";
  if (!meant.empty()) meant = "; '" + meant + "' is there: is that meant?";
  fail<CheckpointError>(name, ": expected a model folder or a downloaded model, got neither; searched ", searched,
                        faults, meant, "; download it with: hf download ", name);
}

}  // namespace hpo::checkpoint

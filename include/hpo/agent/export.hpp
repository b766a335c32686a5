#pragma once
/// \file  A trained model as a Hugging Face folder.
/// Layer `agent`, tier 3.

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <torch/nn/module.h>

#include <hpo/agent/trained_record.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/folder.hpp>
#include <hpo/core/json.hpp>
#include <hpo/nn/save_pretrained.hpp>

namespace hpo::agent {

/// What an exported folder holds beside the weights.
struct ExportFiles {
  Json config{};                                   ///< config.json
  std::string card{};                              ///< README.md
  TrainedRecord record{};                          ///< hpo.json
  std::vector<std::filesystem::path> tokenizer{};  ///< files to copy
};

namespace detail {
/// Where a folder is made before it takes the place of `folder`.
[[nodiscard]] inline std::filesystem::path fresh_folder(const std::filesystem::path& folder) {
  return folder.string() + ".new";
}
}  // namespace detail

/// Writes config.json, model.safetensors, tokenizer files, README.md and hpo.json into `folder`, which replaces an
/// older one only when all of it is there.
/// Errors   CheckpointError; the old folder is then untouched, and nothing half written stays beside it.
inline void export_model(const std::filesystem::path& folder, const torch::nn::Module& model,
                         const ExportFiles& files) try {
  const auto fresh = detail::fresh_folder(folder);
  std::error_code ignored;
  std::filesystem::remove_all(fresh, ignored);  // of an export that was killed
  nn::save_pretrained(fresh, model, files.config);
  for (const auto& file : files.tokenizer)
    AtomicFile::write<CheckpointError>(fresh / file.filename(), read_file<CheckpointError>(file));
  AtomicFile::write<CheckpointError>(fresh / record_file, to_text(files.record));
  AtomicFile::write<CheckpointError>(fresh / "README.md", files.card);
  replace_folder<CheckpointError>(fresh, folder);
} catch (...) {
  std::error_code ignored;
  std::filesystem::remove_all(detail::fresh_folder(folder), ignored);
  throw;
}

}  // namespace hpo::agent

#pragma once
/// \file  An exported model applied to a file, as a library call.
/// Layer `sweep`, tier 3.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <hpo/agent/agent.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/sweep/agent/trained_model.hpp>

namespace hpo::sweep {

struct PredictOptions {
  std::vector<std::string> settings = {};  ///< that stand over the recorded configuration: "train.device=cpu"
};

/// What was predicted.
struct PredictResult {
  std::size_t count = 0;             ///< rows that were written
  std::vector<std::string> notes{};  ///< what a user should know of the file: a line each
};

/// Writes what the model of a folder says of each row of a file, in its order; labels are not needed. `output` ends in
/// .csv, .tsv or .jsonl.
/// Errors   CheckpointError, ConfigError, DataError, TokenizerError: what cannot be used; UsageError for the output's
///          name.
template <agent::Agent A>
[[nodiscard]] PredictResult predict(const std::filesystem::path& model_folder, const std::filesystem::path& input,
                                    const std::filesystem::path& output, const PredictOptions& options = {}) {
  const auto opened = open_model<A>(model_folder, options.settings);
  PredictResult result;
  with_model<A>(opened, input, data::Labels::optional,
                [&](auto& model, const auto& task, const auto& rows, const auto& data) {
                  result.notes = data.notes;
                  result.count = task.predict(model, rows, data, opened.config.train.options.eval_batch_size, output);
                });
  return result;
}

}  // namespace hpo::sweep

#pragma once
/// \file  An exported model judged on a file, as a library call.
/// Layer `sweep`, tier 3.

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <hpo/agent/agent.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/sweep/agent/trained_model.hpp>
#include <hpo/train/evaluate.hpp>

namespace hpo::sweep {

struct EvaluateOptions {
  std::vector<std::string> settings = {};  ///< that stand over the recorded configuration: "train.device=cpu"
};

/// What a model is worth on a file.
struct EvaluateResult {
  std::vector<std::pair<std::string, double>> scores{};  ///< every metric, the model's own first
  std::size_t rows = 0;                                  ///< that were scored
  std::vector<std::string> notes{};                      ///< what a user should know of the file: a line each
};

/// Scores the model of a folder that a sweep wrote on a file with labels.
/// Errors   CheckpointError, ConfigError, DataError, TokenizerError: what cannot be used.
template <agent::Agent A>
[[nodiscard]] EvaluateResult evaluate(const std::filesystem::path& model_folder, const std::filesystem::path& input,
                                      const EvaluateOptions& options = {}) {
  const auto opened = open_model<A>(model_folder, options.settings);
  EvaluateResult result;
  with_model<A>(opened, input, data::Labels::required,
                [&](auto& model, const auto& task, const auto& rows, const auto& data) {
                  const auto scores = train::evaluate(model, task, rows, opened.config.train.options.eval_batch_size);
                  result = {.scores = scores->all, .rows = rows.lengths().size(), .notes = data.notes};
                });
  return result;
}

}  // namespace hpo::sweep

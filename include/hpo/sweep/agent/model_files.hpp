#pragma once
/// \file  The folder that a trained model becomes.
/// Layer `sweep`, tier 3.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <hpo/agent/export.hpp>
#include <hpo/checkpoint/model_config.hpp>
#include <hpo/core/error.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/report/model_card.hpp>
#include <hpo/report/summary.hpp>
#include <hpo/space/assignment.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/train/evaluate.hpp>

namespace hpo::sweep {

namespace detail {

template <agent::Agent A>
[[nodiscard]] report::ModelCard card_of(const Prepared<A>& prepared, const agent::TrainedRecord& record,
                                        const std::vector<std::string>& command) {
  const auto& config = prepared.config;
  report::ModelCard card{.name = config.study.name + "-" + std::to_string(record.trial),
                         .task = std::string(A::Task::pipeline_tag),
                         // Names of files, not paths: a card is published, and paths say who made it.
                         .encoder = prepared.source.model_type() + " from " +
                                    prepared.source.path().filename().string() +
                                    (prepared.source.has_weights() ? "" : " (random initial weights)"),
                         .data = std::filesystem::path(config.data.source.train).filename().string(),
                         .data_hash = prepared.data.hash,
                         .split = "validation",
                         .study = config.study.name,
                         .trial = record.trial,
                         .seed = static_cast<std::uint64_t>(config.study.seed)};
  for (const auto& [name, value] : record.validation) card.metrics.push_back({name, value});
  for (const auto& [name, value] : record.test) card.metrics.push_back({"test " + name, value});
  for (const auto& [name, value] : record.values) card.params.emplace_back(name, space::to_string(value));
  card.command = report::shell_command(command);
  return card;
}

/// Whether transformers has a class for a head: one that it would load whole, and compute as it was trained.
template <class HeadOptions>
[[nodiscard]] bool is_hugging_faces(const HeadOptions& head, const Json& config) {
  if constexpr (requires { nn::is_transformers_head(head, config); })
    return nn::is_transformers_head(head, config);
  else
    return false;
}

}  // namespace detail

/// What a model's folder tells of how it was trained.
struct ModelOrigin {
  std::int64_t trial = 0;
  const space::Assignment& values;
  const std::map<std::string, double>& validation;  ///< every metric
  const std::vector<std::string>& retrain;          ///< words of the command that trains it again; may be empty
};

/// Scores the test rows, if there are any, and writes the folder.
/// Errors   CheckpointError if it cannot be written.
template <agent::Agent A, class Model>
void write_model(const std::filesystem::path& folder, const Prepared<A>& prepared, Model& model,
                 const typename Model::HeadType::Options& head, const ModelOrigin& origin) {
  const auto& config = prepared.config;
  agent::ExportFiles files;
  files.record = {.agent = std::string(A::name),
                  .config = agent::to_toml(config),
                  .study = config.study.name,
                  .trial = origin.trial,
                  .values = origin.values,
                  .metric = config.study.metric,
                  .validation = origin.validation};
  const auto pad = static_cast<std::int64_t>(model.encoder().pad_id());
  if (!prepared.data.split.test.empty()) {
    const typename A::Task task(prepared.data, config.study.metric);
    const auto scores = train::evaluate(model, task, prepared.data.rows(prepared.data.split.test, pad),
                                        config.train.options.eval_batch_size);
    files.record.test = {scores->all.begin(), scores->all.end()};
  }
  files.config = prepared.source.config();
  const bool is_theirs = detail::is_hugging_faces(head, files.config);
  A::Task::write_config(files.config, prepared.data, is_theirs);
  checkpoint::set_dtype(files.config, "float32");
  files.record.task = A::Task::to_json(prepared.data);
  files.tokenizer = prepared.tokenizer.files();
  auto card = detail::card_of<A>(prepared, files.record, origin.retrain);
  if (!is_theirs) card.own_head = std::string(A::name) + " predict --model FOLDER --input FILE";
  files.card = report::model_card(card);
  agent::export_model(folder, model, files);
}

}  // namespace hpo::sweep

#pragma once
/// \file  A model that was trained and written, opened again.
/// Layer `sweep`, tier 3.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/config.hpp>
#include <hpo/agent/model_source.hpp>
#include <hpo/agent/trained_record.hpp>
#include <hpo/agent/trial_setup.hpp>
#include <hpo/config/document.hpp>
#include <hpo/core/error.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/space/values.hpp>
#include <hpo/sweep/agent/device.hpp>
#include <hpo/text/tokenizer.hpp>

namespace hpo::sweep {

/// An exported model's folder, opened: its record and the configuration that it was trained with.
template <agent::Agent A>
struct TrainedModel {
  agent::TrainedRecord record;
  agent::Config<A> config;
  agent::ModelSource source;
  text::Tokenizer tokenizer;
};

/// `settings` are values that stand over the recorded configuration: "train.device=cpu".
/// Errors   CheckpointError if the folder is not one of this agent's; ConfigError, TokenizerError.
template <agent::Agent A>
[[nodiscard]] TrainedModel<A> open_model(const std::filesystem::path& folder,
                                         const std::vector<std::string>& settings = {}) {
  auto record = agent::read_record(folder);
  require<CheckpointError>(record.agent == A::name, folder, ": expected a model of agent '", A::name, "', got one of '",
                           record.agent, "'; use that program");
  auto document = config::Document::parse(record.config, (folder / agent::record_file).string());
  for (const auto& setting : settings) document.set(setting);
  auto config = agent::read_config<A>(document);
  config.encoder.model = folder.string();
  config.encoder.init = "checkpoint";
  config.data.source.limit = 0;  // it was for the files of the training
  auto source = agent::ModelSource::open(config.encoder);
  auto tokenizer = text::Tokenizer::load(folder);
  return {std::move(record), std::move(config), std::move(source), std::move(tokenizer)};
}

/// Reads and tokenizes a file, builds the model and calls `visitor(model, task, rows, data)`.
/// Errors   DataError for the file; CheckpointError, ConfigError for the model.
template <agent::Agent A, class Visitor>
void with_model(const TrainedModel<A>& opened, const std::filesystem::path& input, data::Labels labels,
                Visitor&& visitor) {
  auto data = A::Task::read_file(input, opened.config.data, opened.record.task, labels);
  A::Task::tokenize(data, opened.tokenizer, opened.config.encoder, {});
  // The threads of the trial, so that its numbers come out again to the last bit.
  at::set_num_threads(static_cast<int>(opened.config.train.threads));
  opened.source.template visit<A>([&]<class Model>(const auto& encoder) {
    const space::Values<agent::SpaceOf<A>> values(opened.config.space, opened.record.values);
    auto setup = agent::set_up<A, Model>(opened.config, values, encoder);
    A::Task::configure(setup.head, data);
    const auto model = opened.source.template restore<Model>(setup, device_of(opened.config.train));
    const auto rows = data.rows(data.split.valid, static_cast<std::int64_t>(model->encoder().pad_id()));
    visitor(*model, typename A::Task(data, opened.record.metric), rows, data);
    return 0;
  });
}

}  // namespace hpo::sweep

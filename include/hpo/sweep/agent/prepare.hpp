#pragma once
/// \file  What all trials of a sweep share: made once by the parent, inherited by its children.
/// Layer `sweep`, tier 3.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/model_source.hpp>
#include <hpo/checkpoint/hub_cache.hpp>
#include <hpo/storage/trial.hpp>
#include <hpo/text/tokenizer.hpp>

namespace hpo::sweep {

/// A configuration with everything filled in that a file may leave out, and its paths absolute: written to a file it
/// repeats the run from any folder. What is complete stays as it is.
template <agent::Configurable A>
[[nodiscard]] agent::Config<A> completed(agent::Config<A> config) {
  const auto absolute = [](std::string& path) {
    if (!path.empty()) path = std::filesystem::absolute(path).lexically_normal().string();
  };
  for (std::string* path :
       {&config.data.source.train, &config.data.source.valid, &config.data.source.test, &config.output.dir})
    absolute(*path);
  if (std::filesystem::exists(config.encoder.model)) absolute(config.encoder.model);
  agent::complete(config);
  return config;
}

/// A configuration with its files read: data checked, split and tokenized, the pretrained model's headers opened.
/// Nothing here has run a kernel of libtorch, so that children can be forked from it.
template <agent::Agent A>
struct Prepared {
  agent::Config<A> config;
  storage::Direction direction = storage::Direction::maximize;
  text::Tokenizer tokenizer;
  agent::ModelSource source;
  typename A::Task::Data data;
  std::vector<std::string> notes = {};  ///< what a user should know of the data and the model: a line each
};

/// Reads everything that a completed configuration names.
/// Errors   DataError, TokenizerError, CheckpointError, ConfigError: what cannot be used.
template <agent::Agent A>
[[nodiscard]] Prepared<A> prepare(agent::Config<A> config) {
  const auto direction = agent::find_metric(typename A::Task::Metrics{}, config.study.metric).second;
  auto data = A::Task::read(config.data, config.study.seed);
  config.encoder.model =
      checkpoint::find_model(config.encoder.model).string();  // a folder, or a name in the download cache
  auto source = agent::ModelSource::open(config.encoder);
  static_cast<void>(source.template visit<A>([]<class Model>(const auto&) { return 0; }));  // the family is known
  auto tokenizer = text::Tokenizer::load(config.encoder.model);
  A::Task::tokenize(data, tokenizer, config.encoder, std::filesystem::path(config.output.dir) / "cache");
  auto notes = data.notes;
  notes.insert(notes.end(), source.notes().begin(), source.notes().end());
  return {std::move(config), direction, std::move(tokenizer), std::move(source), std::move(data), std::move(notes)};
}

}  // namespace hpo::sweep

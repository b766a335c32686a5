#pragma once
/// \file  The model of one trial, ready to be trained.
/// Layer `sweep`, tier 3.

#include <cstdint>
#include <memory>
#include <utility>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/trial_setup.hpp>
#include <hpo/core/error.hpp>
#include <hpo/nn/model/freeze.hpp>
#include <hpo/space/values.hpp>
#include <hpo/sweep/agent/device.hpp>
#include <hpo/sweep/agent/prepare.hpp>

namespace hpo::sweep {

/// The tokenizer's ids and the longest rows must fit the model that was built.
/// Errors   ConfigError, CheckpointError.
template <agent::Agent A, class Model>
void check_model(const Prepared<A>& prepared, const Model& model) {
  const auto& encoder = model.encoder();
  const auto ids = static_cast<std::int64_t>(prepared.tokenizer.id_limit());
  require<CheckpointError>(ids <= encoder.vocab_size(), prepared.source.path(), ": expected a tokenizer of at most ",
                           encoder.vocab_size(), " tokens (config.json: vocab_size), got ", ids);
  require<ConfigError>(prepared.config.encoder.max_length <= encoder.max_length(),
                       "encoder.max_length: expected at most ", encoder.max_length(),
                       " (what the model has positions for), got ", prepared.config.encoder.max_length);
}

/// A model with the options that it was built with, and those that it is to be trained with.
template <class Model>
struct TrialModel {
  agent::TrialSetup<Model> setup;
  std::shared_ptr<Model> model;

  [[nodiscard]] std::int64_t pad_id() const { return static_cast<std::int64_t>(model->encoder().pad_id()); }
};

/// Builds the model of some values of the space on its device, with its weights, and freezes what the configuration
/// says. `values` remembers what was read of it. New weights are those of `seed` and `trial`.
/// Errors   CheckpointError, ConfigError, PlacementError: what does not fit.
template <agent::Agent A, class Model>
[[nodiscard]] TrialModel<Model> build_trial_model(const Prepared<A>& prepared,
                                                  const space::Values<agent::SpaceOf<A>>& values,
                                                  typename Model::EncoderType::Config encoder, std::uint64_t seed,
                                                  std::uint64_t trial) {
  const auto& config = prepared.config;
  auto setup = agent::set_up<A, Model>(config, values, std::move(encoder));
  A::Task::configure(setup.head, prepared.data);
  auto model = prepared.source.template build<Model>(setup, seed, trial, device_of(config.train));
  check_model<A>(prepared, *model);
  if (config.encoder.freeze_embeddings || config.encoder.freeze_layers > 0)
    model->encoder().freeze({.embeddings = config.encoder.freeze_embeddings, .layers = config.encoder.freeze_layers});
  return {std::move(setup), std::move(model)};
}

}  // namespace hpo::sweep

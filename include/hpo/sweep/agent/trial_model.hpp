#pragma once
/// \file  The model of one trial, ready to be trained.
/// Layer `sweep`, tier 3.

#include <cstdint>
#include <memory>
#include <utility>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/trial_setup.hpp>
#include <hpo/nn/check_tokenizer.hpp>
#include <hpo/nn/model/freeze.hpp>
#include <hpo/space/values.hpp>
#include <hpo/sweep/agent/device.hpp>
#include <hpo/sweep/agent/prepare.hpp>

namespace hpo::sweep {

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
  nn::check_tokenizer(*model, prepared.tokenizer, config.encoder.max_length, prepared.source.path().string());
  if (config.encoder.freeze_embeddings || config.encoder.freeze_layers > 0)
    model->encoder().freeze({.embeddings = config.encoder.freeze_embeddings, .layers = config.encoder.freeze_layers});
  return {std::move(setup), std::move(model)};
}

}  // namespace hpo::sweep

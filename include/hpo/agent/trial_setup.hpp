#pragma once
/// \file  From the values of a trial to the options that its parts take.
/// Layer `agent`, tier 3.

#include <cstdint>

#include <hpo/agent/agent.hpp>
#include <hpo/core/type_list.hpp>
#include <hpo/space/values.hpp>
#include <hpo/train/options.hpp>

namespace hpo::agent {

namespace detail {

/// Hands the values to the one of the targets that the consumer's apply() takes.
template <class Consumer, class Values, class... Targets>
void apply_one(const Values& values, Targets&... targets) {
  constexpr int fits = (0 + ... + static_cast<int>(requires { Consumer::apply(values, targets); }));
  static_assert(fits == 1,
                "a consumer's apply(values, options) takes the head's options, the encoder's configuration, or "
                "one of train::TrainOptions, AdamWOptions, ScheduleOptions");
  const auto apply = [&](auto& target) {
    if constexpr (requires { Consumer::apply(values, target); }) Consumer::apply(values, target);
  };
  (apply(targets), ...);
}

}  // namespace detail

/// Options of one trial, with the hyperparameters in their places.
template <class Model>
struct TrialSetup {
  train::TrainOptions train;
  typename Model::HeadType::Options head{};
  typename Model::EncoderType::Config encoder;
};

/// Writes every value of a trial where its consumer wants it. All active parameters of `values` have been read
/// afterwards.
template <Agent A, class Model>
[[nodiscard]] TrialSetup<Model> set_up(const Config<A>& config, const space::Values<SpaceOf<A>>& values,
                                       typename Model::EncoderType::Config encoder) {
  TrialSetup<Model> setup{.train = config.train.options, .encoder = std::move(encoder)};
  for_each_type(typename A::Consumers{}, [&]<class Consumer> {
    detail::apply_one<Consumer>(values, setup.train, setup.train.optim, setup.train.schedule, setup.head,
                                setup.encoder);
  });
  return setup;
}

}  // namespace hpo::agent

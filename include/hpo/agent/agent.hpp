#pragma once
/// \file  The Agent concept: a task bound at compile time to its models, its space and its metrics.
/// Layer `agent`, tier 3.

#include <concepts>
#include <string_view>
#include <type_traits>

#include <hpo/agent/config.hpp>
#include <hpo/agent/metrics.hpp>
#include <hpo/agent/task.hpp>
#include <hpo/core/type_list.hpp>
#include <hpo/nn/model/freeze.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/space/consumption.hpp>

namespace hpo::agent {

namespace detail {
template <class Space, class List>
struct Consumed;
template <class Space, class... Consumers>
struct Consumed<Space, TypeList<Consumers...>> {
  static constexpr bool value = space::consumed_by<Space, Consumers...>;
};

template <class Models>
inline constexpr bool one_head = false;
template <class... Model>
inline constexpr bool one_head<TypeList<Model...>> =
    (std::same_as<typename Model::HeadType, typename FirstType<TypeList<Model...>>::type::HeadType> && ...);

template <class Model>
struct CanFreeze : std::bool_constant<nn::FreezableEncoder<typename Model::EncoderType>> {};

template <class T>
struct Learns {
  template <class Model>
  struct Fits : std::bool_constant<TaskFor<T, Model>> {};
};
}  // namespace detail

/// `Models`: a TypeList of nn::TaskModel with one head; config.json's model_type picks one at run time.
template <class A>
concept HasModels =
    requires { typename A::Models; } && NotEmptyList<typename A::Models> && detail::one_head<typename A::Models>;

/// Every encoder can be frozen in part: [encoder] has keys for it, whatever the agent.
template <class A>
concept HasFreezableModels =
    nn::FreezableEncoder<typename FirstUnfit<detail::CanFreeze, typename A::Models>::type::EncoderType>;

/// `Task`: an agent::Task that each of the models can learn. The compiler's message names the first that cannot.
template <class A>
concept HasTask =
    requires { typename A::Task; } && Task<typename A::Task> &&
    TaskFor<typename A::Task,
            typename FirstUnfit<detail::Learns<typename A::Task>::template Fits, typename A::Models>::type>;

/// `Consumers`: a TypeList of those that read the space; each parameter has one, or the program does not compile.
template <class A>
concept HasConsumers =
    requires { typename A::Consumers; } && detail::Consumed<decltype(A::space), typename A::Consumers>::value;

/// Everything a program is made of. An agent is a struct with five members; see examples/criteria.cpp.
template <class A>
concept Agent = Configurable<A> && HasModels<A> && HasFreezableModels<A> && HasTask<A> && HasConsumers<A>;

template <Agent A>
using SpaceOf = std::remove_cv_t<decltype(A::space)>;

}  // namespace hpo::agent

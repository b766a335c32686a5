#pragma once
/// \file  The Agent concept: a task bound at compile time to its models, its space and its metrics.
/// Layer `agent`, tier 3.

#include <concepts>
#include <string_view>
#include <type_traits>

#include <hpo/agent/config.hpp>
#include <hpo/core/type_list.hpp>
#include <hpo/nn/model/head.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/space/consumption.hpp>

namespace hpo::agent {

namespace detail {
template <class List>
struct FirstOf;
template <class First, class... Rest>
struct FirstOf<TypeList<First, Rest...>> {
  using type = First;
};

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
    (std::same_as<typename Model::HeadType, typename FirstOf<TypeList<Model...>>::type::HeadType> && ...);
}  // namespace detail

/// `Models`: a TypeList of nn::TaskModel with one head; config.json's model_type picks one at run time.
template <class A>
concept HasModels = requires { typename A::Models; } && (A::Models::size > 0) && detail::one_head<typename A::Models>;

/// `Consumers`: a TypeList of those that read the space; each parameter has one, or the program does not compile.
template <class A>
concept HasConsumers =
    requires { typename A::Consumers; } && detail::Consumed<decltype(A::space), typename A::Consumers>::value;

/// Everything a program is made of. An agent is a struct with five members; see examples/criteria.cpp.
template <class A>
concept Agent = Configurable<A> && HasModels<A> && HasConsumers<A>;

template <Agent A>
using HeadOf = typename detail::FirstOf<typename A::Models>::type::HeadType;

template <Agent A>
using SpaceOf = std::remove_cv_t<decltype(A::space)>;

}  // namespace hpo::agent

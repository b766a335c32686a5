#pragma once
/// \file  No parameter is sampled in vain: what consumes a space is compared with it at compile time.
/// Layer `space`, tier 0.
///
///     struct Optimizer { using consumes = space::Names<"optim.lr", "optim.weight_decay">; ... };
///     static_assert(space::consumed_by<decltype(criteria_space), Optimizer, Head>);

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include <hpo/core/fixed_string.hpp>
#include <hpo/space/refusal.hpp>
#include <hpo/space/space.hpp>

namespace hpo::space {

/// The names that something consumes.
template <FixedString... Name>
struct Names {
  static constexpr std::array<std::string_view, sizeof...(Name)> values{Name.view()...};
  [[nodiscard]] static consteval bool contains(std::string_view name) { return ((Name.view() == name) || ...); }
};

/// Says which parameters it reads, in a member type `consumes` that is a Names.
template <class C>
concept Consumer = requires {
  typename C::consumes;
  { C::consumes::contains(std::string_view()) } -> std::same_as<bool>;
};

namespace detail {

template <FixedString Name, class Kind, class Cond, class... Consumers>
consteval bool check_consumed(const Param<Name, Kind, Cond>*, const Consumers*...) {
  constexpr bool consumed = (Consumers::consumes::contains(Name.view()) || ...);
  if constexpr (!consumed) refusal::nothing_consumes_the_parameter<Name>();
  return consumed;
}

template <class S, class C, FixedString... Name>
consteval bool check_known(const Names<Name...>*) {
  constexpr auto check = []<FixedString One>() {
    if constexpr (!S::template has<One>()) refusal::the_space_lacks_what_is_consumed_by<C, One>();
    return S::template has<One>();
  };
  return (check.template operator()<Name>() && ...);
}

template <class S, class C>
consteval bool check_consumer() {
  if constexpr (!Consumer<C>) {
    refusal::a_consumer_needs_a_member_type_consumes<C>();
    return false;
  } else {
    return check_known<S, C>(static_cast<const typename C::consumes*>(nullptr));
  }
}

template <class... Consumers, class... Params>
consteval bool check_all_consumed(const TypedSpace<Params...>*) {
  return (check_consumed(static_cast<const Params*>(nullptr), static_cast<const Consumers*>(nullptr)...) && ...);
}

}  // namespace detail

/// True if each parameter of the space is named by a consumer and each name of a consumer is in the space. Otherwise it
/// does not compile, and the first line of the error names the parameter, or the consumer and the name.
template <Space S, class... Consumers>
inline constexpr bool consumed_by =
    (detail::check_consumer<std::remove_cv_t<S>, Consumers>() && ...) &&
    detail::check_all_consumed<Consumers...>(static_cast<const std::remove_cv_t<S>*>(nullptr));

}  // namespace hpo::space

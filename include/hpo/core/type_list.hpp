#pragma once
/// \file  A list of types, and the one place where a run-time name picks one of them.
/// Layer `core`, tier 0.

#include <cstddef>
#include <type_traits>

namespace hpo {

template <class... Types>
struct TypeList {
  static constexpr std::size_t size = sizeof...(Types);
};

/// Calls `visitor.template operator()<T>()` for the first `T` for which `picks.template operator()<T>()` is true.
/// \return whether one was picked.
template <class... Types, class Picks, class Visitor>
bool visit_first(TypeList<Types...>, Picks&& picks, Visitor&& visitor) {
  return ((picks.template operator()<Types>() ? (visitor.template operator()<Types>(), true) : false) || ...);
}

/// Calls `visitor.template operator()<T>()` for every type in order.
template <class... Types, class Visitor>
void for_each_type(TypeList<Types...>, Visitor&& visitor) {
  (visitor.template operator()<Types>(), ...);
}

}  // namespace hpo

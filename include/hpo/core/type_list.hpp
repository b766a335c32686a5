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

/// Whether a type is a TypeList.
template <class T>
inline constexpr bool is_type_list = false;
template <class... Types>
inline constexpr bool is_type_list<TypeList<Types...>> = true;

/// The first type of a list; a list without one has no such member.
template <class List>
struct FirstType {};
template <class First, class... Rest>
struct FirstType<TypeList<First, Rest...>> {
  using type = First;
};

/// The first type for which `Fits<T>::value` is false; the list's first type if there is none. A concept that asks
/// something of this one type has asked it of all, and the compiler's message names the type that lacks it.
template <template <class> class Fits, class List>
struct FirstUnfit : FirstType<List> {};
template <template <class> class Fits, class First, class... Rest>
  requires(!Fits<First>::value)
struct FirstUnfit<Fits, TypeList<First, Rest...>> {
  using type = First;
};
template <template <class> class Fits, class First, class Next, class... Rest>
  requires(Fits<First>::value && !(Fits<Next>::value && ... && Fits<Rest>::value))
struct FirstUnfit<Fits, TypeList<First, Next, Rest...>> : FirstUnfit<Fits, TypeList<Next, Rest...>> {};

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

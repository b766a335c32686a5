#pragma once
/// \file  The typed space: all hyperparameters of an agent, their names and types known to the compiler.
/// Layer `space`, tier 0.
///
///     inline constexpr auto criteria_space = space::of(
///         space::real<"optim.lr">(1e-5, 5e-3).log(),
///         space::integer<"head.layers">(1, 3),
///         space::integer<"head.width">(32, 512).log().when<"head.layers">(space::at_least(2)))
///         .where<"head.width * head.layers <= 1024">();

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <hpo/core/fixed_string.hpp>
#include <hpo/space/expression.hpp>
#include <hpo/space/param.hpp>
#include <hpo/space/refusal.hpp>
#include <hpo/space/search_space.hpp>

namespace hpo::space {

namespace detail {

/// Words of letters, digits and underscores, joined by dots: a path of bare TOML keys.
[[nodiscard]] constexpr bool is_dotted_name(std::string_view name) {
  bool in_word = false;
  for (const char c : name) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!word && !(c == '.' && in_word)) return false;
    in_word = word;
  }
  return in_word && name.size() <= 512;
}

/// Whether "optim" would have to be a value and a table ("optim.lr") in one TOML file.
[[nodiscard]] constexpr bool is_table_of(std::string_view shorter, std::string_view longer) {
  return longer.size() > shorter.size() && longer.starts_with(shorter) && longer[shorter.size()] == '.';
}

template <FixedString Name, class Kind, class Cond>
consteval bool check_name(const Param<Name, Kind, Cond>*) {
  if constexpr (!is_dotted_name(Name.view())) refusal::a_name_is_words_joined_by_dots<Name>();
  return true;
}

template <FixedString A, class KindA, class CondA, FixedString B, class KindB, class CondB>
consteval bool check_pair(const Param<A, KindA, CondA>*, const Param<B, KindB, CondB>*) {
  if constexpr (A == B) refusal::the_name_is_declared_twice<A>();
  if constexpr (is_table_of(A.view(), B.view())) refusal::the_name_is_also_the_beginning_of_a_longer_one<A, B>();
  if constexpr (is_table_of(B.view(), A.view())) refusal::the_name_is_also_the_beginning_of_a_longer_one<B, A>();
  return true;
}

/// The parent of a param, by index among the params before it, or their number if it has none.
template <class Earlier, FixedString Name, class Kind>
consteval std::size_t parent_of(const Param<Name, Kind, Always>*) {
  return std::tuple_size_v<Earlier>;
}
template <class Earlier, FixedString Name, class Kind, FixedString Parent, class Test>
consteval std::size_t parent_of(const Param<Name, Kind, When<Parent, Test>>*) {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    constexpr std::size_t count = sizeof...(I);
    constexpr std::size_t at =
        (std::size_t{0} + ... + (std::tuple_element_t<I, Earlier>::name == Parent.view() ? I : 0));
    constexpr bool known = (... || (std::tuple_element_t<I, Earlier>::name == Parent.view()));
    if constexpr (!known) {
      refusal::the_parent_is_not_declared_before<Name, Parent>();
      return count;
    } else {
      using ParentKind = typename decltype(std::tuple_element_t<at, Earlier>::kind)::External;
      if constexpr (!Test::template fits<ParentKind>)
        refusal::the_condition_does_not_fit_the_kind_of_the_parent<Name, Parent>();
      return at;
    }
  }(std::make_index_sequence<std::tuple_size_v<Earlier>>{});
}

/// A text with a place of its own, that a view may keep.
template <FixedString Text>
inline constexpr auto constant = Text;

template <std::size_t Count, class Tuple, class = std::make_index_sequence<Count>>
struct Head;
template <std::size_t Count, class Tuple, std::size_t... I>
struct Head<Count, Tuple, std::index_sequence<I...>> {
  using type = std::tuple<std::tuple_element_t<I, Tuple>...>;
};

/// Whether the text is a comparison (space/expression.hpp).
template <FixedString Text>
consteval bool is_comparison() {
  const auto ignore = [](Operation, std::string_view) {};
  return ExpressionReader(Text.view(), ignore).read();
}

}  // namespace detail

/// The hyperparameters of an agent. Make it with of(); it is a constant.
///
/// Does not compile if a name is no dotted name, is declared twice or is the table of another, if a parent is not
/// declared before its child, if a condition compares a parent with what it can never be, or a constraint is none.
template <class... Params>
class TypedSpace {
  using Tuple = std::tuple<Params...>;

 public:
  static constexpr std::size_t size = sizeof...(Params);
  static constexpr std::array<std::string_view, size> names{Params::name...};

  template <std::size_t I>
  using At = std::tuple_element_t<I, Tuple>;

  constexpr explicit TypedSpace(Params... params) : params_(params...) { check_all(std::make_index_sequence<size>{}); }

  /// The position of a name; a name that the space lacks does not compile.
  template <FixedString Name>
  [[nodiscard]] static consteval std::size_t index() {
    for (std::size_t i = 0; i < size; ++i)
      if (names[i] == Name.view()) return i;
    return size;
  }

  template <FixedString Name>
  [[nodiscard]] static consteval bool has() {
    return index<Name>() < size;
  }

  /// The same space, with a constraint that the values of every trial must keep. What is no comparison of numeric
  /// parameters does not compile.
  template <FixedString Constraint>
  [[nodiscard]] constexpr TypedSpace where() const {
    if constexpr (!detail::is_comparison<Constraint>())
      refusal::expected_a_comparison_such_as_a_times_b_less_than_64<Constraint>();
    else if constexpr (!compares_numbers<Constraint>())
      refusal::the_constraint_compares_what_is_no_numeric_parameter<Constraint>();
    TypedSpace more = *this;
    more.constraints_[more.constraint_count_++] = detail::constant<Constraint>.view();
    return more;
  }

  /// The declared ranges as samplers and storage see them.
  /// Errors   ConfigError if a range cannot be used (a step too fine for decimal arithmetic).
  [[nodiscard]] SearchSpace search_space() const {
    SearchSpace space;
    std::apply([&](const auto&... param) { (space.params.push_back(param.spec()), ...); }, params_);
    for (std::size_t i = 0; i < constraint_count_; ++i) space.constraints.emplace_back(std::string(constraints_[i]));
    space.normalize();
    return space;
  }

 private:
  static constexpr std::size_t most_constraints = 32;

  template <FixedString Constraint>
  static consteval bool compares_numbers() {
    bool all = true;
    const auto check = [&](Operation operation, std::string_view word) {
      if (operation == Operation::name) all = all && is_number(word);
    };
    return ExpressionReader(Constraint.view(), check).read() && all;
  }
  static constexpr bool is_number(std::string_view name) {
    constexpr std::array<bool, size> numeric{
        (std::same_as<typename decltype(Params::kind)::External, double> ||
         std::same_as<typename decltype(Params::kind)::External, std::int64_t>)...};
    for (std::size_t i = 0; i < size; ++i)
      if (names[i] == name) return numeric[i];
    return false;
  }

  template <std::size_t... I>
  constexpr void check_all(std::index_sequence<I...>) const {
    static_assert((... && detail::check_name(static_cast<const At<I>*>(nullptr))));
    (check<I>(std::make_index_sequence<I>{}), ...);
  }

  template <std::size_t I, std::size_t... Earlier>
  constexpr void check(std::index_sequence<Earlier...>) const {
    static_assert(
        (... && detail::check_pair(static_cast<const At<I>*>(nullptr), static_cast<const At<Earlier>*>(nullptr))));
    constexpr std::size_t parent =
        detail::parent_of<typename detail::Head<I, Tuple>::type>(static_cast<const At<I>*>(nullptr));
    if constexpr (parent < I) check_condition(std::get<I>(params_), std::get<parent>(params_));
  }

  template <FixedString Name, class Kind, class Cond>
  static constexpr void check_condition(const Param<Name, Kind, Cond>& param, const auto& parent) {
    if (!param.condition.test.possible(parent.kind)) refusal::expected_a_choice_that_the_parent_has<Name>();
  }

  Tuple params_;
  std::array<std::string_view, most_constraints> constraints_{};
  std::size_t constraint_count_ = 0;
};

/// Whether `S` is a TypedSpace, constant or not.
template <class S>
inline constexpr bool is_typed_space = false;
template <class... Params>
inline constexpr bool is_typed_space<TypedSpace<Params...>> = true;

/// A typed space: names with their kinds. `decltype(some_space)` models it.
template <class S>
concept Space = is_typed_space<std::remove_cv_t<S>>;

/// Declares the hyperparameters of an agent, parents before their children.
template <class... Params>
[[nodiscard]] constexpr auto of(Params... params) {
  return TypedSpace<Params...>(params...);
}

}  // namespace hpo::space

#pragma once
/// \file  Hyperparameters as code declares them: a name that is part of the type, a kind, a range.
/// Layer `space`, tier 0.
///
///     space::real<"optim.lr">(1e-5, 5e-3).log()
///     space::integer<"head.width">(32, 512).log().when<"head.layers">(space::at_least(2))
///     space::choice<"head.pooling">("cls", "mean", "max")

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <hpo/core/fixed_string.hpp>
#include <hpo/space/condition.hpp>
#include <hpo/space/literal.hpp>
#include <hpo/space/refusal.hpp>
#include <hpo/space/search_space.hpp>

namespace hpo::space {

/// Numbers, read as double.
struct Real {
  using External = double;
  double low, high;
  bool log = false;
  std::optional<double> step = std::nullopt;
  [[nodiscard]] Distribution distribution() const { return FloatDistribution{low, high, log, step}; }
};

/// Whole numbers, read as std::int64_t.
struct Integer {
  using External = std::int64_t;
  std::int64_t low, high;
  bool log = false;
  std::optional<std::int64_t> step = std::nullopt;
  [[nodiscard]] Distribution distribution() const { return IntDistribution{low, high, log, step.value_or(1)}; }
};

/// One of a few values, read as their common type.
template <class Kind, std::size_t N>
struct Choice {
  using External = Kind;
  std::array<Literal, N> choices;
  [[nodiscard]] Distribution distribution() const { return CategoricalDistribution{to_values(choices)}; }
};

/// One declared hyperparameter. Its modifiers return a changed copy; declare it with real(), integer() or choice().
template <FixedString Name, class Kind, class Cond = Always>
struct Param {
  static constexpr std::string_view name = Name.view();
  static constexpr bool conditional = !std::same_as<Cond, Always>;
  /// What a reader gets: the value, or for a conditional parameter an optional one.
  using External = std::conditional_t<conditional, std::optional<typename Kind::External>, typename Kind::External>;

  Kind kind;
  Cond condition{};

  /// Sampled on a log scale.
  [[nodiscard]] constexpr Param log() const
    requires requires(Kind k) { k.log; }
  {
    if (kind.low <= 0) refusal::expected_low_above_zero_for_a_log_range<Name>();
    if (kind.step) refusal::expected_a_step_above_zero_and_no_log<Name>();
    Param changed = *this;
    changed.kind.log = true;
    return changed;
  }

  /// Only low, low + step, ...: the range ends at the last of these.
  [[nodiscard]] constexpr Param step(typename Kind::External step) const
    requires requires(Kind k) { k.step; }
  {
    if (!(step > 0) || kind.log) refusal::expected_a_step_above_zero_and_no_log<Name>();
    Param changed = *this;
    changed.kind.step = step;
    return changed;
  }

  /// Exists only if the parameter `Parent`, declared before, fulfils a test: at_least, at_most, any_of, equals.
  template <FixedString Parent, class Test>
  [[nodiscard]] constexpr auto when(Test test) const
    requires(!conditional)
  {
    return Param<Name, Kind, When<Parent, Test>>{kind, {test}};
  }

  [[nodiscard]] ParamSpec spec() const {
    ParamSpec spec{std::string(name), kind.distribution()};
    if constexpr (conditional) spec.condition = condition.condition();
    return spec;
  }
};

/// A number from low to high.
template <FixedString Name>
[[nodiscard]] constexpr auto real(double low, double high) {
  constexpr double most = std::numeric_limits<double>::max();
  if (!(-most <= low && low <= high && high <= most)) refusal::expected_low_below_high<Name>();
  return Param<Name, Real>{{low, high}};
}

/// A whole number from low to high.
template <FixedString Name>
[[nodiscard]] constexpr auto integer(std::int64_t low, std::int64_t high) {
  if (low > high) refusal::expected_low_below_high<Name>();
  return Param<Name, Integer>{{low, high}};
}

/// One of a few words, numbers, truth values, or none.
template <FixedString Name, Choosable... Literals>
[[nodiscard]] constexpr auto choice(const Literals&... literals)
  requires(sizeof...(Literals) > 0)
{
  const std::array<Literal, sizeof...(Literals)> choices{to_literal(literals)...};
  for (std::size_t i = 0; i < choices.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (choices[i] == choices[j]) refusal::expected_each_choice_once<Name>();
  return Param<Name, Choice<ReadAs<Literals...>, sizeof...(Literals)>>{{choices}};
}

}  // namespace hpo::space

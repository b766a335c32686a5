#pragma once
/// \file  The values of one trial, read by name with their types, and the record of what was read.
/// Layer `space`, tier 0.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/fixed_string.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/space/refusal.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/space/space.hpp>

namespace hpo::space {

/// What a trial's code reads its hyperparameters from. Moves, but does not copy: the record of reads is one.
/// Reading is not synchronized: one trial, one thread.
///
/// Errors   ConfigError from the constructor: an active parameter without a value (unless only one is possible), a
///          value of another kind, a value for what is unknown or not active. Whether a value lies in its range is not
///          checked: a trial of an older, wider space can be repeated.
template <Space S>
class Values {
  using Declared = std::remove_cv_t<S>;

 public:
  Values(const SearchSpace& space, const Assignment& values) {
    for (const auto& [name, value] : values)
      require<ConfigError>(std::ranges::find(Declared::names, name) != Declared::names.end(),
                           "space: no parameter is called '", name, "'", known_names(name, Declared::names));
    fill(space, values, std::make_index_sequence<Declared::size>{});
  }
  Values(Values&&) = default;
  Values& operator=(Values&&) = default;

  /// The value: double, std::int64_t, bool, std::string, or Value for mixed choices; optional if the parameter is
  /// conditional. A name that the space lacks does not compile.
  template <FixedString Name>
  [[nodiscard]] auto get() const {
    if constexpr (!Declared::template has<Name>()) {
      refusal::the_space_has_no_parameter<Name>();
    } else {
      constexpr std::size_t at = Declared::template index<Name>();
      using P = typename Declared::template At<at>;
      read_[at] = true;
      if constexpr (P::conditional)
        return values_[at] ? typename P::External(as<typename decltype(P::kind)::External>(*values_[at]))
                           : typename P::External();
      else
        return as<typename P::External>(*values_[at]);
    }
  }

  /// Active parameters that were never read: sampled in vain.
  [[nodiscard]] std::vector<std::string> unread() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < Declared::size; ++i)
      if (values_[i] && !read_[i]) names.emplace_back(Declared::names[i]);
    return names;
  }

 private:
  template <class External>
  static External as(const Value& value) {
    if constexpr (std::same_as<External, Value>)
      return value;
    else
      return std::get<External>(value);
  }

  template <std::size_t... I>
  void fill(const SearchSpace& space, const Assignment& values, std::index_sequence<I...>) {
    Assignment seen;  // with the single-valued parameters that were left out
    (fill_one<I>(space, values, seen), ...);
  }

  template <std::size_t I>
  void fill_one(const SearchSpace& space, const Assignment& values, Assignment& seen) {
    using External = typename decltype(Declared::template At<I>::kind)::External;
    const std::string_view name = Declared::names[I];
    const ParamSpec* spec = space.find(name);
    require<ConfigError>(spec != nullptr, "space: expected the parameter '", name, "', got a space without it");
    const Value* given = values.find(name);
    if (!space.active(*spec, seen)) {
      require<ConfigError>(given == nullptr, name, ": expected no value, as it is inactive (", condition_text(*spec),
                           "), got ", text(given));
      return;
    }
    require<ConfigError>(given != nullptr || is_single(spec->distribution), name, ": expected a value, got none");
    values_[I] = given != nullptr ? *given : to_external(spec->distribution, lowest(spec->distribution));
    if constexpr (std::same_as<External, double>)
      if (const auto* whole = std::get_if<std::int64_t>(&*values_[I])) values_[I] = static_cast<double>(*whole);
    if constexpr (!std::same_as<External, Value>)
      require<ConfigError>(std::holds_alternative<External>(*values_[I]), name, ": expected ", kind_name<External>(),
                           ", got ", text(given));
    seen.set(std::string(name), *values_[I]);
  }

  static std::string text(const Value* value) { return value == nullptr ? "none" : to_string(*value); }
  static std::string condition_text(const ParamSpec& spec) { return "unless " + to_string(*spec.condition); }

  static double lowest(const Distribution& distribution) {
    if (const auto* real = std::get_if<FloatDistribution>(&distribution)) return real->low;
    const auto* whole = std::get_if<IntDistribution>(&distribution);
    return whole == nullptr ? 0 : static_cast<double>(whole->low);
  }

  template <class External>
  static constexpr std::string_view kind_name() {
    if (std::same_as<External, double>) return "a number";
    if (std::same_as<External, std::int64_t>) return "a whole number";
    return std::same_as<External, bool> ? "true or false" : "a word";
  }

  std::array<std::optional<Value>, Declared::size> values_;
  mutable std::array<bool, Declared::size> read_{};
};

}  // namespace hpo::space

#pragma once
/// \file  Options that describe themselves once, for reading, writing and documentation.
/// Layer `core`, tier 0.
///
/// An options aggregate has a free function beside it, found by argument-dependent look-up:
///
///     struct StudyOptions { std::int64_t trials = 40; double timeout_s = 0; };
///     template <class Visitor>
///     void describe(Visitor& v, StudyOptions& o) {
///       v.field("trials", o.trials, "trials to run", at_least(1));
///       v.field("timeout_s", o.timeout_s, "wall time in seconds, 0 for none", at_least(0.0));
///     }
///
/// `field(key, reference, doc, rules...)` takes bool, std::int64_t, double, std::string, std::vector<std::string>, a
/// std::optional of these, or an enum with `enum_names(E)`. `group(key, reference, doc)` takes another such aggregate.
/// The struct holds the default; it stands nowhere else. Where a word decides which further options there are,
/// describe() calls describe_choice().

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/join.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo {

/// A bound on a field: `check(value)` is empty, or says what was expected ("1 or more").
template <class T>
struct AtLeast {
  T bound;
  [[nodiscard]] std::string check(const T& value) const { return value >= bound ? "" : concat(bound, " or more"); }
};
template <class T>
[[nodiscard]] constexpr AtLeast<T> at_least(T bound) {
  return {bound};
}

template <class T>
struct Above {
  T bound;
  [[nodiscard]] std::string check(const T& value) const { return value > bound ? "" : concat("more than ", bound); }
};
template <class T>
[[nodiscard]] constexpr Above<T> above(T bound) {
  return {bound};
}

template <class T>
struct Between {
  T low, high;
  [[nodiscard]] std::string check(const T& value) const {
    return value >= low && value <= high ? "" : concat("a number from ", low, " to ", high);
  }
};
template <class T>
[[nodiscard]] constexpr Between<T> between(T low, T high) {
  return {low, high};
}

/// The text is one of a few words.
struct OneOf {
  std::vector<std::string> words;
  [[nodiscard]] std::string check(const std::string& value) const {
    for (const auto& word : words)
      if (word == value) return {};
    const std::string meant = nearest(value, words);
    return "one of " + join(words) + (meant.empty() ? "" : " (did you mean '" + meant + "'?)");
  }
};
[[nodiscard]] inline OneOf one_of(std::initializer_list<std::string_view> words) {
  return {std::vector<std::string>(words.begin(), words.end())};
}

/// The text is not empty.
struct NotEmpty {
  template <class Text>
  [[nodiscard]] std::string check(const Text& value) const {
    return value.empty() ? "a value that is not empty" : "";
  }
};
inline constexpr NotEmpty not_empty{};

/// One of several sets of options, of which a word chooses one.
template <class Options>
struct NamedOptions {
  std::string_view word;
  Options& options;
};
template <class Options>
NamedOptions(std::string_view, Options&) -> NamedOptions<Options>;

/// Describes the word `chosen` under `key`, then the options of the alternative that it names: the others have no keys.
/// A visitor that must know of the others has a member `choice` of the same parameters.
template <class Visitor, class... Options>
void describe_choice(Visitor& v, std::string_view key, std::string& chosen, std::string_view doc,
                     const NamedOptions<Options>&... alternatives) {
  if constexpr (requires { v.choice(key, chosen, doc, alternatives...); }) {
    v.choice(key, chosen, doc, alternatives...);
  } else {
    v.field(key, chosen, doc, one_of({alternatives.word...}));
    const auto visit = [&](const auto& alternative) {
      if (alternative.word == chosen) describe(v, alternative.options);
    };
    (visit(alternatives), ...);
  }
}

/// Names of an enum's values, for TOML and messages: give the enum a constexpr function
/// `enum_names(E)` that returns `std::array<std::pair<std::string_view, E>, N>`.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) { enum_names(e); };

template <NamedEnum E>
[[nodiscard]] constexpr std::string_view enum_name(E value) {
  for (const auto& [name, known] : enum_names(value))
    if (known == value) return name;
  return "?";
}

}  // namespace hpo

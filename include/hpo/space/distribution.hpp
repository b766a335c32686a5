#pragma once
/// \file  What values a hyperparameter may take, and the number that stands for each in a study.
/// Layer `space`, tier 0.
///
/// A study stores a value as a double, its *internal* form: a float as it is, a whole number as a float, a choice as
/// its index (from 0). The kinds, their rules and the internal form are Optuna's, so that its readers understand them.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/space/grid.hpp>
#include <hpo/space/value.hpp>

namespace hpo::space {

/// Numbers from low to high, both included; on a log scale, or on the grid low, low + step, ...
struct FloatDistribution {
  double low = 0, high = 0;
  bool log = false;
  std::optional<double> step = std::nullopt;
  bool operator==(const FloatDistribution&) const = default;
};

/// Whole numbers from low to high, both included; on a log scale, or on the grid low, low + step, ...
struct IntDistribution {
  std::int64_t low = 0, high = 0;
  bool log = false;
  std::int64_t step = 1;
  bool operator==(const IntDistribution&) const = default;
};

/// One of a few values without an order.
struct CategoricalDistribution {
  std::vector<Value> choices;
  bool operator==(const CategoricalDistribution& other) const {
    return std::ranges::equal(choices, other.choices, same);
  }
};

using Distribution = std::variant<FloatDistribution, IntDistribution, CategoricalDistribution>;

/// Whole numbers beyond this are not exact in the internal form.
inline constexpr std::int64_t largest_int = std::int64_t{1} << 53;

namespace detail {

/// What the distribution should have been ("low < high"), or "" if it is legal.
[[nodiscard]] inline std::string expectation(const FloatDistribution& d) {
  if (!std::isfinite(d.low) || !std::isfinite(d.high)) return "finite numbers";
  if (d.low > d.high) return "low < high";
  if (!std::isfinite(d.high - d.low)) return "a range whose width is a finite number";
  if (d.log && d.low <= 0) return "low > 0 for a log range";
  if (d.log && d.step) return "no step in a log range";
  if (d.step && !(*d.step > 0 && std::isfinite(*d.step))) return "step > 0";
  if (d.step && !last_on_grid(d.low, d.high, *d.step)) return "a step within 36 decimal digits of the range";
  return {};
}

[[nodiscard]] inline std::string expectation(const IntDistribution& d) {
  if (std::min(d.low, d.high) < -largest_int || std::max(d.low, d.high) > largest_int)
    return "whole numbers within 2^53";
  if (d.low > d.high) return "low < high";
  if (d.log && d.low < 1) return "low > 0 for a log range";
  if (d.step < 1) return "step > 0";
  if (d.log && d.step != 1) return "no step in a log range";
  return {};
}

[[nodiscard]] inline std::string expectation(const CategoricalDistribution& d) {
  return d.choices.empty() ? "at least one choice" : "";
}

}  // namespace detail

/// What the distribution should have been ("low < high", "step > 0"), or "" if it is legal.
[[nodiscard]] inline std::string expectation(const Distribution& distribution) {
  return std::visit([](const auto& d) { return detail::expectation(d); }, distribution);
}

/// For people: "1e-05 to 0.005, log", "0 to 0.5, step 0.05", "cls, mean, max".
[[nodiscard]] inline std::string to_string(const Distribution& distribution) {
  struct Printer {
    std::string operator()(const FloatDistribution& d) const {
      return concat(d.low, " to ", d.high, d.log ? ", log" : "", d.step ? concat(", step ", *d.step) : "");
    }
    std::string operator()(const IntDistribution& d) const {
      return concat(d.low, " to ", d.high, d.log ? ", log" : "", d.step != 1 ? concat(", step ", d.step) : "");
    }
    std::string operator()(const CategoricalDistribution& d) const {
      std::string text;
      for (const auto& choice : d.choices) text += (text.empty() ? "" : ", ") + space::to_string(choice);
      return text;
    }
  };
  return std::visit(Printer{}, distribution);
}

/// Refuses what no value could be drawn from, and lowers `high` to the last point of a stepped range.
/// Errors   ConfigError that begins with `where` (the name of the parameter).
inline void validate(Distribution& distribution, std::string_view where) {
  const std::string expected = expectation(distribution);
  require<ConfigError>(expected.empty(), where, ": expected ", expected, ", got ", to_string(distribution));
  if (auto* real = std::get_if<FloatDistribution>(&distribution); real != nullptr && real->step)
    real->high = *last_on_grid(real->low, real->high, *real->step);
  if (auto* whole = std::get_if<IntDistribution>(&distribution))
    whole->high -= (whole->high - whole->low) % whole->step;
}

/// Whether only one value can be drawn. The distribution is valid.
[[nodiscard]] inline bool is_single(const Distribution& distribution) {
  struct Answer {
    bool operator()(const FloatDistribution& d) const { return d.low == d.high; }
    bool operator()(const IntDistribution& d) const { return d.low == d.high; }
    bool operator()(const CategoricalDistribution& d) const { return d.choices.size() == 1; }
  };
  return std::visit(Answer{}, distribution);
}

/// Whether an internal value lies in the range, on the grid (within 1e-8 of a step), or is the index of a choice.
[[nodiscard]] inline bool contains(const Distribution& distribution, double internal) {
  struct Answer {
    double x;
    bool on_grid(double low, double high, double step) const {
      const double k = (x - low) / step;
      return low <= x && x <= high && std::abs(k - std::round(k)) < 1e-8;
    }
    bool operator()(const FloatDistribution& d) const {
      return d.step ? on_grid(d.low, d.high, *d.step) : d.low <= x && x <= d.high;
    }
    bool operator()(const IntDistribution& d) const {
      return on_grid(static_cast<double>(d.low), static_cast<double>(d.high), static_cast<double>(d.step));
    }
    bool operator()(const CategoricalDistribution& d) const {
      return x >= 0 && x < static_cast<double>(d.choices.size()) && x == std::floor(x);
    }
  };
  return std::visit(Answer{internal}, distribution);
}

/// The number that stands for a value in a study. The range is not checked (contains() does).
/// Errors   ConfigError if the value is of another kind, or no choice.
[[nodiscard]] inline double to_internal(const Distribution& distribution, const Value& value) {
  if (const auto* d = std::get_if<CategoricalDistribution>(&distribution)) {
    const auto found = std::ranges::find_if(d->choices, [&](const Value& choice) { return same(choice, value); });
    require<ConfigError>(found != d->choices.end(), "expected one of ", to_string(distribution), ", got ",
                         to_string(value));
    return static_cast<double>(found - d->choices.begin());
  }
  const bool whole = std::holds_alternative<IntDistribution>(distribution);
  const auto given = number(value);
  require<ConfigError>(given && (!whole || *given == std::floor(*given)), "expected a ", whole ? "whole " : "",
                       "number, got ", to_string(value));
  return *given;
}

/// The value that an internal number stands for.
/// Errors   ConfigError if it is not the index of a choice.
[[nodiscard]] inline Value to_external(const Distribution& distribution, double internal) {
  if (std::holds_alternative<FloatDistribution>(distribution)) return internal;
  if (std::holds_alternative<IntDistribution>(distribution)) {
    require<ConfigError>(std::abs(internal) <= static_cast<double>(largest_int),
                         "expected a whole number within 2^53, got ", internal);
    return static_cast<std::int64_t>(std::llround(internal));
  }
  const auto& choices = std::get<CategoricalDistribution>(distribution).choices;
  require<ConfigError>(contains(distribution, internal), "expected the index of one of ", choices.size(),
                       " choices, got ", internal);
  return choices[static_cast<std::size_t>(internal)];
}

/// Whether one study may hold both for one name: same kind and scale, and exactly the same choices. Ranges may differ.
/// Source   Optuna, check_distribution_compatibility.
[[nodiscard]] inline bool compatible(const Distribution& a, const Distribution& b) {
  if (a.index() != b.index()) return false;
  if (const auto* real = std::get_if<FloatDistribution>(&a)) return real->log == std::get<FloatDistribution>(b).log;
  if (const auto* whole = std::get_if<IntDistribution>(&a)) return whole->log == std::get<IntDistribution>(b).log;
  return a == b;
}

}  // namespace hpo::space

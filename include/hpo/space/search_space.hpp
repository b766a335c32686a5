#pragma once
/// \file  The space of hyperparameters as samplers and storage see it: names and distributions, at run time.
/// Layer `space`, tier 0.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/space/assignment.hpp>
#include <hpo/space/constraint.hpp>
#include <hpo/space/distribution.hpp>

namespace hpo::space {

/// When a parameter exists: if its parent has one of some values, or lies within bounds.
struct Condition {
  std::string parent;
  std::vector<Value> any_of{};  // empty: any value will do
  std::optional<double> at_least{}, at_most{};

  /// Whether the parent's value makes the parameter exist. A bound never holds for what is not a number.
  [[nodiscard]] bool holds(const Value& value) const {
    const auto as_number = number(value);
    if (at_least && !(as_number && *as_number >= *at_least)) return false;
    if (at_most && !(as_number && *as_number <= *at_most)) return false;
    const auto equal = [&](const Value& wanted) {
      return same(wanted, value) || (as_number && number(wanted) == as_number);
    };
    return any_of.empty() || std::ranges::any_of(any_of, equal);
  }

  bool operator==(const Condition&) const = default;
};

/// For people: "head.layers is 2 or more", "optimizer is sgd or adam".
[[nodiscard]] inline std::string to_string(const Condition& condition) {
  std::string text;
  for (const auto& value : condition.any_of) text += (text.empty() ? "" : " or ") + to_string(value);
  if (condition.at_least) text += (text.empty() ? "" : ", ") + concat(*condition.at_least, " or more");
  if (condition.at_most) text += (text.empty() ? "" : ", ") + concat(*condition.at_most, " or less");
  return condition.parent + " is " + text;
}

/// One hyperparameter. A fixed one has a distribution with a single value.
struct ParamSpec {
  std::string name;
  Distribution distribution;
  std::optional<Condition> condition{};

  bool operator==(const ParamSpec&) const = default;
};

/// All hyperparameters, parents before their children.
struct SearchSpace {
  std::vector<ParamSpec> params;
  std::vector<Constraint> constraints{};  ///< each must hold for the values of a trial

  /// The parameter of that name, or nullptr.
  [[nodiscard]] const ParamSpec* find(std::string_view name) const {
    const auto found = std::ranges::find(params, name, &ParamSpec::name);
    return found == params.end() ? nullptr : &*found;
  }

  /// Whether the parameter exists, given the values of those before it: its parent does, with a value that fits.
  [[nodiscard]] bool active(const ParamSpec& param, const Assignment& values) const {
    if (!param.condition) return true;
    const Value* parent = values.find(param.condition->parent);
    return parent != nullptr && param.condition->holds(*parent);
  }

  /// The first constraint that the values break, or nullptr.
  [[nodiscard]] const Constraint* broken(const Assignment& values) const {
    const auto found =
        std::ranges::find_if(constraints, [&](const Constraint& constraint) { return !constraint.holds(values); });
    return found == constraints.end() ? nullptr : &*found;
  }

  /// Lowers each stepped range to its grid; then validate().
  void normalize() {
    for (auto& param : params) space::validate(param.distribution, param.name);
    validate();
  }

  /// Errors   ConfigError: an empty, too long or repeated name, a repeated choice, a distribution that is not legal or
  ///          not on its grid, a parent that is missing or comes later, a constraint on what is no number.
  void validate() const {
    for (auto param = params.begin(); param != params.end(); ++param) {
      require<ConfigError>(!param->name.empty() && param->name.size() <= 512,
                           "space: expected a name of 1 to 512 bytes, got '", param->name, "'");
      const auto earlier = [&](std::string_view name) {
        return std::find_if(params.begin(), param, [&](const auto& p) { return p.name == name; }) != param;
      };
      require<ConfigError>(!earlier(param->name), "space: ", param->name, ": expected each name once, got it twice");
      require<ConfigError>(!param->condition || earlier(param->condition->parent), "space: ", param->name,
                           ": expected its parent '", param->condition ? param->condition->parent : "", "' before it");
      validate(*param);
    }
    for (const auto& constraint : constraints)
      for (const auto& name : constraint.names()) {
        const auto* param = find(name);
        require<ConfigError>(param != nullptr && is_numeric(param->distribution), "space: constraint '",
                             constraint.text(), "': expected names of numeric parameters, got '", name, "'");
      }
  }

  bool operator==(const SearchSpace&) const = default;

 private:
  /// Whether its values are numbers: those of a list of numbers are.
  static bool is_numeric(const Distribution& distribution) {
    const auto* categorical = std::get_if<CategoricalDistribution>(&distribution);
    return categorical == nullptr ||
           std::ranges::all_of(categorical->choices, [](const Value& choice) { return number(choice).has_value(); });
  }

  static void validate(const ParamSpec& param) {
    Distribution lowered = param.distribution;
    space::validate(lowered, param.name);
    require<ConfigError>(lowered == param.distribution, param.name, ": expected high on the grid of low and step, got ",
                         to_string(param.distribution));
    const auto* categorical = std::get_if<CategoricalDistribution>(&param.distribution);
    for (std::size_t i = 0; categorical != nullptr && i < categorical->choices.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        require<ConfigError>(!same(categorical->choices[i], categorical->choices[j]), param.name,
                             ": expected each choice once, got ", to_string(param.distribution));
  }
};

}  // namespace hpo::space

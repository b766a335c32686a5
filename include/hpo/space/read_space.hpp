#pragma once
/// \file  The space of a run: declared ranges, narrowed, fixed or replaced by the `[space]` of a configuration.
/// Layer `space`, tier 0.
///
///     [space.optim]
///     lr = [1e-5, 1e-3]                              # another range; log scale and step stay
///     weight_decay = 0.01                            # fixed
///     [space.head]
///     dropout = { low = 0.0, high = 0.3, step = 0.1, log = false }
///     pooling = ["cls", "mean"]                      # drops "max"
///     [space]
///     "head.layers" = 2                              # the same table, by full name
///     constraints = ["optim.warmup_lr < optim.lr"]   # besides those that are declared

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/config/convert.hpp>
#include <hpo/config/document.hpp>
#include <hpo/config/problems.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/space/space.hpp>

namespace hpo::space {

namespace detail {

/// Reads the setting of one parameter into its distribution.
class RangeReader {
 public:
  RangeReader(const config::Node& node, std::string key, config::Problems& problems)
      : node_(node), key_(std::move(key)), problems_(problems) {}

  /// The declared distribution, changed as the setting says; unchanged if that is at fault.
  [[nodiscard]] Distribution apply(const Distribution& declared) {
    Distribution changed = declared;
    std::visit([this](auto& distribution) { change(distribution); }, changed);
    const std::string expected = sound_ ? expectation(changed) : "";
    if (!expected.empty()) refuse(expected, node_);
    if (!sound_) return declared;
    validate(changed, key_);
    return changed;
  }

 private:
  void refuse(std::string_view expected, const config::Node& at) {
    problems_.expected(expected, at, key_);
    sound_ = false;
  }

  template <class T>
  void set(T& target, const config::Node& from) {
    if (const std::string expected = config::convert(from, target); !expected.empty()) refuse(expected, from);
  }

  /// FloatDistribution or IntDistribution.
  template <class Numeric>
  void change(Numeric& d) {
    if (const auto* ends = std::get_if<config::Array>(&node_.value)) {
      if (ends->size() != 2) return refuse("[low, high], two numbers", node_);
      set(d.low, ends->front());
      set(d.high, ends->back());
    } else if (const auto* fields = std::get_if<config::Table>(&node_.value)) {
      for (const auto& field : *fields) change_field(d, *fields, field);
    } else if (std::holds_alternative<std::int64_t>(node_.value) || std::holds_alternative<double>(node_.value)) {
      set(d.low, node_);
      d.high = d.low;
    } else {
      refuse("a number, [low, high] or { low, high, step, log }", node_);
    }
  }

  template <class Numeric>
  void change_field(Numeric& d, const config::Table& fields, const config::Member& field) {
    const std::vector<std::string> known{"low", "high", "step", "log"};
    if (field.key == "low") return set(d.low, field.node);
    if (field.key == "high") return set(d.high, field.node);
    if (field.key == "step") return set(d.step, field.node);
    if (field.key != "log") {
      problems_.add(field.place, concat(key_, '.', field.key, ": no such key", known_names(field.key, known)));
      sound_ = false;
      return;
    }
    set(d.log, field.node);
    if (d.log && config::find(fields, "step") == nullptr) d.step = Numeric{}.step;  // a log range has none
  }

  void change(CategoricalDistribution& d) {
    const auto* list = std::get_if<config::Array>(&node_.value);
    if (list != nullptr && list->empty()) return refuse("at least one of " + to_string(d), node_);
    std::vector<bool> kept(d.choices.size());
    for (std::size_t i = 0; i < (list == nullptr ? 1 : list->size()); ++i) {
      const config::Node& wanted = list == nullptr ? node_ : (*list)[i];
      const auto found = std::ranges::find_if(d.choices, [&](const Value& choice) { return means(wanted, choice); });
      if (found == d.choices.end()) {
        refuse(concat("one of ", to_string(d)), wanted);
      } else if (auto slot = kept[static_cast<std::size_t>(found - d.choices.begin())]; slot) {
        refuse("each choice once", wanted);
      } else {
        slot = true;
      }
    }
    std::vector<Value> choices;  // in the declared order, whatever the order in the file
    for (std::size_t i = 0; i < kept.size(); ++i)
      if (kept[i]) choices.push_back(d.choices[i]);
    if (sound_) d.choices = std::move(choices);
  }

  /// Whether a TOML value means a choice. A whole number may stand for a number, and "none" for none: TOML has no null.
  static bool means(const config::Node& node, const Value& choice) {
    if (std::holds_alternative<std::monostate>(choice)) {
      const auto* word = std::get_if<std::string>(&node.value);
      return word != nullptr && *word == "none";
    }
    const auto equal = [&](const auto& wanted) {
      auto value = wanted;
      return config::convert(node, value).empty() && value == wanted;
    };
    if (const auto* truth = std::get_if<bool>(&choice)) return equal(*truth);
    if (const auto* whole = std::get_if<std::int64_t>(&choice)) return equal(*whole);
    if (const auto* real = std::get_if<double>(&choice)) return equal(*real);
    return equal(std::get<std::string>(choice));
  }

  const config::Node& node_;
  std::string key_;
  config::Problems& problems_;
  bool sound_ = true;
};

/// Finds the settings of a `[space]` table, nested or by full names, and applies them.
class SpaceReader {
 public:
  SpaceReader(SearchSpace& space, config::Problems& problems) : space_(space), problems_(problems) {
    for (const auto& param : space.params) names_.push_back(param.name);
  }

  void read(const config::Table& table, const std::string& prefix) {
    for (const auto& member : table) {
      const std::string name = prefix + member.key;
      const auto param = std::ranges::find(space_.params, name, &ParamSpec::name);
      if (param != space_.params.end())
        apply(*param, member);
      else if (name == "constraints")
        read_constraints(member.node);
      else if (const auto* inner = std::get_if<config::Table>(&member.node.value);
               inner != nullptr && begins_a_name(name))
        read(*inner, name + '.');
      else
        problems_.add(member.place, "space." + name + ": no such parameter" + known_names(name, names_));
    }
  }

 private:
  [[nodiscard]] bool begins_a_name(const std::string& name) const {
    return std::ranges::any_of(names_, [&](const std::string& known) { return is_table_of(name, known); });
  }

  void apply(ParamSpec& param, const config::Member& member) {
    const std::string key = "space." + param.name;
    if (std::ranges::find(seen_, param.name) != seen_.end())
      return problems_.add(member.place, key + ": expected it once, got it twice");
    seen_.push_back(param.name);
    param.distribution = RangeReader(member.node, key, problems_).apply(param.distribution);
  }

  /// Adds those that are not declared already.
  void read_constraints(const config::Node& node) {
    const auto* list = std::get_if<config::Array>(&node.value);
    if (list == nullptr) return problems_.expected("a list of comparisons", node, "space.constraints");
    for (const auto& item : *list) {
      const auto* text = std::get_if<std::string>(&item.value);
      if (text == nullptr) {
        problems_.expected("a comparison such as \"a * b <= 64\"", item, "space.constraints");
        continue;
      }
      try {
        SearchSpace checked = space_;
        checked.constraints = {Constraint(*text)};
        checked.validate();
        if (std::ranges::find(space_.constraints, checked.constraints.front()) == space_.constraints.end())
          space_.constraints.push_back(std::move(checked.constraints.front()));
      } catch (const ConfigError& error) {
        problems_.add(item.place, error.what());
      }
    }
  }

  SearchSpace& space_;
  config::Problems& problems_;
  std::vector<std::string> names_, seen_;
};

}  // namespace detail

/// The declared space with the `[space]` section applied. Each fault goes to `problems`, and leaves its parameter as
/// declared. A number may leave the declared range if its kind allows it; a choice must be a declared one. Conditions
/// stay: a child whose parent is fixed to a value without it is never active.
[[nodiscard]] inline SearchSpace read_space(const config::Document& document, SearchSpace declared,
                                            config::Problems& problems) {
  const config::Member* section = config::find(document.root(), "space");
  if (section == nullptr) return declared;
  const auto* table = std::get_if<config::Table>(&section->node.value);
  if (table == nullptr)
    problems.expected("a table", section->node, "space");
  else
    detail::SpaceReader(declared, problems).read(*table, "");
  return declared;
}

template <Space S>
[[nodiscard]] SearchSpace read_space(const config::Document& document, const S& declared, config::Problems& problems) {
  return read_space(document, declared.search_space(), problems);
}

}  // namespace hpo::space

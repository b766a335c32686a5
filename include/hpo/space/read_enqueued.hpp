#pragma once
/// \file  Configurations that a search begins with: the `[[enqueue]]` tables of a configuration.
/// Layer `space`, tier 0.
///
///     [[enqueue]]
///     optim.lr = 1e-4
///     head.pooling = "mean"      # what is not named is sampled

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/config/document.hpp>
#include <hpo/config/problems.hpp>
#include <hpo/config/write.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/space/read_space.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/space/space.hpp>
#include <hpo/space/write_space.hpp>

namespace hpo::space {

namespace detail {

/// Reads one table of values, nested or by full names.
class ValuesReader {
 public:
  ValuesReader(const SearchSpace& space, config::Problems& problems) : space_(space), problems_(problems) {
    for (const auto& param : space.params) names_.push_back(param.name);
  }

  void read(const config::Table& table, const std::string& prefix, Assignment& values) {
    for (const auto& member : table) {
      const std::string name = prefix + member.key;
      const auto* inner = std::get_if<config::Table>(&member.node.value);
      if (const auto* param = space_.find(name))
        set(*param, member.node, values);
      else if (inner != nullptr &&
               std::ranges::any_of(names_, [&](const auto& known) { return is_table_of(name, known); }))
        read(*inner, name + '.', values);
      else
        problems_.add(member.place, "enqueue." + name + ": no such parameter" + known_names(name, names_));
    }
  }

 private:
  // A range with one value: the same words, the same refusals.
  void set(const ParamSpec& param, const config::Node& node, Assignment& values) {
    const std::string key = "enqueue." + param.name;
    const bool numeric = std::holds_alternative<std::int64_t>(node.value) || std::holds_alternative<double>(node.value);
    if (!std::holds_alternative<CategoricalDistribution>(param.distribution) && !numeric)
      return problems_.expected("a number", node, key);
    config::Problems faults;
    const Distribution one = RangeReader(node, key, faults).apply(param.distribution);
    if (!is_single(one) || !faults.empty()) return problems_.expected(to_string(param.distribution), node, key);
    const double internal = numeric && !std::holds_alternative<CategoricalDistribution>(one) ? lowest(one) : 0;
    const Value value = to_external(one, internal);
    if (!holds(param.distribution, value)) return problems_.expected(to_string(param.distribution), node, key);
    values.set(param.name, value);
  }

  static double lowest(const Distribution& d) {
    if (const auto* real = std::get_if<FloatDistribution>(&d)) return real->low;
    return static_cast<double>(std::get<IntDistribution>(d).low);
  }
  static bool holds(const Distribution& distribution, const Value& value) {
    return contains(distribution, to_internal(distribution, value));
  }

  const SearchSpace& space_;
  config::Problems& problems_;
  std::vector<std::string> names_;
};

}  // namespace detail

/// The values of each `[[enqueue]]`, in the order of the file. Faults go to `problems`.
[[nodiscard]] inline std::vector<Assignment> read_enqueued(const config::Document& document, const SearchSpace& space,
                                                           config::Problems& problems) {
  std::vector<Assignment> all;
  const config::Member* section = config::find(document.root(), "enqueue");
  if (section == nullptr) return all;
  const auto* list = std::get_if<config::Array>(&section->node.value);
  if (list == nullptr) {
    problems.expected("tables of values, [[enqueue]]", section->node, "enqueue");
    return all;
  }
  for (const auto& item : *list) {
    const auto* table = std::get_if<config::Table>(&item.value);
    if (table == nullptr) {
      problems.expected("a table of values", item, "enqueue");
      continue;
    }
    Assignment values;
    detail::ValuesReader(space, problems).read(*table, "", values);
    if (const auto* broken = space.broken(values))
      problems.add(item.place, concat("enqueue: expected values that keep the constraint '", broken->text(), "'"));
    all.push_back(std::move(values));
  }
  return all;
}

/// `[[enqueue]]` for each; read_enqueued() gives them again.
[[nodiscard]] inline std::string write_enqueued(const std::vector<Assignment>& all) {
  std::string text;
  for (const auto& values : all) {
    text += "\n[[enqueue]]\n";
    for (const auto& [name, value] : values) text += config::toml_key(name) + " = " + setting_text(value) + "\n";
  }
  return text;
}

}  // namespace hpo::space

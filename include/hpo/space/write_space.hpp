#pragma once
/// \file  The space of a run as the `[space]` of a configuration.
/// Layer `space`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/config/write.hpp>
#include <hpo/core/error.hpp>
#include <hpo/space/search_space.hpp>

namespace hpo::space {

/// A value as TOML; none is the word, for want of a null.
[[nodiscard]] inline std::string setting_text(const Value& value) {
  if (std::holds_alternative<bool>(value)) return config::toml_text(std::get<bool>(value));
  if (std::holds_alternative<std::int64_t>(value)) return config::toml_text(std::get<std::int64_t>(value));
  if (std::holds_alternative<double>(value)) return config::toml_text(std::get<double>(value));
  return config::toml_text(to_string(value));
}

namespace detail {

/// The shortest setting that makes the distribution in use from the declared one.
class SettingWriter {
 public:
  explicit SettingWriter(const Distribution& declared) : declared_(declared) {}

  std::string operator()(const CategoricalDistribution& d) const {
    if (d.choices.size() == 1) return setting_text(d.choices.front());
    std::string list;
    for (const auto& choice : d.choices) list += (list.empty() ? "" : ", ") + setting_text(choice);
    return "[" + list + "]";
  }
  std::string operator()(const FloatDistribution& d) const {
    return numeric(d, d.step ? ", step = " + config::toml_text(*d.step) : "");
  }
  std::string operator()(const IntDistribution& d) const {
    return numeric(d, d.log ? "" : concat(", step = ", d.step));
  }

 private:
  template <class Numeric>
  std::string numeric(const Numeric& d, const std::string& step) const {
    const auto& from = std::get<Numeric>(declared_);
    const std::string low = config::toml_text(d.low), high = config::toml_text(d.high);
    if (d.log != from.log || d.step != from.step)
      return concat("{ low = ", low, ", high = ", high, ", log = ", d.log, step, " }");
    return d.low == d.high ? low : "[" + low + ", " + high + "]";
  }

  const Distribution& declared_;
};

[[nodiscard]] inline std::string comment(const ParamSpec& param) {
  return "declared: " + to_string(param.distribution) +
         (param.condition ? "; only if " + to_string(*param.condition) : "");
}

/// "space.head" and "width" of "head.width".
[[nodiscard]] inline std::pair<std::string, std::string> table_and_key(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {"space", std::string(name)};
  return {concat("space.", name.substr(0, dot)), std::string(name.substr(dot + 1))};
}

}  // namespace detail

/// `[space]` with a setting for every parameter; read_space() of it over the same declared space gives `used` again.
/// Errors   ConfigError if `used` was not made from `declared`.
[[nodiscard]] inline std::string write_space(const SearchSpace& used, const SearchSpace& declared) {
  std::vector<std::pair<std::string, config::CommentedLines>> tables{{"space", {}}};
  for (const auto& param : used.params) {
    const ParamSpec* from = declared.find(param.name);
    require<ConfigError>(from != nullptr && from->distribution.index() == param.distribution.index(),
                         "space: expected the parameter '", param.name, "' as it is declared");
    const auto [path, key] = detail::table_and_key(param.name);
    auto table = std::ranges::find(tables, path, &std::pair<std::string, config::CommentedLines>::first);
    if (table == tables.end()) table = tables.insert(tables.end(), {path, {}});
    const std::string setting = std::visit(detail::SettingWriter(from->distribution), param.distribution);
    table->second.add(config::toml_key(key) + " = " + setting, detail::comment(*from));
  }
  std::string constraints;
  for (const auto& constraint : used.constraints)
    constraints += (constraints.empty() ? "" : ", ") + config::toml_text(constraint.text());
  if (!constraints.empty())
    tables.front().second.add("constraints = [" + constraints + "]", "kept by the values of every trial");
  if (tables.size() > 1 && tables.front().second.empty()) tables.erase(tables.begin());
  std::string text;
  for (const auto& [path, lines] : tables) text += (text.empty() ? "[" : "\n[") + path + "]\n" + lines.text();
  return text;
}

}  // namespace hpo::space

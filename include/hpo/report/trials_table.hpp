#pragma once
/// \file  The trials of a study as a table: CSV for spreadsheets, JSON lines for programs.
/// Layer `report`, tier 0.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/space/value.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::report {

/// A cell of a CSV file, quoted only where it must be.
/// Source   RFC 4180.
[[nodiscard]] inline std::string csv_cell(std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos && !text.starts_with(' ') && !text.ends_with(' '))
    return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// The value by which trials are compared, if the trial has one.
[[nodiscard]] inline std::optional<double> objective(const storage::FrozenTrial& trial) {
  if (trial.values.empty()) return std::nullopt;
  return trial.values.front();
}

/// Wall time of a trial that is over. Units: seconds.
[[nodiscard]] inline std::optional<double> seconds_of(const storage::FrozenTrial& trial) {
  if (!trial.started || !trial.completed) return std::nullopt;
  return std::chrono::duration<double>(*trial.completed - *trial.started).count();
}

namespace detail {

[[nodiscard]] inline std::vector<std::string> param_names(std::span<const storage::FrozenTrial> trials) {
  std::set<std::string> names;
  for (const auto& trial : trials)
    for (const auto& param : trial.params) names.insert(param.name);
  return {names.begin(), names.end()};
}

/// Names of the user's attributes; the cause has a column of its own.
[[nodiscard]] inline std::vector<std::string> attr_names(std::span<const storage::FrozenTrial> trials) {
  std::set<std::string> names;
  for (const auto& trial : trials)
    for (const auto& [name, value] : trial.user_attrs)
      if (name != storage::keys::cause) names.insert(name);
  return {names.begin(), names.end()};
}

[[nodiscard]] inline std::string number_cell(const std::optional<double>& number) {
  return number ? concat(*number) : "";
}

[[nodiscard]] inline Json number_or_null(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? Json(*number) : Json();
}

/// An attribute's JSON text as JSON; what Python writes beyond JSON (NaN, Infinity) stays text.
[[nodiscard]] inline Json attribute(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

struct ToJson {
  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(double real) const { return number_or_null(real); }
  template <class Other>
  Json operator()(const Other& other) const {
    return other;
  }
};

}  // namespace detail

/// One row a trial, in the order given. Columns: number, state, value, started, completed, seconds, cause, then
/// `params_NAME` for each parameter and `user_attrs_NAME` for each attribute, in the order of their names. Times are
/// UTC; what a trial does not have is empty.
[[nodiscard]] inline std::string trials_csv(std::span<const storage::FrozenTrial> trials) {
  const auto params = detail::param_names(trials);
  const auto attrs = detail::attr_names(trials);
  std::string out = "number,state,value,started,completed,seconds,cause";
  for (const auto& name : params) out += "," + csv_cell("params_" + name);
  for (const auto& name : attrs) out += "," + csv_cell("user_attrs_" + name);
  out += "\n";
  for (const auto& trial : trials) {
    out +=
        concat(trial.number, ",", enum_name(trial.state), ",", detail::number_cell(objective(trial)), ",",
               trial.started ? time_text(*trial.started) : "", ",", trial.completed ? time_text(*trial.completed) : "",
               ",", detail::number_cell(seconds_of(trial)), ",", csv_cell(storage::cause_of(trial)));
    for (const auto& name : params) {
      const auto* param = trial.param(name);
      out += "," + (param == nullptr ? "" : csv_cell(space::to_string(param->value())));
    }
    for (const auto& name : attrs) {
      const auto found = trial.user_attrs.find(name);
      out += "," + (found == trial.user_attrs.end() ? "" : csv_cell(storage::word_from_json(found->second)));
    }
    out += "\n";
  }
  return out;
}

/// One JSON object a trial, in the order given, with what the CSV has, and the reported values by step. What a trial
/// does not have is null; so is a number that JSON has no word for.
[[nodiscard]] inline std::string trials_jsonl(std::span<const storage::FrozenTrial> trials) {
  std::string out;
  for (const auto& trial : trials) {
    const std::string cause = storage::cause_of(trial);
    Json params = Json::object(), attrs = Json::object(), reported = Json::object();
    for (const auto& param : trial.params) params[param.name] = std::visit(detail::ToJson{}, param.value());
    for (const auto& [name, value] : trial.user_attrs)
      if (name != storage::keys::cause) attrs[name] = detail::attribute(value);
    for (const auto& [step, value] : trial.intermediate) reported[concat(step)] = detail::number_or_null(value);
    const Json row{{"number", trial.number},
                   {"state", enum_name(trial.state)},
                   {"value", detail::number_or_null(objective(trial))},
                   {"started", trial.started ? Json(time_text(*trial.started)) : Json()},
                   {"completed", trial.completed ? Json(time_text(*trial.completed)) : Json()},
                   {"seconds", detail::number_or_null(seconds_of(trial))},
                   {"cause", cause.empty() ? Json() : Json(cause)},
                   {"params", params},
                   {"user_attrs", attrs},
                   {"intermediate", reported}};
    out += row.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return out;
}

}  // namespace hpo::report

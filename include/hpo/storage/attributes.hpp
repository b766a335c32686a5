#pragma once
/// \file  Attribute values as JSON text, with the bare NaN and Infinity that Python writes and reads.
/// Layer `storage`, tier 0.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/space/value_json.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::storage {

/// Names of attributes that programs agree on.
namespace keys {
inline constexpr std::string_view fixed_params = "fixed_params";   ///< Optuna's: values that an enqueued trial must use
inline constexpr std::string_view constraints = "constraints";     ///< Optuna's: soft constraints, kept if 0 or less
inline constexpr std::string_view owner = "hpo:owner";             ///< the process that runs the trial
inline constexpr std::string_view cause = "hpo:cause";             ///< why a trial failed or was stopped, for people
inline constexpr std::string_view ignored = "hpo:ignored_params";  ///< enqueued values that no longer fit the space
inline constexpr std::string_view source = "hpo:source";           ///< the trial of another study that this one copies
inline constexpr std::string_view metric_names = "study:metric_names";  ///< Optuna's, of a study: its objectives' names
inline constexpr std::string_view interrupted =
    "hpo:interrupted";  ///< true: its end says nothing of its values; do it again
}  // namespace keys

/// A value as JSON text.
[[nodiscard]] inline std::string json_text(const space::Value& value) {
  return space::to_json(value);
}
[[nodiscard]] inline std::string json_text(std::string_view word) {
  return space::to_json(std::string(word));
}
[[nodiscard]] inline std::string json_text(const std::string& word) {
  return space::to_json(word);
}
[[nodiscard]] inline std::string json_text(const char* word) {
  return space::to_json(std::string(word));
}
[[nodiscard]] inline std::string json_text(double number) {
  return space::to_json(number);
}
[[nodiscard]] inline std::string json_text(std::int64_t number) {
  return space::to_json(number);
}
[[nodiscard]] inline std::string json_text(bool truth) {
  return space::to_json(truth);
}
/// `["f1", "seconds"]`
[[nodiscard]] inline std::string json_text(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + json_text(word);
  return "[" + out + "]";
}
/// `{"optim.lr": 0.001, "head.pooling": "cls"}`
[[nodiscard]] inline std::string json_text(const space::Assignment& values) {
  std::string out;
  for (const auto& [name, value] : values) out += (out.empty() ? "" : ", ") + json_text(name) + ": " + json_text(value);
  return "{" + out + "}";
}

/// The attribute of that name, read. Nothing if there is none, or its text is no JSON.
[[nodiscard]] inline std::optional<space::PythonJson> read_attribute(const Attributes& attributes,
                                                                     std::string_view key) {
  const auto found = attributes.find(std::string(key));
  if (found == attributes.end()) return std::nullopt;
  try {
    return space::parse_python_json(found->second);
  } catch (const ConfigError&) {
    return std::nullopt;
  }
}

/// The values of a `fixed_params` attribute.
/// Errors   StorageError if the text is no JSON object of single values.
[[nodiscard]] inline space::Assignment assignment_from_json(std::string_view text) {
  try {
    const auto json = space::parse_python_json(text);
    space::Assignment values;
    const auto& keys = json.require_kind(space::PythonJson::Kind::object, "an object").keys;
    for (std::size_t i = 0; i < keys.size(); ++i) values.set(keys[i], space::value_from_json(json.items[i]));
    return values;
  } catch (const ConfigError& error) {
    fail<StorageError>("attribute ", text, ": expected an object of values: ", error.what());
  }
}

/// The word in a JSON text of one, or the text itself.
[[nodiscard]] inline std::string word_from_json(std::string_view text) {
  try {
    return space::parse_python_json(text).require_kind(space::PythonJson::Kind::word, "a word").word;
  } catch (const ConfigError&) {
    return std::string(text);
  }
}

/// Why the trial failed or was stopped, or "".
[[nodiscard]] inline std::string cause_of(const FrozenTrial& trial) {
  const auto found = trial.user_attrs.find(std::string(keys::cause));
  return found == trial.user_attrs.end() ? "" : word_from_json(found->second);
}

}  // namespace hpo::storage

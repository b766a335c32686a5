#pragma once
/// \file  Values of a config.json: typed, with defaults for absent keys, refused by name where they cannot be honoured.
/// Layer `nn`, tier 0.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>

namespace hpo::nn {

/// Reads one object. An absent key and a null mean the default: old files leave out much, new ones write nulls.
///
/// Errors   CheckpointError: `<where>: <key>: expected <what>, got <this>`.
class ConfigReader {
 public:
  ConfigReader(const Json& config, std::string_view where) : config_(config), where_(where) {
    require<CheckpointError>(config.is_object(), where_, ": expected an object, got ", config.type_name());
  }

  [[nodiscard]] bool has(const char* key) const {
    const auto found = config_.find(key);
    return found != config_.end() && !found->is_null();
  }

  [[nodiscard]] std::int64_t integer(const char* key, std::int64_t otherwise, std::int64_t low = 1) const {
    if (!has(key)) return otherwise;
    const Json& value = config_.at(key);
    const bool fits = value.is_number_integer() &&
                      !(value.is_number_unsigned() && value.get<std::uint64_t>() > limit) &&
                      value.get<std::int64_t>() >= low && value.get<std::int64_t>() <= limit;
    require<CheckpointError>(fits, where_, ": ", key, ": expected a whole number, ", low, " or more, got ",
                             value.dump());
    return value.get<std::int64_t>();
  }

  [[nodiscard]] double number(const char* key, double otherwise, double low, double high) const {
    if (!has(key)) return otherwise;
    const Json& value = config_.at(key);
    require<CheckpointError>(value.is_number() && value.get<double>() >= low && value.get<double>() <= high, where_,
                             ": ", key, ": expected a number from ", low, " to ", high, ", got ", value.dump());
    return value.get<double>();
  }

  [[nodiscard]] double probability(const char* key, double otherwise) const {
    return number(key, otherwise, 0.0, 0.999);
  }

  [[nodiscard]] std::string text(const char* key, std::string otherwise) const {
    if (!has(key)) return otherwise;
    const Json& value = config_.at(key);
    require<CheckpointError>(value.is_string(), where_, ": ", key, ": expected text, got ", value.dump());
    return value.get<std::string>();
  }

  [[nodiscard]] bool boolean(const char* key, bool otherwise) const {
    if (!has(key)) return otherwise;
    const Json& value = config_.at(key);
    require<CheckpointError>(value.is_boolean(), where_, ": ", key, ": expected true or false, got ", value.dump());
    return value.get<bool>();
  }

  /// Refuses any value but `only`: the others change the numbers a model gives, and are not implemented.
  template <class T>
  void only(const char* key, const T& only_value) const {
    if (!has(key) || config_.at(key) == Json(only_value)) return;
    fail<CheckpointError>(where_, ": ", key, ": expected ", Json(only_value).dump(),
                          " (others are not implemented), got ", config_.at(key).dump());
  }

  /// Refuses a key whose presence (not null, not empty) changes the numbers.
  void absent(const char* key) const {
    if (!has(key) || config_.at(key).empty()) return;
    fail<CheckpointError>(where_, ": ", key, ": expected none (not implemented), got ", config_.at(key).dump());
  }

  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] const Json& json() const { return config_; }

 private:
  static constexpr std::int64_t limit = 1 << 30;  // larger sizes overflow products of two

  const Json& config_;
  std::string where_;
};

/// Settings of any family under which the stored weights are not what their names say.
/// Errors   CheckpointError that names the setting.
inline void refuse_what_changes_weights(const ConfigReader& config) {
  config.absent("pruned_heads");
  config.absent("quantization_config");
}

}  // namespace hpo::nn

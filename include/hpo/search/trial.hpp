#pragma once
/// \file  A trial in the hands of whoever runs it.
/// Layer `search`, tier 0.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/storage/storage.hpp>

namespace hpo::search {

/// What Study::ask gives: a number, the values to run with, and what has been reported so far.
class Trial {
 public:
  Trial(FrozenTrial frozen, space::Assignment params) : frozen_(std::move(frozen)), params_(std::move(params)) {}

  [[nodiscard]] std::int64_t number() const { return frozen_.number; }
  [[nodiscard]] std::int64_t id() const { return frozen_.id; }

  /// The active parameters, in the order of the space.
  [[nodiscard]] const space::Assignment& params() const { return params_; }

  /// Values by name, for objectives that do not use a typed space.
  /// Errors   ConfigError if the parameter is not active in this trial, or of another kind.
  [[nodiscard]] double real(std::string_view name) const {
    const auto number = space::number(at(name));
    require<ConfigError>(number.has_value(), "trial ", this->number(), ": ", name, ": expected a number, got ",
                         space::to_string(at(name)));
    return *number;
  }
  [[nodiscard]] std::int64_t integer(std::string_view name) const { return get<std::int64_t>(name, "a whole number"); }
  [[nodiscard]] bool flag(std::string_view name) const { return get<bool>(name, "true or false"); }
  [[nodiscard]] const std::string& word(std::string_view name) const { return get<std::string>(name, "a word"); }
  [[nodiscard]] bool has(std::string_view name) const { return params_.find(name) != nullptr; }

  /// Active parameters with several possible values that were never read by name: sampled in vain.
  [[nodiscard]] std::vector<std::string> unread() const {
    std::vector<std::string> names;
    for (const auto& param : frozen_.params)
      if (!space::is_single(param.distribution) && !read_.contains(param.name)) names.push_back(param.name);
    return names;
  }

  /// The trial as the storage holds it, as far as this process knows.
  [[nodiscard]] const FrozenTrial& frozen() const { return frozen_; }

 private:
  template <storage::Storage S, Sampler Sm, Pruner P>
  friend class Study;

  [[nodiscard]] const space::Value& at(std::string_view name) const {
    const auto* value = params_.find(name);
    if (value == nullptr) {
      std::vector<std::string> known;
      for (const auto& [param, unused] : params_) known.push_back(param);
      fail<ConfigError>("trial ", number(), ": no active parameter is called '", name, "'", known_names(name, known));
    }
    read_.emplace(name);
    return *value;
  }
  template <class T>
  [[nodiscard]] const T& get(std::string_view name, std::string_view expected) const {
    const auto* value = std::get_if<T>(&at(name));
    require<ConfigError>(value != nullptr, "trial ", number(), ": ", name, ": expected ", expected, ", got ",
                         space::to_string(at(name)));
    return *value;
  }

  FrozenTrial frozen_;
  space::Assignment params_;
  mutable std::set<std::string, std::less<>> read_;  // names
  std::optional<std::int64_t> judged_;               // the step at which the pruner was last asked
};

}  // namespace hpo::search

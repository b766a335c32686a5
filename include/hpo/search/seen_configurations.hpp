#pragma once
/// \file  Which configurations a study has spent a trial on.
/// Layer `search`, tier 0.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include <hpo/core/error.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/history.hpp>

namespace hpo::search {

/// The configurations of the finished and running trials of a history, found by hash. A trial that was interrupted
/// does not count: its end says nothing of its values.
class SeenConfigurations {
 public:
  /// Takes in what is new. Starts again for another history.
  void update(const storage::History& history) {
    if (identity_ != history.identity()) {
      identity_ = history.identity();
      finished_ = 0;
      positions_.clear();
    }
    for (; finished_ < history.finished().size(); ++finished_) {
      const std::size_t position = history.finished()[finished_];
      const auto& trial = history.trials()[position];
      if (!trial.params.empty() && !trial.user_attrs.contains(std::string(storage::keys::interrupted)))
        positions_.emplace(hash(trial), position);
    }
  }

  /// Whether a trial other than `number` has, or had, exactly these values. `history` is that of the last update().
  [[nodiscard]] bool contains(const storage::History& history, const space::Assignment& values,
                              std::int64_t number) const {
    const auto equal = [&](std::size_t position) {
      const auto& trial = history.trials()[position];
      return trial.number != number && has_values(trial, values);
    };
    for (auto [at, end] = positions_.equal_range(hash(values)); at != end; ++at)
      if (equal(at->second)) return true;
    for (const std::size_t position : history.unfinished())
      if (history.trials()[position].state == storage::TrialState::running && equal(position)) return true;
    return false;
  }

 private:
  static bool has_values(const storage::FrozenTrial& trial, const space::Assignment& values) {
    if (trial.params.size() != values.size()) return false;
    for (const auto& param : trial.params) {
      const auto* value = values.find(param.name);
      if (value == nullptr || !space::same(*value, value_of(param))) return false;
    }
    return true;
  }

  // A stored index beyond its choices stands for nothing that could be drawn.
  static space::Value value_of(const storage::StoredParam& param) {
    return space::contains(param.distribution, param.internal) ? param.value() : space::Value(param.internal);
  }

  // The order of parameters does not matter: a sum.
  static std::uint64_t hash(const storage::FrozenTrial& trial) {
    std::uint64_t sum = 0;
    for (const auto& param : trial.params) sum += hash(param.name, value_of(param));
    return sum;
  }
  static std::uint64_t hash(const space::Assignment& values) {
    std::uint64_t sum = 0;
    for (const auto& [name, value] : values) sum += hash(name, value);
    return sum;
  }
  static std::uint64_t hash(std::string_view name, const space::Value& value) {
    const std::uint64_t content = std::visit(
        [](const auto& v) -> std::uint64_t { return std::hash<std::remove_cvref_t<decltype(v)>>{}(v); }, value);
    std::uint64_t h = std::hash<std::string_view>{}(name) ^ std::rotl(content + value.index(), 23);
    h = (h ^ (h >> 32)) * 0x9E3779B97F4A7C15ULL;
    return h ^ (h >> 29);
  }

  std::uint64_t identity_ = 0;
  std::size_t finished_ = 0;
  std::unordered_multimap<std::uint64_t, std::size_t> positions_;
};

}  // namespace hpo::search

#pragma once
/// \file  Under which distributions a study holds its parameters, when the space changes between runs.
/// Layer `search`, tier 0.

#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/space/distribution.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/storage/history.hpp>

namespace hpo::search {

/// Optuna's readers want one kind, one scale and one list of choices per name in a study. Numeric ranges may change
/// freely. A list of choices only grows: the stored one is the union of all lists used, in the order of their first
/// appearance, so that the indices of old trials keep their meaning; the sampler draws from today's list.
class RecordedDistributions {
 public:
  /// Takes notice of the trials that are new in the history.
  void update(const storage::History& history) {
    for (; seen_ < history.trials().size(); ++seen_) note(history.trials()[seen_]);
    for (; finished_ < history.finished().size(); ++finished_) note(history.trials()[history.finished()[finished_]]);
  }

  /// Errors   ConfigError if the study holds the name with another kind or scale.
  void check(const space::ParamSpec& spec, std::string_view study) const {
    const auto* found = find(spec.name);
    if (found == nullptr) return;
    const auto& recorded = *found;
    const bool same_kind = recorded.index() == spec.distribution.index();
    const bool is_choice = std::holds_alternative<space::CategoricalDistribution>(recorded);
    require<ConfigError>(same_kind && (is_choice || space::compatible(recorded, spec.distribution)), "space.",
                         spec.name, ": expected ", kind(recorded), " as in the trials of study '", study, "', got ",
                         kind(spec.distribution), "; use a new study.name");
  }

  /// The distribution to store for a parameter of today's space that passes check().
  /// \param wider set to whether the stored list of choices lacks some of today's.
  [[nodiscard]] const space::Distribution& reconcile(const space::ParamSpec& spec, bool& wider) {
    wider = false;
    auto* found = find(spec.name);
    auto* choices = found == nullptr ? nullptr : std::get_if<space::CategoricalDistribution>(found);
    if (choices == nullptr) return spec.distribution;
    for (const auto& choice : std::get<space::CategoricalDistribution>(spec.distribution).choices) {
      if (holds(*choices, choice)) continue;
      choices->choices.push_back(choice);
      wider = true;
    }
    return *found;
  }

 private:
  [[nodiscard]] const space::Distribution* find(std::string_view name) const {
    for (const auto& param : recorded_)
      if (param.name == name) return &param.distribution;
    return nullptr;
  }
  [[nodiscard]] space::Distribution* find(std::string_view name) {
    return const_cast<space::Distribution*>(std::as_const(*this).find(name));
  }

  static bool holds(const space::CategoricalDistribution& list, const space::Value& choice) {
    for (const auto& known : list.choices)
      if (space::same(known, choice)) return true;
    return false;
  }

  static std::string_view kind(const space::Distribution& distribution) {
    if (const auto* real = std::get_if<space::FloatDistribution>(&distribution))
      return real->log ? "a real number on a log scale" : "a real number";
    if (const auto* whole = std::get_if<space::IntDistribution>(&distribution))
      return whole->log ? "a whole number on a log scale" : "a whole number";
    return "a choice";
  }

  void note(const storage::FrozenTrial& trial) {
    for (const auto& param : trial.params) {
      auto* recorded = find(param.name);
      if (recorded == nullptr) {
        recorded_.push_back(param);
        continue;
      }
      const auto* longer = std::get_if<space::CategoricalDistribution>(&param.distribution);
      const auto* known = std::get_if<space::CategoricalDistribution>(recorded);
      if (longer != nullptr && known != nullptr && longer->choices.size() > known->choices.size())
        *recorded = space::Distribution(*longer);
    }
  }

  std::vector<storage::StoredParam> recorded_;  // names and distributions
  std::size_t seen_ = 0;
  std::size_t finished_ = 0;
};

}  // namespace hpo::search

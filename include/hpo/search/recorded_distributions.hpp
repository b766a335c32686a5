#pragma once
/// \file  Under which distributions a study holds its parameters, when the space changes between runs.
/// Layer `search`, tier 0.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>

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
    const auto found = recorded_.find(spec.name);
    if (found == recorded_.end()) return;
    const auto& recorded = found->second;
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
    const auto found = recorded_.find(spec.name);
    auto* choices = found == recorded_.end() ? nullptr : std::get_if<space::CategoricalDistribution>(&found->second);
    if (choices == nullptr) return spec.distribution;
    for (const auto& choice : std::get<space::CategoricalDistribution>(spec.distribution).choices) {
      if (holds(*choices, choice)) continue;
      choices->choices.push_back(choice);
      wider = true;
    }
    return found->second;
  }

 private:
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
      const auto [place, fresh] = recorded_.try_emplace(param.name, param.distribution);
      if (fresh) continue;
      const auto* longer = std::get_if<space::CategoricalDistribution>(&param.distribution);
      const auto* known = std::get_if<space::CategoricalDistribution>(&place->second);
      if (longer != nullptr && known != nullptr && longer->choices.size() > known->choices.size())
        place->second = param.distribution;
    }
  }

  std::map<std::string, space::Distribution, std::less<>> recorded_;
  std::size_t seen_ = 0;
  std::size_t finished_ = 0;
};

}  // namespace hpo::search

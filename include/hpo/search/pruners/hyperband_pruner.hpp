#pragma once
/// \file  Hyperband: successive halving from several first rungs at once, each with trials of its own.
/// Layer `search`, tier 0.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <hpo/search/pruners/asha_pruner.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/sampling/hyperband_brackets.hpp>

namespace hpo::search {

/// A trial of bracket b is judged as by AshaPruner with the first b rungs left out, among the trials of that bracket.
/// So whatever is the right time to judge a trial, some bracket judges at it. Nobody is pruned while the length of a
/// trial is not known.
///
/// Errors   as HyperbandBrackets
/// Source   Li et al., JMLR 18(185), 2018, with the rule of ASHA inside a bracket, as Optuna's HyperbandPruner; where
///          `max_resource` is learned, the curves from before it was known compete here as well
class HyperbandPruner {
 public:
  explicit HyperbandPruner(HyperbandOptions options = {}) : brackets_(options) {}

  [[nodiscard]] bool prune(const PruneRequest& request) const {
    if (request.trial.intermediate.empty()) return false;
    const auto bracket_of = [&](const FrozenTrial& trial) {
      return brackets_.bracket(request.study, trial.number, request.history);
    };
    const auto bracket = bracket_of(request.trial);
    if (!bracket) return false;
    return ladder(*bracket, request).prune(request, [&](const FrozenTrial& other) {
      return bracket_of(other) == bracket;
    });
  }

 private:
  /// The pruner of a bracket, which remembers who competes there: a new one where that is another study's.
  [[nodiscard]] const AshaPruner& ladder(std::size_t bracket, const PruneRequest& request) const {
    const std::size_t count = brackets_.count(request.history);
    if (ladders_.size() != count || study_ != request.study) ladders_.clear();
    study_ = request.study;
    for (auto b = static_cast<std::int64_t>(ladders_.size()); ladders_.size() < count; ++b)
      ladders_.emplace_back(AshaOptions{.min_resource = brackets_.options().min_resource,
                                        .reduction_factor = brackets_.options().reduction_factor,
                                        .min_early_stopping_rate = b,
                                        .bootstrap_count = brackets_.options().bootstrap_count});
    return ladders_[bracket];
  }

  HyperbandBrackets brackets_;
  mutable std::vector<AshaPruner> ladders_;  // mutable: these only save time
  mutable std::string study_;
};

static_assert(Pruner<HyperbandPruner>);

}  // namespace hpo::search

#pragma once
/// \file  The Pruner concept: whether a running trial is worth its time.
/// Layer `search`, tier 0.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include <hpo/search/pareto/better.hpp>
#include <hpo/search/sampling/sampler.hpp>

namespace hpo::search {

/// What a pruner may look at.
struct PruneRequest {
  const FrozenTrial& trial;                   ///< with what it has reported so far
  std::optional<std::int64_t> judged;         ///< the step at which this trial was last asked about
  const History& history;                     ///< the study; may hold the trial itself, as it was a little earlier
  Direction direction = Direction::minimize;  ///< of what is reported
  std::string_view study = {};                ///< name of the study

  /// Of two values, whether the first is the better one. False if either is NaN.
  [[nodiscard]] bool better(double a, double b) const { return search::better(a, b, direction); }
};

/// Answers one question and changes nothing: should the trial stop now? It is asked after a report.
/// Never prunes a trial that has reported nothing.
template <class P>
concept Pruner = std::movable<P> && requires(const P& pruner, const PruneRequest& request) {
  { pruner.prune(request) } -> std::same_as<bool>;
};

/// Lets every trial finish.
class NopPruner {
 public:
  [[nodiscard]] bool prune(const PruneRequest&) const { return false; }
};

static_assert(Pruner<NopPruner>);

}  // namespace hpo::search

#pragma once
/// \file  How long a sweep runs, how many trials at once, and what a trial's process is to do.
/// Layer `sweep`. No torch.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include <hpo/search/stop_rule.hpp>
#include <hpo/search/trial.hpp>
#include <hpo/sweep/trial_process.hpp>

namespace hpo::sweep {

struct LoopOptions {
  std::int64_t total = 0;                 ///< trials the study shall have in all
  std::optional<std::int64_t> more = {};  ///< or: trials to run now, whatever the study holds
  std::int64_t parallel = 1;              ///< trials at once
  double timeout_s = 0;                   ///< no trial starts after this many seconds; 0: no limit
  search::StopOptions stop = {};          ///< when the study is good enough
  double failure_limit = 1.0;  ///< stop when more than this fraction of this run's trials has failed, after 5
  std::filesystem::path trials_folder = {};  ///< logs and models of the trials; empty: their output is the sweep's
  std::size_t keep = 0;                      ///< trained models to keep, of a study of one objective
};

/// What a trial's process does: trains, or calls a function, and tells of it through the link.
template <class B>
concept TrialBody = std::invocable<B&, const search::Trial&, TrialLink&>;

}  // namespace hpo::sweep

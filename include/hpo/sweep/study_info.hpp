#pragma once
/// \file  What an observer is told first.
/// Layer `sweep`. No torch.

#include <algorithm>
#include <cstdint>
#include <optional>

#include <hpo/report/events.hpp>
#include <hpo/storage/trial.hpp>
#include <hpo/sweep/loop_options.hpp>

namespace hpo::sweep {

/// What there is to say of a study and of how it will be searched. Its metric has no name here.
template <class Study>
[[nodiscard]] report::StudyInfo study_info(Study& study, const LoopOptions& options) {
  std::int64_t finished = 0;
  for (const auto& trial : study.trials()) finished += storage::is_finished(trial.state);
  report::StudyInfo info{.study = study.name(),
                         .storage = study.storage().url(),
                         .metric = "value",
                         .direction = study.direction(),
                         .trials = options.more.value_or(std::max<std::int64_t>(0, options.total - finished)),
                         .parallel = options.parallel,
                         .timeout_s = options.timeout_s > 0 ? std::optional(options.timeout_s) : std::nullopt,
                         .trials_before = finished};
  if (study.directions().size() == 1)
    if (const auto best = study.best()) info.best_before = report::BestTrial{best->number, best->values.at(0)};
  return info;
}

}  // namespace hpo::sweep

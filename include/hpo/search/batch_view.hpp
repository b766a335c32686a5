#pragma once
/// \file  A study as it stood when its last whole batch had ended.
/// Layer `search`, tier 0.

#include <cstddef>
#include <cstdint>
#include <utility>

#include <hpo/storage/history.hpp>

namespace hpo::search {

/// The history that a sampler sees in the batch-synchronous mode: trials of earlier batches with their ends, in the
/// order of their numbers; those of the current one as running, whether they have ended meanwhile or not.
class BatchView {
 public:
  /// \param first number of the first trial of the current batch; all before it have ended.
  const storage::History& update(const storage::History& all, std::int64_t first) {
    if (identity_ != all.identity()) {
      identity_ = all.identity();
      seen_ = {};
      settled_ = 0;
    }
    const auto trials = all.trials();
    for (; settled_ < trials.size() && trials[settled_].number < first; ++settled_) seen_.put(trials[settled_]);
    for (std::size_t i = settled_; i < trials.size(); ++i) {
      auto open = trials[i];
      if (open.state != storage::TrialState::waiting) open.state = storage::TrialState::running;
      open.values.clear();
      open.intermediate.clear();
      open.completed.reset();
      seen_.put(std::move(open));
    }
    return seen_;
  }

 private:
  std::uint64_t identity_ = 0;
  storage::History seen_;
  std::size_t settled_ = 0;
};

}  // namespace hpo::search

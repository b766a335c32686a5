#pragma once
/// \file  Synchronous batches: which one the next trial belongs to, and the study as it stood when the one before
/// ended.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <hpo/storage/history.hpp>

namespace hpo::search {

/// The number of the first trial of the batch that the next trial belongs to: the oldest that waits, or a new one.
/// \param batch trials of a batch, 1 or more.
[[nodiscard]] inline std::int64_t batch_begin(const storage::History& history, std::int64_t batch) {
  const auto trials = history.trials();
  const auto waits = [&](std::size_t position) { return trials[position].state == storage::TrialState::waiting; };
  const auto waiting = std::ranges::find_if(history.unfinished(), waits);
  const auto next =
      waiting == history.unfinished().end() ? static_cast<std::int64_t>(trials.size()) : trials[*waiting].number;
  return next / batch * batch;
}

/// Whether a trial of a batch before that of the next trial has not ended.
/// \param batch trials of a batch; 0: nobody waits.
[[nodiscard]] inline bool waits_for_batch(const storage::History& history, std::int64_t batch) {
  if (batch <= 0 || history.unfinished().empty()) return false;
  return history.trials()[history.unfinished().front()].number < batch_begin(history, batch);
}

/// The history that a sampler sees in the batch-synchronous mode: trials of earlier batches with their ends, in the
/// order of their numbers; those of the current one as running, whether they have ended meanwhile or not.
class BatchView {
 public:
  /// \param first number of the first trial of the current batch; all before it have ended.
  const storage::History& update(const storage::History& all, std::int64_t first) {
    if (identity_ != all.identity()) {
      identity_ = all.identity();
      seen_ = {};
      earlier_ = 0;
    }
    const auto trials = all.trials();
    for (; earlier_ < trials.size() && trials[earlier_].number < first; ++earlier_) seen_.put(trials[earlier_]);
    for (std::size_t i = earlier_; i < trials.size(); ++i) {
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
  std::size_t earlier_ = 0;
};

}  // namespace hpo::search

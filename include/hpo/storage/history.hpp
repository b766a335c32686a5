#pragma once
/// \file  What one reader knows of a study's trials, brought up to date in small steps.
/// Layer `storage`, tier 0.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <hpo/storage/trial.hpp>

namespace hpo::storage {

/// The trials of a study in the order of their numbers. `Storage::refresh` adds the new ones and reads the unfinished
/// ones again; a finished trial never changes, so it is read once.
class History {
 public:
  History() = default;
  History(History&&) = default;
  History& operator=(History&&) = default;

  /// Another number for each history that was begun: what is remembered about one holds as long as this stays the same.
  [[nodiscard]] std::uint64_t identity() const { return identity_; }

  [[nodiscard]] std::span<const FrozenTrial> trials() const { return trials_; }

  /// Positions in trials() of the finished ones, in the order in which they were seen to be finished. Only grows, so
  /// that whoever keeps sums or columns goes on where it stopped.
  [[nodiscard]] std::span<const std::size_t> finished() const { return finished_; }

  /// Positions in trials() of the waiting and running ones, ascending.
  [[nodiscard]] std::span<const std::size_t> unfinished() const { return unfinished_; }

  [[nodiscard]] std::int64_t last_id() const { return trials_.empty() ? -1 : trials_.back().id; }

  [[nodiscard]] const FrozenTrial* find(std::int64_t id) const {
    const auto found = std::ranges::lower_bound(trials_, id, {}, &FrozenTrial::id);
    return found != trials_.end() && found->id == id ? &*found : nullptr;
  }

  /// A trial as it is now: newer than all before, or one of the unfinished. For storages.
  void put(FrozenTrial trial) {
    const bool done = is_finished(trial.state);
    std::size_t position = trials_.size();
    if (trial.id > last_id()) {
      trials_.push_back(std::move(trial));
      if (!done) unfinished_.push_back(position);
    } else {
      const auto known = std::ranges::lower_bound(trials_, trial.id, {}, &FrozenTrial::id);
      if (known->id != trial.id || is_finished(known->state)) return;
      position = static_cast<std::size_t>(known - trials_.begin());
      *known = std::move(trial);
      if (done) std::erase(unfinished_, position);
    }
    if (done) finished_.push_back(position);
  }

 private:
  static std::uint64_t next_identity() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
  }

  std::uint64_t identity_ = next_identity();
  std::vector<FrozenTrial> trials_;
  std::vector<std::size_t> finished_;
  std::vector<std::size_t> unfinished_;
};

}  // namespace hpo::storage

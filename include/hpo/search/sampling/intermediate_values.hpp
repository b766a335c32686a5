#pragma once
/// \file  What the finished trials of a study have at a step, kept sorted: a look at it is short in a long study too.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <hpo/search/sampling/sampler.hpp>

namespace hpo::search {

/// A sorted column for each key (a step, a rung). A finished trial never changes, so each is entered once. Only saves
/// time: the same as collecting and sorting anew.
class IntermediateValues {
 public:
  struct Values {
    std::vector<double> sorted{};  ///< ascending, without NaN
    std::size_t present = 0;       ///< trials that have the key, those with NaN there included
    std::size_t in_order = 0;      ///< of `sorted`; the rest is sorted when it is asked for
  };

  /// Enters the trials that have finished since the last call, or all of another history. `enter(trial, add)` calls
  /// `add(key, value)` for what a trial has, and says whether the trial counts at all. It must be the same function in
  /// every call; else clear() comes first.
  template <class Enter>
  void update(const History& history, Enter&& enter) {
    if (identity_ != history.identity()) clear();
    identity_ = history.identity();
    const auto add = [this](std::int64_t key, double value) {
      Values& column = columns_[key];
      ++column.present;
      if (!std::isnan(value)) column.sorted.push_back(value);
    };
    for (; seen_ < history.finished().size(); ++seen_)
      if (enter(history.trials()[history.finished()[seen_]], add)) ++counted_;
  }

  void clear() {
    seen_ = counted_ = 0;
    columns_.clear();
  }

  /// Trials that count.
  [[nodiscard]] std::size_t counted() const { return counted_; }

  /// What they have at the key. Valid until the next update.
  [[nodiscard]] const Values& at(std::int64_t key) {
    static const Values nobody;
    const auto found = columns_.find(key);
    if (found == columns_.end()) return nobody;
    auto& [sorted, present, in_order] = found->second;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(in_order);
    std::sort(middle, sorted.end());
    std::inplace_merge(sorted.begin(), middle, sorted.end());
    in_order = sorted.size();
    return found->second;
  }

 private:
  std::uint64_t identity_ = 0;
  std::size_t seen_ = 0;  // of History::finished()
  std::size_t counted_ = 0;
  std::map<std::int64_t, Values> columns_;
};

/// How many of the sorted values are better than `value`.
[[nodiscard]] inline std::size_t count_better(const std::vector<double>& sorted, double value, Direction direction) {
  const auto distance = direction == Direction::minimize ? std::ranges::lower_bound(sorted, value) - sorted.begin()
                                                         : sorted.end() - std::ranges::upper_bound(sorted, value);
  return static_cast<std::size_t>(distance);
}

}  // namespace hpo::search

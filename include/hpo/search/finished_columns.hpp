#pragma once
/// \file  What the finished trials of a study have at a step, kept sorted, so that a look at it does not take as long as
/// the study.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <type_traits>
#include <vector>

#include <hpo/search/sampler.hpp>

namespace hpo::search {

/// One sorted column for each key (a step, a rung) that was ever asked for. A finished trial never changes, so each is
/// looked at once per column. Only saves time: the same as collecting and sorting anew.
class FinishedColumns {
 public:
  struct Column {
    std::vector<double> sorted;  ///< ascending, without NaN
    std::size_t present = 0;     ///< trials that have the key, those with NaN there included
    std::size_t seen = 0;        ///< of History::finished()
  };

  /// `pick(trial)` is the value of a finished trial at this key, or nothing. It must be the same function of trial and
  /// key in every call.
  template <class Pick>
  requires std::is_invocable_r_v<std::optional<double>, Pick, const FrozenTrial&>
  const Column& at(const History& history, std::int64_t key, Pick&& pick) {
    if (identity_ != history.identity()) columns_.clear();
    identity_ = history.identity();
    Column& column = columns_[key];
    const auto old = static_cast<std::ptrdiff_t>(column.sorted.size());
    for (; column.seen < history.finished().size(); ++column.seen) {
      const std::optional<double> value = pick(history.trials()[history.finished()[column.seen]]);
      if (!value) continue;
      ++column.present;
      if (!std::isnan(*value)) column.sorted.push_back(*value);
    }
    const auto middle = column.sorted.begin() + old;
    std::sort(middle, column.sorted.end());
    std::inplace_merge(column.sorted.begin(), middle, column.sorted.end());
    return column;
  }

 private:
  std::uint64_t identity_ = 0;
  std::map<std::int64_t, Column> columns_;
};

/// How many of the sorted values are better than `value`.
[[nodiscard]] inline std::size_t count_better(const std::vector<double>& sorted, double value, Direction direction) {
  const auto distance = direction == Direction::minimize ? std::ranges::lower_bound(sorted, value) - sorted.begin()
                                                         : sorted.end() - std::ranges::upper_bound(sorted, value);
  return static_cast<std::size_t>(distance);
}

}  // namespace hpo::search

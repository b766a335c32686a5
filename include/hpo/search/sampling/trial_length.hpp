#pragma once
/// \file  How long trials of a study are, learned from the first that ran to its end.
/// Layer `search`, tier 0.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <hpo/search/sampling/sampler.hpp>

namespace hpo::search {

/// The last step of the complete trial that ended first (of several that ended at once, or at an unknown time, the one
/// with the lowest number). Trials that reported nothing are passed over. Once known it stays, whoever asks and
/// whatever comes later: what is derived from it (rungs, brackets) does not move under running trials.
class TrialLength {
 public:
  [[nodiscard]] std::optional<std::int64_t> operator()(const History& history) {
    if (identity_ != history.identity()) {
      identity_ = history.identity();
      seen_ = 0;
      first_ = nobody;
    }
    for (; seen_ < history.finished().size(); ++seen_) {
      const std::size_t position = history.finished()[seen_];
      const auto& trial = history.trials()[position];
      if (trial.state != TrialState::complete || trial.intermediate.empty()) continue;
      if (first_ == nobody || before(trial, history.trials()[first_])) first_ = position;
    }
    if (first_ == nobody) return std::nullopt;
    return history.trials()[first_].intermediate.rbegin()->first;
  }

 private:
  static constexpr auto nobody = static_cast<std::size_t>(-1);

  static bool before(const FrozenTrial& a, const FrozenTrial& b) {
    if (a.completed && b.completed && *a.completed != *b.completed) return *a.completed < *b.completed;
    if (a.completed.has_value() != b.completed.has_value()) return a.completed.has_value();
    return a.number < b.number;
  }

  std::uint64_t identity_ = 0;
  std::size_t seen_ = 0;        // of history.finished()
  std::size_t first_ = nobody;  // position of that trial
};

}  // namespace hpo::search

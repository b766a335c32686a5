#pragma once
/// \file  When a search has reached enough: rules on what its trials have given.
/// Layer `search`, tier 0.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/storage/history.hpp>

namespace hpo::search {

/// Why a search ended: optimize(), or a sweep.
enum class StopReason {
  trials,           ///< as many as were asked for have run
  timed_out,        ///< no trial starts later than this
  target,           ///< a trial is at least as good as was wanted
  stalled,          ///< no improvement for long
  exhausted,        ///< every configuration was tried
  stopped,          ///< somebody asked for it: a callback, Ctrl-C
  too_many_failed,  ///< trials
};

constexpr auto enum_names(StopReason) {
  return std::array<std::pair<std::string_view, StopReason>, 7>{
      {{"all trials have run", StopReason::trials},
       {"out of time", StopReason::timed_out},
       {"the target is reached", StopReason::target},
       {"no improvement for long", StopReason::stalled},
       {"every configuration was tried", StopReason::exhausted},
       {"stopped by the user", StopReason::stopped},
       {"too many failed trials", StopReason::too_many_failed}}};
}

struct StopOptions {
  std::optional<double> target = {};  ///< stop when a complete trial is at least this good; one objective only
  std::int64_t patience = 0;          ///< stop after so many finished trials without a better one; 0: never
  double min_delta = 0;               ///< what counts as better, for patience
};

/// Follows a history and says when it has reached its target, or has not improved for long. With several objectives an
/// improvement is a trial that no earlier one dominates; `min_delta` is then not looked at. Failed trials neither
/// improve nor count.
class StopRule {
 public:
  /// Errors   ConfigError for a target with several objectives, or options out of range.
  StopRule(StopOptions options, std::vector<storage::Direction> directions)
      : options_(options), directions_(std::move(directions)) {
    require<ConfigError>(!options.target || directions_.size() == 1,
                         "stop.target: expected it with one objective, got ", directions_.size(), " objectives");
    require<ConfigError>(options.patience >= 0, "stop.patience: expected 0 or more, got ", options.patience);
    require<ConfigError>(options.min_delta >= 0, "stop.min_delta: expected 0 or more, got ", options.min_delta);
  }

  /// Takes in the trials that have finished since the last call.
  [[nodiscard]] std::optional<StopReason> check(const storage::History& history) {
    if (identity_ != history.identity()) {
      identity_ = history.identity();
      finished_ = 0;
      since_best_ = 0;
      best_ = std::numeric_limits<double>::infinity();
      front_.clear();
    }
    for (; finished_ < history.finished().size(); ++finished_) take(history.trials()[history.finished()[finished_]]);
    if (options_.target && best_ <= sign(0) * *options_.target) return StopReason::target;
    if (options_.patience > 0 && since_best_ >= options_.patience) return StopReason::stalled;
    return std::nullopt;
  }

 private:
  [[nodiscard]] double sign(std::size_t objective) const {
    return directions_[objective] == storage::Direction::minimize ? 1 : -1;
  }

  void take(const storage::FrozenTrial& trial) {
    if (trial.state == storage::TrialState::failed) return;
    ++since_best_;
    if (trial.state != storage::TrialState::complete || trial.values.size() != directions_.size()) return;
    std::vector<double> losses(trial.values);
    for (std::size_t i = 0; i < losses.size(); ++i) losses[i] *= sign(i);
    if (std::ranges::any_of(losses, [](double loss) { return std::isnan(loss); })) return;
    best_ = std::min(best_, losses.front());
    // By a little at a time counts once it is enough in all: the front is the last one that was an improvement.
    const double margin = directions_.size() == 1 ? options_.min_delta : 0;
    if (std::ranges::any_of(front_, [&](const auto& other) { return covers(other, losses, margin); })) return;
    since_best_ = 0;
    std::erase_if(front_, [&](const auto& other) { return covers(losses, other, 0); });
    front_.push_back(std::move(losses));
  }

  /// Whether a is at least as good as b everywhere, where b counts as worse than it is by `margin`.
  static bool covers(const std::vector<double>& a, const std::vector<double>& b, double margin) {
    for (std::size_t i = 0; i < a.size(); ++i)
      if (a[i] > b[i] + margin) return false;
    return true;
  }

  StopOptions options_;
  std::vector<storage::Direction> directions_;
  std::uint64_t identity_ = 0;
  std::size_t finished_ = 0;
  std::int64_t since_best_ = 0;
  double best_ = std::numeric_limits<double>::infinity();  // loss of the first objective
  std::vector<std::vector<double>> front_;                 // losses of the trials that no other is better than
};

}  // namespace hpo::search

#pragma once
/// \file  How a sweep stands: counts, the best so far, what runs, and how long the rest may take.
/// Layer `report`, tier 0.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <hpo/report/events.hpp>
#include <hpo/search/pareto/better.hpp>

namespace hpo::report {

/// Counts the events of a sweep. All times are given, none is read.
class Tally {
 public:
  struct Running {
    std::int64_t number = 0;
    std::string params;
    Moment since{};
    std::optional<Evaluation> last{};  ///< its last evaluation
  };

  void take(const StudyInfo& info, Moment at) {
    info_ = info;
    best_ = info.best_before;
    start_ = at;
  }
  void take(const TrialStarted& event, Moment at) { running_.push_back({event.number, event.params, at}); }
  void take(const TrialEvaluated& event, Moment) {
    if (Running* trial = find(event.number)) trial->last = event.evaluation;
  }
  void take(const TrialFinished& event, Moment) {
    std::erase_if(running_, [&](const Running& trial) { return trial.number == event.number; });
    seconds_ += event.seconds;
    improved_ = event.end == TrialEnd::complete && event.value && beats_best(*event.value);
    if (improved_) best_ = BestTrial{event.number, *event.value};
    if (event.end == TrialEnd::complete) ++done_;
    if (event.end == TrialEnd::pruned) ++pruned_;
    if (event.end == TrialEnd::failed) ++failed_;
  }
  template <class Other>
  void take(const Other&, Moment) {}

  [[nodiscard]] const StudyInfo& info() const { return info_; }
  /// These four count the trials of this run; info().trials_before has the earlier ones.
  [[nodiscard]] std::int64_t done() const { return done_; }
  [[nodiscard]] std::int64_t pruned() const { return pruned_; }
  [[nodiscard]] std::int64_t failed() const { return failed_; }
  [[nodiscard]] std::int64_t finished() const { return done_ + pruned_ + failed_; }
  [[nodiscard]] const std::vector<Running>& running() const { return running_; }
  [[nodiscard]] const std::optional<BestTrial>& best() const { return best_; }
  /// Whether the trial that finished last is the best so far.
  [[nodiscard]] bool improved() const { return improved_; }

  /// Units: seconds since the sweep began.
  [[nodiscard]] double elapsed(Moment at) const { return seconds_between(start_, at); }

  /// Seconds that the rest may take, at most until the timeout. Nothing before two trials of this run have finished,
  /// or without an end in sight.
  [[nodiscard]] std::optional<double> remaining(Moment at) const {
    if (finished() < 2) return std::nullopt;
    std::optional<double> estimate;
    if (info_.trials > 0) estimate = remaining_work(at);
    if (info_.timeout_s) {
      const double left = std::max(0.0, *info_.timeout_s - elapsed(at));
      estimate = std::min(estimate.value_or(left), left);
    }
    return estimate;
  }

 private:
  // The mean of the finished trials (pruned and failed ones too: the rest will have its share of them), spread over the
  // trials at once.
  [[nodiscard]] double remaining_work(Moment at) const {
    const double mean = seconds_ / static_cast<double>(finished());
    const auto under_way = static_cast<std::int64_t>(running_.size());
    const auto waiting = std::max<std::int64_t>(0, info_.trials - finished() - under_way);
    double work = mean * static_cast<double>(waiting), longest = 0;
    for (const Running& trial : running_) {
      const double left = std::max(0.0, mean - seconds_between(trial.since, at));
      work += left;
      longest = std::max(longest, left);
    }
    const auto lanes = std::clamp<std::int64_t>(info_.parallel, 1, std::max<std::int64_t>(1, waiting + under_way));
    return std::max(work / static_cast<double>(lanes), longest);
  }

  [[nodiscard]] static double seconds_between(Moment from, Moment to) {
    return std::chrono::duration<double>(to.steady - from.steady).count();
  }
  [[nodiscard]] bool beats_best(double value) const {
    if (std::isnan(value)) return false;
    return !best_ || search::better(value, best_->value, info_.direction);
  }
  [[nodiscard]] Running* find(std::int64_t number) {
    const auto found = std::ranges::find(running_, number, &Running::number);
    return found == running_.end() ? nullptr : &*found;
  }

  StudyInfo info_;
  Moment start_{};
  std::vector<Running> running_;
  std::optional<BestTrial> best_;
  std::int64_t done_ = 0, pruned_ = 0, failed_ = 0;
  double seconds_ = 0;  // of the finished trials
  bool improved_ = false;
};

}  // namespace hpo::report

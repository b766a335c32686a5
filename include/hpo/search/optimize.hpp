#pragma once
/// \file  The loop for those who have a function and want its best arguments.
/// Layer `search`, tier 0.
///
///     storage::MemoryStorage storage;
///     search::Study study(storage, {.name = "parabola"}, {{{"x", space::FloatDistribution{-5, 5}}}});
///     search::optimize(study, [](auto& trial) { return std::pow(trial.real("x") - 2, 2); }, 50);
///     study.best()->values[0];

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <hpo/core/error.hpp>
#include <hpo/core/join.hpp>
#include <hpo/search/default_sampler.hpp>
#include <hpo/search/result.hpp>
#include <hpo/search/stop_rule.hpp>
#include <hpo/search/study.hpp>
#include <hpo/search/trial_values.hpp>

namespace hpo::search {

/// A trial that knows its study: what an objective is given.
template <class StudyType>
class LiveTrial : public TrialValues {
 public:
  LiveTrial(StudyType& study, Trial& trial) : TrialValues(trial), study_(study), trial_(trial) {}

  void report(std::int64_t step, double value) { study_.report(trial_, step, value); }
  /// If true, return Result::pruned().
  [[nodiscard]] bool should_prune() { return study_.should_prune(trial_); }
  void set_user_attr(std::string_view key, std::string_view json) { study_.set_user_attr(trial_, key, json); }
  /// See Study::set_constraint.
  void set_constraint(std::string_view constraint, double value) { study_.set_constraint(trial_, constraint, value); }

 private:
  StudyType& study_;
  Trial& trial_;
};

/// What a callback is given after each trial.
struct FinishedTrial {
  const FrozenTrial& trial;      ///< finished
  std::int64_t run = 0;          ///< trials that this call of optimize() has run
  std::function<void()> stop{};  ///< lets optimize() return when the callbacks have
};

struct OptimizeOptions {
  std::chrono::duration<double> timeout{};  ///< no trial begins later than this; zero for none
  StopOptions stop{};                       ///< a target, or patience
  bool keep_going = false;                  ///< after an objective has thrown: else its exception ends the loop
  std::vector<std::function<void(const FinishedTrial&)>> callbacks{};
  std::function<void(std::string_view)> warn = {};  ///< for a line of text; empty: standard error
};

namespace detail {

/// Says once of each parameter that an objective has not read it.
class UnreadWarning {
 public:
  explicit UnreadWarning(std::function<void(std::string_view)> warn) : warn_(std::move(warn)) {}

  void check(std::int64_t trial, const std::vector<std::string>& unread) {
    std::vector<std::string> news;
    for (const auto& name : unread)
      if (said_.insert(name).second) news.push_back(name);
    if (news.empty()) return;
    const auto text = concat("trial ", trial, ": ", join(news), ": sampled, but the objective did not read it");
    if (warn_)
      warn_(text);
    else
      std::fprintf(stderr, "hpo: warning: %s\n", text.c_str());
  }

 private:
  std::function<void(std::string_view)> warn_;
  std::set<std::string> said_;
};

/// Runs one trial and tells how it ended.
template <class StudyType, class Objective>
void run_trial(StudyType& study, Trial& trial, Objective& objective, const OptimizeOptions& options,
               UnreadWarning& unread) {
  LiveTrial<StudyType> live(study, trial);
  try {
    const Result result = objective(live);
    if (result.end != TrialEnd::complete) return study.tell(trial, state_of(result.end), result.cause);
    study.tell(trial, result.values);
    unread.check(trial.number(), live.unread());
  } catch (const StorageError&) {
    throw;  // the study itself is in trouble: nothing can be told
  } catch (const std::exception& error) {
    study.tell(trial, TrialState::failed, error.what());
    if (!options.keep_going) throw;
  }
}

}  // namespace detail

/// Runs `objective(LiveTrial&)` up to n times, each time with the values of a new trial. An objective that throws has
/// failed, with the words of the exception as its cause. Other processes may work on the same study.
/// \return why it ended.
template <class StudyType, class Objective>
StopReason optimize(StudyType& study, Objective&& objective, std::int64_t n, OptimizeOptions options = {}) {
  const auto begin = std::chrono::steady_clock::now();
  const auto out_of_time = [&] {
    return options.timeout.count() > 0 && std::chrono::steady_clock::now() - begin >= options.timeout;
  };
  StopRule rule(options.stop, study.directions());
  detail::UnreadWarning unread(options.warn);
  bool stopped = false;
  for (std::int64_t run = 0; run < n;) {
    if (out_of_time()) return StopReason::timed_out;
    if (const auto reason = rule.check(study.history())) return *reason;
    std::optional<Trial> trial;
    try {
      trial = study.try_ask();
    } catch (const ExhaustedError&) {
      return StopReason::exhausted;
    }
    if (!trial) {  // another process runs the rest of a batch
      ::usleep(5000);
      continue;
    }
    detail::run_trial(study, *trial, objective, options, unread);
    ++run;
    if (!options.callbacks.empty()) {
      const FrozenTrial end = study.storage().trial(trial->id());
      for (const auto& callback : options.callbacks) callback({end, run, [&] { stopped = true; }});
    }
    if (stopped) return StopReason::stopped;
  }
  return rule.check(study.history()).value_or(StopReason::trials);
}

}  // namespace hpo::search

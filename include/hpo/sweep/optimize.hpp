#pragma once
/// \file  Searches a function whose calls may crash: each runs in a process of its own.
/// Layer `sweep`. No torch.
///
///     storage::SqliteStorage storage("study.db");
///     search::Study study(storage, {.name = "fragile"}, {{{"x", space::FloatDistribution{-5, 5}}}});
///     sweep::optimize(study, [](auto& trial) { return run_solver(trial.real("x")); }, {.total = 50, .parallel = 4});

#include <concepts>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/answer.hpp>
#include <hpo/core/evaluation.hpp>
#include <hpo/search/default_sampler.hpp>
#include <hpo/search/result.hpp>
#include <hpo/search/study.hpp>
#include <hpo/search/trial.hpp>
#include <hpo/search/trial_values.hpp>
#include <hpo/sweep/loop.hpp>
#include <hpo/sweep/messages.hpp>
#include <hpo/sweep/study_info.hpp>
#include <hpo/sweep/sweep_observer.hpp>
#include <hpo/sweep/trial_process.hpp>

namespace hpo::sweep {

/// A trial whose study is in another process: what an objective is given. It has the calls of search::LiveTrial.
class RemoteTrial : public search::TrialValues {
 public:
  RemoteTrial(const search::Trial& trial, TrialLink& link) : TrialValues(trial), link_(link) {}

  void report(std::int64_t step, double value) {
    prune_ |= link_.report({.evaluation = step, .value = value}) != Answer::go_on;
  }
  /// If true, return Result::pruned().
  [[nodiscard]] bool should_prune() const { return prune_; }
  void set_user_attr(std::string_view key, std::string_view json) {
    link_.say(AttributeMessage{std::string(key), std::string(json)});
  }
  /// See Study::set_constraint.
  void set_constraint(std::string_view constraint, double value) {
    link_.say(ConstraintMessage{std::string(constraint), value});
  }

 private:
  TrialLink& link_;
  bool prune_ = false;
};

/// A function that sweep::optimize() can search.
template <class F>
concept IsolatedObjective = requires(F& objective, RemoteTrial& trial) {
  { objective(trial) } -> std::convertible_to<search::Result>;
};

namespace detail {

/// Calls the objective. Whatever it throws is how the trial ended.
template <IsolatedObjective Objective>
[[nodiscard]] EndMessage call(Objective& objective, RemoteTrial& trial) try {
  search::Result result = objective(trial);
  EndMessage end{.end = result.end, .values = std::move(result.values), .cause = std::move(result.cause)};
  if (end.end == TrialEnd::complete) end.unread = trial.unread();
  return end;
} catch (const std::bad_alloc&) {
  return {.cause = "out of memory"};
} catch (const std::exception& error) {
  return {.cause = error.what()};
} catch (...) {
  return {.cause = "something that is not a std::exception was thrown"};
}

}  // namespace detail

/// Calls `objective(RemoteTrial&)` for trial after trial, each in a process of its own that is forked from this one;
/// the objective looks as for search::optimize(), so `[](auto& trial)` serves both. A call that throws, exits, is
/// killed by a signal or runs out of memory fails its trial with its cause, and the search goes on until LoopOptions
/// say that it is over. What the objective changes in its process is gone with it. Ctrl-C once ends the search when the
/// trials that run have ended, twice at once.
///
/// Errors   ConfigError for options that do not fit the study; StorageError; Error if no process can be made.
template <class Study, IsolatedObjective Objective, SweepObserver O = NoObserver>
search::StopReason optimize(Study& study, Objective objective, const LoopOptions& options,
                            O&& observer = NoObserver{}) {
  const auto lost = study.reap_dead();
  observer.sweep_started(study_info(study, options));
  for (const auto number : lost) observer.note(concat("trial ", number, " was lost with its process"));
  Loop loop(study, options, observer, [&](const search::Trial& trial, TrialLink& link) {
    RemoteTrial remote(trial, link);
    static_cast<void>(link.end(detail::call(objective, remote)));
  });
  const auto reason = loop.run();
  observer.finish();
  return reason;
}

}  // namespace hpo::sweep

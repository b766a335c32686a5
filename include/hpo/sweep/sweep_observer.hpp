#pragma once
/// \file  Who is told of a sweep while it runs: the SweepObserver concept, and an observer that does nothing.
/// Layer `sweep`. No torch.

#include <cstdint>
#include <string>

#include <hpo/core/evaluation.hpp>
#include <hpo/report/events.hpp>
#include <hpo/space/assignment.hpp>

namespace hpo::sweep {

/// Takes the events of a sweep: report::ProgressView shows them on standard error, as a table, as lines or as JSON;
/// NoObserver drops them. Derive from NoObserver to take some of them only.
///
/// All calls come from the thread that runs the sweep, never from a trial's process. sweep_started() is the first and
/// finish() the last; between them each trial is started once, evaluated any number of times, finished once unless the
/// sweep is stopped; trials are interleaved.
///
/// Meaning the compiler cannot check (hpo/testing/observer_contract.hpp does):
///   - a call returns soon: trials wait for their answers meanwhile;
///   - a call does not throw, whatever the numbers and the text are (NaN, nothing, line ends, bytes that are no UTF-8):
///     an exception ends the sweep and kills the trials that run;
///   - what is given is gone when the call returns: an observer keeps copies.
template <class O>
concept SweepObserver =
    requires(O& observer, const report::StudyInfo& study, std::int64_t trial, const space::Assignment& params,
             const Evaluation& evaluation, const report::TrialFinished& finished, const std::string& text) {
      observer.sweep_started(study);
      observer.trial_started(trial, params);
      observer.trial_evaluated(trial, evaluation);
      observer.trial_finished(finished);
      observer.note(text);     // worth knowing
      observer.warning(text);  // something is wrong, and the sweep goes on
      observer.tick();         // time has passed: a few times a second
      observer.finish();
    };

/// Takes everything and does nothing.
struct NoObserver {
  void sweep_started(const report::StudyInfo&) {}
  void trial_started(std::int64_t, const space::Assignment&) {}
  void trial_evaluated(std::int64_t, const Evaluation&) {}
  void trial_finished(const report::TrialFinished&) {}
  void note(const std::string&) {}
  void warning(const std::string&) {}
  void tick() {}
  void finish() {}
};

static_assert(SweepObserver<NoObserver>);

}  // namespace hpo::sweep

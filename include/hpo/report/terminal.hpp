#pragma once
/// \file  What a user sees of a sweep while it runs.
/// Layer `report`, tier 0.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include <unistd.h>

#include <hpo/report/console.hpp>
#include <hpo/report/events.hpp>
#include <hpo/report/json_progress.hpp>
#include <hpo/report/live_progress.hpp>
#include <hpo/report/log_format.hpp>
#include <hpo/report/params_text.hpp>
#include <hpo/report/plain_progress.hpp>
#include <hpo/report/tally.hpp>

namespace hpo::report {

struct ProgressOptions {
  LogFormat log = LogFormat::text;
  bool quiet = false;  ///< failures and warnings only
};

/// Takes the events of a sweep and shows them on standard error: as a table in place on a terminal, as plain lines
/// elsewhere, as JSON lines if asked. A sweep::SweepObserver: all calls come from one thread, and never from a trial's
/// process.
class ProgressView {
 public:
  explicit ProgressView(ProgressOptions options = {}, Clock clock = now, Console console = Console(STDERR_FILENO))
      : clock_(std::move(clock)), shown_(choose(options, console)) {}

  void sweep_started(const StudyInfo& info) { post(info); }
  void trial_started(std::int64_t number, const space::Assignment& params) {
    post(TrialStarted{number, params_text(params)});
  }
  void trial_evaluated(std::int64_t number, const Evaluation& evaluation) { post(TrialEvaluated{number, evaluation}); }
  void trial_finished(const TrialFinished& finished) { post(finished); }
  void note(std::string text) { post(Note{std::move(text)}); }
  void warning(std::string text) { post(Note{std::move(text), true}); }

  /// Lets the time move on: the search loop calls it whenever it wakes, a few times a second.
  void tick() { post(Tick{}); }

  /// Draws the last state and leaves it there. Nothing may follow.
  void finish() { post(Finish{}); }

  /// How the sweep stands: what the end summary needs too.
  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] double elapsed() const { return tally_.elapsed(clock_()); }

 private:
  using Shown = std::variant<PlainProgress, JsonProgress, LiveProgress>;

  [[nodiscard]] static Shown choose(ProgressOptions options, Console console) {
    if (options.log == LogFormat::json) return JsonProgress(console, options.quiet);
    if (console.style().in_place && !options.quiet) return LiveProgress(console);
    return PlainProgress(console, options.quiet);
  }

  template <class E>
  void post(const E& event) {
    const Moment at = clock_();
    tally_.take(event, at);
    std::visit([&](auto& shown) { shown.show(event, tally_, at); }, shown_);
  }

  Clock clock_;
  Tally tally_;
  Shown shown_;
};

}  // namespace hpo::report

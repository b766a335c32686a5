#pragma once
/// \file  Progress as plain lines: one for each change, for logs and pipes.
/// Layer `report`, tier 0.

#include <optional>
#include <string>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/report/console.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/report/events.hpp>
#include <hpo/report/tally.hpp>

namespace hpo::report {

/// "0.8412 (trial 7)", or "none yet".
[[nodiscard]] inline std::string best_text(const Tally& tally) {
  if (!tally.best()) return "none yet";
  return concat(metric_text(tally.best()->value), " (trial ", tally.best()->number, ")");
}

/// "done 7, pruned 4, running 2, failed 1", and "earlier 20" if the study goes on.
[[nodiscard]] inline std::string counts_text(const Tally& tally) {
  return concat("done ", tally.done(), ", pruned ", tally.pruned(), ", running ", tally.running().size(), ", failed ",
                tally.failed(), tally.info().trials_before > 0 ? concat(", earlier ", tally.info().trials_before) : "");
}

/// "00:01:07 elapsed, about 00:02:12 left".
[[nodiscard]] inline std::string time_left_text(const Tally& tally, Moment at) {
  const auto left = tally.remaining(at);
  return clock_text(tally.elapsed(at)) + " elapsed" + (left ? ", about " + clock_text(*left) + " left" : "");
}

/// "trial 12 failed after 3.4 s: loss is NaN", "trial 12 complete: macro_f1 0.7812 in 3.4 s".
[[nodiscard]] inline std::string finished_text(const Tally& tally, const TrialFinished& event) {
  std::string text = concat("trial ", event.number, " ", enum_name(event.end));
  if (event.value)
    text += concat(": ", clean(tally.info().metric), " ", metric_text(*event.value), " in ");
  else
    text += " after ";
  text += duration_text(event.seconds);
  if (!event.cause.empty()) text += concat(event.value ? " (" : ": ", clean(event.cause), event.value ? ")" : "");
  return text;
}

/// "study demo: 40 trials, 2 at once, tpe, asha, seed 7, sqlite:///study.db".
[[nodiscard]] inline std::string study_text(const StudyInfo& info) {
  std::string text = concat("study ", clean(info.study), ": ");
  if (info.trials > 0)
    text += concat(info.trials, info.trials == 1 ? " trial" : " trials");
  else
    text += "trials until the time is over";
  if (info.trials_before > 0) text += concat(" after ", info.trials_before, " earlier ones");
  text += concat(", ", info.parallel, " at once");
  if (info.timeout_s) text += ", at most " + duration_text(*info.timeout_s);
  if (!info.sampler.empty()) text += ", " + clean(info.sampler);
  if (!info.pruner.empty()) text += ", " + clean(info.pruner);
  if (info.seed) text += concat(", seed ", *info.seed);
  return text + ", " + clean(info.storage);
}

/// Writes a line for each start and end of a trial, and how the sweep stands when nothing was written for a minute.
/// Quiet: failures and warnings only.
class PlainProgress {
 public:
  PlainProgress(Console console, bool quiet) : console_(console), quiet_(quiet) {}

  void show(const StudyInfo& info, const Tally& tally, Moment at) { line(tally, at, study_text(info)); }
  void show(const TrialStarted& event, const Tally& tally, Moment at) {
    line(tally, at, concat("trial ", event.number, " started: ", clean(event.params)));
  }
  void show(const TrialFinished& event, const Tally& tally, Moment at) {
    const bool failed = event.end == TrialEnd::failed;
    std::string text = finished_text(tally, event);
    if (!quiet_) {
      text += tally.improved() ? "; the best so far" : "; best " + best_text(tally);
      text += "; " + counts_text(tally);
      if (const auto left = tally.remaining(at)) text += "; about " + clock_text(*left) + " left";
    }
    line(tally, at, text, failed);
  }
  void show(const Note& note, const Tally& tally, Moment at) {
    line(tally, at, (note.warning ? "warning: " : "") + clean(note.text), note.warning);
  }
  void show(const Tick&, const Tally& tally, Moment at) {
    if (last_ && at.steady - *last_ >= std::chrono::seconds(60))
      line(tally, at, counts_text(tally) + "; best " + best_text(tally) + "; " + time_left_text(tally, at));
  }
  void show(const TrialEvaluated&, const Tally& tally, Moment at) { show(Tick{}, tally, at); }
  void show(const Finish&, const Tally& tally, Moment at) {
    line(tally, at, "finished: " + counts_text(tally) + "; best " + best_text(tally));
  }

 private:
  void line(const Tally& tally, Moment at, const std::string& text, bool always = false) {
    if (quiet_ && !always) return;
    last_ = at.steady;
    console_.write("[" + clock_text(tally.elapsed(at)) + "] " + text + "\n");
  }

  Console console_;
  bool quiet_;
  std::optional<std::chrono::steady_clock::time_point> last_;
};

}  // namespace hpo::report

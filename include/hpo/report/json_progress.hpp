#pragma once
/// \file  Progress as JSON: one object a line, for programs.
/// Layer `report`, tier 0.

#include <optional>
#include <string>
#include <utility>

#include <hpo/core/describe.hpp>
#include <hpo/core/json.hpp>
#include <hpo/report/console.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/report/events.hpp>
#include <hpo/report/tally.hpp>

namespace hpo::report {

/// Every event but Tick is an object: "time" (UTC), "elapsed_s", "event", and what the event holds. A number that JSON
/// has no word for (NaN, infinity) is null. Quiet: failures and warnings only.
class JsonProgress {
 public:
  JsonProgress(Console console, bool quiet) : console_(console), quiet_(quiet) {}

  void show(const StudyInfo& info, const Tally& tally, Moment at) {
    line("sweep_started", tally, at,
         {{"program", info.program},
          {"study", info.study},
          {"storage", info.storage},
          {"metric", info.metric},
          {"direction", enum_name(info.direction)},
          {"trials", info.trials},
          {"parallel", info.parallel},
          {"timeout_s", value(info.timeout_s)},
          {"seed", info.seed ? Json(*info.seed) : Json()},
          {"sampler", info.sampler},
          {"pruner", info.pruner},
          {"trials_before", info.trials_before}});
  }
  void show(const TrialStarted& event, const Tally& tally, Moment at) {
    line("trial_started", tally, at, {{"trial", event.number}, {"params", event.params}});
  }
  void show(const TrialEvaluated& event, const Tally& tally, Moment at) {
    const Evaluation& e = event.evaluation;
    line("trial_evaluated", tally, at,
         {{"trial", event.number}, {"evaluation", e.evaluation}, {"of", e.evaluations}, {"metric", e.value}});
  }
  void show(const TrialFinished& event, const Tally& tally, Moment at) {
    Json fields{{"trial", event.number},
                {"state", enum_name(event.end)},
                {"value", value(event.value)},
                {"seconds", event.seconds},
                {"cause", event.cause}};
    fields.update(standing(tally, at));
    line("trial_finished", tally, at, std::move(fields), event.end == TrialEnd::failed);
  }
  void show(const Note& note, const Tally& tally, Moment at) {
    line(note.warning ? "warning" : "note", tally, at, {{"text", note.text}}, note.warning);
  }
  void show(const Tick&, const Tally&, Moment) {}
  void show(const Finish&, const Tally& tally, Moment at) { line("sweep_finished", tally, at, standing(tally, at)); }

 private:
  [[nodiscard]] static Json value(const std::optional<double>& number) { return number ? Json(*number) : Json(); }

  [[nodiscard]] static Json standing(const Tally& tally, Moment at) {
    const auto& best = tally.best();
    return {{"done", tally.done()},
            {"pruned", tally.pruned()},
            {"running", tally.running().size()},
            {"failed", tally.failed()},
            {"best_trial", best ? Json(best->number) : Json()},
            {"best_value", best ? Json(best->value) : Json()},
            {"remaining_s", value(tally.remaining(at))}};
  }

  void line(const char* event, const Tally& tally, Moment at, Json fields, bool always = false) {
    if (quiet_ && !always) return;
    Json object{{"time", time_text(at.wall)}, {"elapsed_s", tally.elapsed(at)}, {"event", event}};
    object.update(fields);
    console_.write(object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  }

  Console console_;
  bool quiet_;
};

}  // namespace hpo::report

#pragma once
/// \file  What the verbs `studies` and `best` print.
/// Layer `report`, tier 0.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/join.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/report/importance_text.hpp>
#include <hpo/report/params_text.hpp>
#include <hpo/report/ranking.hpp>
#include <hpo/report/text_table.hpp>
#include <hpo/report/trials_table.hpp>
#include <hpo/storage/history.hpp>
#include <hpo/storage/storage.hpp>

namespace hpo::report {

namespace detail {

[[nodiscard]] inline std::string directions_text(const storage::StudyRecord& study) {
  std::vector<std::string_view> names;
  for (const auto direction : study.directions) names.push_back(enum_name(direction));
  return join(names);
}

/// A study of several objectives has no single best.
[[nodiscard]] inline std::vector<const storage::FrozenTrial*> best_of(const storage::StudyRecord& study,
                                                                      const storage::History& history,
                                                                      std::size_t most) {
  if (study.directions.size() != 1) return {};
  return ranked(history.trials(), study.directions.front(), most);
}

}  // namespace detail

/// One row a study: what it has, and its best.
template <storage::Storage S>
[[nodiscard]] std::string studies_listing(S& storage) {
  using enum storage::TrialState;
  std::vector<std::vector<std::string>> rows{
      {"study", "direction", "trials", "done", "pruned", "failed", "running", "waiting", "best", "trial"}};
  for (const storage::StudyRecord& study : storage.studies()) {
    storage::History history;
    storage.refresh(study.id, history);
    std::map<storage::TrialState, std::int64_t> count;
    for (const auto& trial : history.trials()) ++count[trial.state];
    const auto best = detail::best_of(study, history, 1);
    rows.push_back({clean(study.name), detail::directions_text(study), concat(history.trials().size()),
                    concat(count[complete]), concat(count[pruned]), concat(count[failed]), concat(count[running]),
                    concat(count[waiting]), best.empty() ? "-" : metric_text(best.front()->values.front()),
                    best.empty() ? "-" : concat(best.front()->number)});
  }
  if (rows.size() == 1) return concat(storage.url(), ": no studies\n");
  return text_table(rows);
}

/// The best trials of a study, what mattered, and the parameters of the first as TOML.
/// Errors   UsageError that names the nearest study and lists the others.
template <storage::Storage S>
[[nodiscard]] std::string best_listing(S& storage, std::string_view name, std::size_t top) {
  const auto id = storage.find_study(name);
  if (!id) {
    std::vector<std::string> known;
    for (const auto& study : storage.studies()) known.push_back(clean(study.name));
    fail<UsageError>(storage.url(), ": no study is called '", name, "'", known_names(name, known));
  }
  const storage::StudyRecord study = storage.study(*id);
  require<UsageError>(study.directions.size() == 1, storage.url(), ": ", name, ": expected one objective, got ",
                      study.directions.size(), ": there is no single best");
  storage::History history;
  storage.refresh(*id, history);
  const auto best = detail::best_of(study, history, top);
  if (best.empty()) return concat("study ", clean(name), ": no trial is complete yet\n");
  std::vector<std::vector<std::string>> rows{{"trial", "value", "time", "parameters"}};
  for (const auto* trial : best) {
    const auto seconds = seconds_of(*trial);
    rows.push_back({concat(trial->number), metric_text(trial->values.front()), seconds ? duration_text(*seconds) : "-",
                    clean(params_text(trial->params))});
  }
  const std::string mattered = importance_text(history.trials(), study.directions);
  return concat("study ", clean(name), ", ", detail::directions_text(study), "\n\n", text_table(rows),
                mattered.empty() ? "" : concat("\nWhat mattered: ", mattered, "\n"), "\nTrial ", best.front()->number,
                " as configuration:\n\n", params_toml(best.front()->params));
}

}  // namespace hpo::report

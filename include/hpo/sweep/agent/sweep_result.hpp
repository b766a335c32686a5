#pragma once
/// \file  What a sweep has found, and the files that it leaves.
/// Layer `sweep`, tier 3.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <hpo/core/file.hpp>
#include <hpo/report/ranking.hpp>
#include <hpo/report/trials_table.hpp>
#include <hpo/search/stop_rule.hpp>
#include <hpo/storage/trial.hpp>
#include <hpo/sweep/agent/agent_study.hpp>
#include <hpo/sweep/best_models.hpp>
#include <hpo/sweep/find_trial.hpp>

namespace hpo::sweep {

/// A trial and the value that it reached.
struct ScoredTrial : ChosenTrial {
  double value = 0;  ///< of the study's metric
};

/// A sweep that is over, as the database and the files have it. Trials that were taken over from another study are not
/// among its own.
struct SweepResult {
  search::StopReason reason = search::StopReason::trials;  ///< why it ended
  std::string study{};
  std::string storage{};  ///< URL of its database
  std::string metric{};
  storage::Direction direction = storage::Direction::maximize;
  double seconds = 0;                                 ///< wall time of this run
  std::optional<ScoredTrial> best{};                  ///< nothing if no trial is complete
  std::int64_t complete = 0, pruned = 0, failed = 0;  ///< trials of the study
  std::vector<storage::FrozenTrial> trials{};         ///< all of the study
  std::filesystem::path model{};                      ///< of the best trial; empty if it is not there
  std::filesystem::path config{};                     ///< config.toml, which repeats the sweep
  std::filesystem::path table{}, lines{};             ///< all trials: trials.csv, trials.jsonl
};

/// `<dir>/model` leads to the best trial's model. \return its path, or empty if that model is not there.
[[nodiscard]] inline std::filesystem::path link_best(const std::filesystem::path& dir, std::int64_t best) {
  namespace fs = std::filesystem;
  const fs::path model = BestModels(dir / "trials", 1).model(best);
  if (!fs::exists(model / "config.json")) return {};
  const fs::path link = dir / "model", fresh = dir / "model.new";
  std::error_code error;
  fs::remove(fresh, error);
  fs::create_directory_symlink(fs::relative(model, dir), fresh, error);
  if (!error) fs::rename(fresh, link, error);
  return error ? model : link;
}

/// Writes the tables of a study's trials into `dir`, leads `<dir>/model` to the best, and says what there is.
/// Errors   Error if a file cannot be written.
[[nodiscard]] inline SweepResult write_results(AgentStudy& study, const std::filesystem::path& dir) {
  SweepResult result{.study = study.name(),
                     .storage = study.storage().url(),
                     .direction = study.direction(),
                     .trials = own_trials(study),
                     .config = dir / "config.toml",
                     .table = dir / "trials.csv",
                     .lines = dir / "trials.jsonl"};
  const auto all = study.trials();
  AtomicFile::write(result.table, report::trials_csv(all));
  AtomicFile::write(result.lines, report::trials_jsonl(all));
  const auto count = [&](storage::TrialState state) {
    return std::ranges::count(result.trials, state, &storage::FrozenTrial::state);
  };
  result.complete = count(storage::TrialState::complete);
  result.pruned = count(storage::TrialState::pruned);
  result.failed = count(storage::TrialState::failed);
  for (const auto* best : report::ranked(result.trials, result.direction, 1)) {
    result.model = link_best(dir, best->number);
    result.best.emplace();
    result.best->number = best->number;
    result.best->value = best->values.front();
    for (const auto& param : best->params) result.best->values.set(param.name, param.value());
  }
  return result;
}

}  // namespace hpo::sweep

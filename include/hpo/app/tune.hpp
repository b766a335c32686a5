#pragma once
/// \file  The verb `tune`: a sweep, shown while it runs and summed up at its end.
/// Layer `app`, tier 3.

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <hpo/agent/agent.hpp>
#include <hpo/app/command.hpp>
#include <hpo/app/configuration.hpp>
#include <hpo/app/exit_code.hpp>
#include <hpo/report/summary.hpp>
#include <hpo/report/terminal.hpp>
#include <hpo/sweep/agent/run.hpp>

namespace hpo::app {

/// The words of the command that trains a trial of a study again.
[[nodiscard]] inline std::vector<std::string> retrain_command(const std::string& program,
                                                              const std::filesystem::path& dir,
                                                              const std::string& study, std::int64_t trial) {
  return {program,        "train", "--config", (dir / "config.toml").string(),
          "--from-study", study,   "--trial",  std::to_string(trial)};
}

/// Runs or continues the sweep of a configuration; results in its output folder, the summary on standard output.
template <agent::Agent A>
[[nodiscard]] ExitCode tune(const TuneCommand& command, const std::string& program) {
  const auto config = configuration_of<A>(command);
  report::ProgressView view({.log = command.log, .quiet = command.quiet});
  const auto retrain = [&](std::int64_t trial) {
    return retrain_command(program, config.output.dir, config.study.name, trial);
  };
  const auto result = sweep::run<A>(config, view, {.more = command.n_trials, .retrain = retrain});
  const report::SweepSummary summary{
      .reason = result.reason,
      .study = result.study,
      .metric = result.metric,
      .direction = result.direction,
      .seconds = result.seconds,
      .trials_asked = command.n_trials ? 0 : config.study.trials,
      .model = result.model,
      .table = result.table,
      .database = result.storage,
      .config = result.config,
      .retrain = result.best ? retrain(result.best->number) : std::vector<std::string>{}};
  std::cout << report::summary_text(summary, result.trials);
  return exit_code(result.reason);
}

}  // namespace hpo::app

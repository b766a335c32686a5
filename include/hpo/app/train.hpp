#pragma once
/// \file  The verb `train`: one configuration, no search.
/// Layer `app`, tier 3.

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>

#include <hpo/agent/agent.hpp>
#include <hpo/app/command.hpp>
#include <hpo/app/configuration.hpp>
#include <hpo/app/exit_code.hpp>
#include <hpo/core/error.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/report/params_text.hpp>
#include <hpo/space/middle.hpp>
#include <hpo/sweep/agent/train.hpp>
#include <hpo/sweep/find_trial.hpp>
#include <hpo/sweep/open_storage.hpp>
#include <hpo/sweep/sweep_observer.hpp>

namespace hpo::app {

/// Writes notes and evaluations to standard error, a line each.
class TrainingLines : public sweep::NoObserver {
 public:
  void sweep_started(const report::StudyInfo& info) { metric_ = info.metric; }
  void note(const std::string& text) { std::cerr << text << '\n'; }
  void trial_evaluated(std::int64_t, const Evaluation& e) {
    std::cerr << concat("evaluation ", e.evaluation, " of ", e.evaluations, ": ", metric_, " ",
                        report::metric_text(e.value), ", training loss ", report::metric_text(e.train_loss), "\n");
  }

 private:
  std::string metric_;
};

/// Trains the trial of a study again, with its number and so its randomness, or the configuration's own values.
template <agent::Agent A>
[[nodiscard]] ExitCode train(const TrainCommand& command, const std::string& program) {
  auto config = configuration_of<A>(command.config, command.set);
  sweep::ChosenTrial chosen;
  if (command.from_study) {
    auto storage = sweep::open_existing(command.storage.value_or(config.study.storage));
    chosen = sweep::find_trial(storage, *command.from_study, command.trial, "--trial");
  } else {
    chosen.values = space::middle_of(config.space);
    std::cerr << "train: what is not fixed is in the middle of its range: " << report::params_text(chosen.values)
              << '\n';
  }
  const auto below = command.from_study ? concat("retrained-", chosen.number) : std::string("trained");
  const std::filesystem::path dir = command.outdir ? std::filesystem::absolute(*command.outdir).lexically_normal()
                                                   : std::filesystem::path(config.output.dir) / below;
  config.output.dir = dir.string();
  const auto result = sweep::train<A>(std::move(config), chosen, TrainingLines{},
                                      {program, "train", "--config", (dir / "config.toml").string()});
  require<Error>(result.end == TrialEnd::complete, "train: ", result.cause);
  for (const auto& [name, value] : result.metrics) std::cout << concat(name, " ", value, "\n");
  std::cout << "model " << result.model.string() << '\n';
  return ExitCode::done;
}

}  // namespace hpo::app

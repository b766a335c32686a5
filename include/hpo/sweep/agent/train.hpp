#pragma once
/// \file  One configuration trained without a search, as a library call.
/// Layer `sweep`, tier 3.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/config.hpp>
#include <hpo/core/file.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/agent/train_trial.hpp>
#include <hpo/sweep/find_trial.hpp>
#include <hpo/sweep/sweep_observer.hpp>

namespace hpo::sweep {

/// A configuration that has been trained, or why it has not.
struct TrainResult {
  TrialEnd end = TrialEnd::failed;
  std::string cause{};                      ///< one line, if it failed
  std::int64_t best_evaluation = 0;         ///< which of them the model is of
  std::map<std::string, double> metrics{};  ///< every metric of the validation rows, at that evaluation
  std::filesystem::path model{};            ///< the model's folder, `model` in the output folder; empty if it failed
  std::filesystem::path config{};           ///< config.toml beside it
};

/// Trains the values of a trial in this process and writes the model and config.toml into the output folder. The
/// trial's number is the address of its randomness: a trial of a study, as find_trial() gives it, gives its score
/// again. Without a study: `{.values = space::middle_of(config.space)}`. The observer is told as by a sweep of one
/// trial. `retrain` is for the model card: the words of the command that does this again; empty: none is named.
///
/// Errors   ConfigError, DataError, TokenizerError, CheckpointError: what cannot be prepared. What goes wrong in training
///          is in the result.
template <agent::Agent A, SweepObserver O = NoObserver>
[[nodiscard]] TrainResult train(agent::Config<A> configuration, const ChosenTrial& trial, O&& observer = NoObserver{},
                                const std::vector<std::string>& retrain = {}) {
  const auto config = completed<A>(std::move(configuration));
  const auto prepared = prepare<A>(config);
  const std::filesystem::path dir = config.output.dir;
  observer.sweep_started({.program = std::string(A::name),
                          .study = config.study.name,
                          .metric = config.study.metric,
                          .direction = prepared.direction,
                          .trials = 1,
                          .seed = static_cast<std::uint64_t>(config.study.seed)});
  for (const auto& note : prepared.notes) observer.note(note);
  observer.trial_started(trial.number, trial.values);
  const auto began = std::chrono::steady_clock::now();
  double last = 0;
  bool evaluated = false;
  const TrialRun run{.number = trial.number,
                     .values = trial.values,
                     .on_evaluation =
                         [&](const Evaluation& evaluation) {
                           observer.trial_evaluated(trial.number, evaluation);
                           last = evaluation.value;
                           evaluated = true;
                           return Answer::go_on;
                         },
                     .on_end = [](const EndMessage&) { return true; },
                     .model = dir / "model",
                     .retrain = retrain};
  const EndMessage end = train_trial(prepared, run);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began;
  observer.trial_finished({.number = trial.number,
                           .end = end.end,
                           .value = !end.values.empty() ? std::optional(end.values.front())
                                    : evaluated         ? std::optional(last)
                                                        : std::nullopt,
                           .seconds = elapsed.count(),
                           .cause = end.cause});
  observer.finish();
  TrainResult result{
      .end = end.end, .cause = end.cause, .best_evaluation = end.best_evaluation, .metrics = end.metrics};
  if (result.end != TrialEnd::complete) return result;
  result.model = run.model;
  result.config = dir / "config.toml";
  AtomicFile::write(result.config, agent::to_toml(config));
  return result;
}

}  // namespace hpo::sweep

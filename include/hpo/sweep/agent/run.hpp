#pragma once
/// \file  A sweep as a library call: an agent's configuration in, a result out, an observer told meanwhile.
/// Layer `sweep`, tier 3.
///
///     agent::Config<Criteria> config;                   // or agent::read_config<Criteria>(document)
///     config.data.source.train = "notes.csv";
///     config.encoder.model = "models/bert";
///     const auto result = sweep::run<Criteria>(config);  // or with a report::ProgressView, to see it
///     if (result.best) use(result.model, result.best->value);

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/config.hpp>
#include <hpo/core/file.hpp>
#include <hpo/sweep/agent/agent_study.hpp>
#include <hpo/sweep/agent/blas.hpp>
#include <hpo/sweep/agent/dry_run.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/agent/sweep_result.hpp>
#include <hpo/sweep/agent/train_trial.hpp>
#include <hpo/sweep/loop.hpp>
#include <hpo/sweep/open_storage.hpp>
#include <hpo/sweep/study_info.hpp>
#include <hpo/sweep/sweep_observer.hpp>

namespace hpo::sweep {

/// What a sweep may be told that is not in its configuration.
struct SweepOptions {
  std::optional<std::int64_t> more = {};  ///< trials to run now, whatever the study holds; else study.trials in all

  /// The words of the command that trains a trial again, for its model card; without it a card names none.
  std::function<std::vector<std::string>(std::int64_t trial)> retrain = {};
};

/// Trials at once: as many as asked, or one per core; on a GPU one, which has it and its memory to itself.
[[nodiscard]] inline std::int64_t parallel_of(const agent::StudySection& study, bool on_gpu) {
  if (study.parallel > 0) return study.parallel;
  return on_gpu ? 1 : std::max<std::int64_t>(1, std::thread::hardware_concurrency());
}

namespace detail {

template <agent::Agent A>
[[nodiscard]] LoopOptions loop_options(const agent::Config<A>& config, const SweepOptions& options, bool on_gpu) {
  return {
      .total = config.study.trials,
      .more = options.more,
      .parallel = parallel_of(config.study, on_gpu),
      .timeout_s = config.study.timeout_s,
      .stop = {.target = config.study.target, .patience = config.study.patience, .min_delta = config.study.min_delta},
      .failure_limit = config.study.failure_limit,
      .trials_folder = std::filesystem::path(config.output.dir) / "trials",
      .keep = static_cast<std::size_t>(config.output.keep)};
}

template <agent::Agent A>
[[nodiscard]] report::StudyInfo agent_study_info(const agent::Config<A>& config, AgentStudy& study,
                                                 const LoopOptions& options) {
  auto info = study_info(study, options);
  info.program = A::name;
  info.metric = config.study.metric;
  info.seed = static_cast<std::uint64_t>(config.study.seed);
  info.sampler = config.sampler.name;
  info.pruner = config.pruner.name;
  return info;
}

/// What a trial's process does.
template <agent::Agent A>
void train_and_tell(const Prepared<A>& prepared, const BestModels& models, const SweepOptions& options,
                    const search::Trial& trial, TrialLink& link) {
  const TrialRun run{.number = trial.number(),
                     .values = trial.params(),
                     .on_evaluation = [&](const Evaluation& evaluation) { return link.report(evaluation); },
                     .on_end = [&](const EndMessage& end) { return link.end(end); },
                     .model = models.model(trial.number()),
                     .retrain = options.retrain ? options.retrain(trial.number()) : std::vector<std::string>{}};
  const auto end = train_trial(prepared, run);
  if (std::filesystem::exists(run.model / "config.json")) link.say(ExportMessage{run.model.string()});
  if (!end.cause.empty()) std::fprintf(stderr, "%s\n", end.cause.c_str());  // the trial's log
}

}  // namespace detail

/// Runs or continues the sweep of a configuration. What it leaves in the output folder: config.toml, trials.csv,
/// trials.jsonl, logs and the best models of its trials, and `model`, which leads to the best. Trials are processes
/// that are forked from this one, which should have one thread and must not have used a GPU. While it runs, SIGINT and
/// SIGTERM ask it to stop, the second time at once.
///
/// Errors   ConfigError, DataError, TokenizerError, CheckpointError: what cannot work, before a trial is spent;
///          UsageError for a study to learn from that is not there; StorageError.
template <agent::Agent A, SweepObserver O = NoObserver>
[[nodiscard]] SweepResult run(agent::Config<A> configuration, O&& observer = NoObserver{},
                              const SweepOptions& options = {}) {
  const auto config = completed<A>(std::move(configuration));
  const auto prepared = prepare<A>(config);
  const std::filesystem::path dir = config.output.dir;
  const auto dry = dry_run(prepared, dir);

  auto storage = open_storage(config.study.storage, config.study.optuna_compat);
  auto study = open_study(storage, prepared);
  AtomicFile::write(dir / "config.toml", agent::to_toml(config));
  const auto lost = study.reap_dead();
  const auto learned = learn_from(study, config.study.warm_start);
  for (const auto& values : config.enqueue) study.enqueue_once(values);

  const auto began = std::chrono::steady_clock::now();
  const LoopOptions loop_options = detail::loop_options<A>(config, options, dry.on_gpu);
  observer.sweep_started(detail::agent_study_info<A>(config, study, loop_options));
  for (const auto& note : prepared.notes) observer.note(note);
  if (dry.on_gpu) observer.note("trials train on the GPU");
  if (learned) observer.note(*learned);
  for (const auto number : lost) observer.note(concat("trial ", number, " was lost with its process"));
  const auto slow = blas_warning(loaded_blas(), static_cast<int>(config.train.threads));
  if (!slow.empty() && !dry.on_gpu) observer.warning(slow);

  const BestModels models(loop_options.trials_folder, loop_options.keep);
  Loop loop(study, loop_options, observer, [&](const search::Trial& trial, TrialLink& link) {
    detail::train_and_tell<A>(prepared, models, options, trial, link);
  });
  const auto reason = loop.run();
  observer.finish();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began;
  SweepResult result = write_results(study, dir);
  result.reason = reason;
  result.metric = config.study.metric;
  result.seconds = elapsed.count();
  return result;
}

}  // namespace hpo::sweep

#pragma once
/// \file  The verb `tune`: a sweep from its configuration to its summary.
/// Layer `app`, tier 3.

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <hpo/app/blas.hpp>
#include <hpo/app/command.hpp>
#include <hpo/app/configuration.hpp>
#include <hpo/app/exit_code.hpp>
#include <hpo/core/file.hpp>
#include <hpo/report/ranking.hpp>
#include <hpo/report/summary.hpp>
#include <hpo/report/terminal.hpp>
#include <hpo/report/trials_table.hpp>
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/study.hpp>
#include <hpo/sweep/agent/dry_run.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/agent/train_trial.hpp>
#include <hpo/sweep/loop.hpp>

namespace hpo::app {

/// The words of the command that trains a trial of a study again.
[[nodiscard]] inline std::vector<std::string> retrain_command(const std::string& program,
                                                              const std::filesystem::path& dir,
                                                              const std::string& study, std::int64_t trial) {
  return {program,        "train", "--config", (dir / "config.toml").string(),
          "--from-study", study,   "--trial",  std::to_string(trial)};
}

namespace detail {

using Study = search::Study<storage::AnyStorage, search::AnySampler, search::AnyPruner>;

/// The study as the configuration wants it, in a storage.
template <agent::Agent A>
[[nodiscard]] Study open_study(storage::AnyStorage& storage, const sweep::Prepared<A>& prepared) {
  const auto& config = prepared.config;
  return Study(storage,
               {.name = config.study.name,
                .direction = prepared.direction,
                .seed = static_cast<std::uint64_t>(config.study.seed),
                .metric_names = {config.study.metric},
                .duplicates = config.study.duplicates,
                .batch = config.study.batch},
               config.space, search::make_sampler(config.sampler, search::hyperband_options(config.pruner)),
               search::make_pruner(config.pruner));
}

/// Lets the study learn from another one. \return a note about it, or nothing if there is none to learn from.
/// Errors   ConfigError if the setting is no DATABASE#NAME, UsageError if there is no such study.
inline std::optional<std::string> warm_start(Study& study, const std::string& source) {
  if (source.empty()) return std::nullopt;
  const auto hash = source.rfind('#');
  require<ConfigError>(hash != std::string::npos && hash > 0 && hash + 1 < source.size(),
                       "study.warm_start: expected DATABASE#NAME, got '", source, "'");
  auto storage = open_existing(source.substr(0, hash));
  const std::string name = source.substr(hash + 1);
  const auto id = storage.find_study(name);
  require<UsageError>(id.has_value(), "study.warm_start: ", storage.url(), ": expected a study named '", name,
                      "', got none");
  require<ConfigError>(storage.study(*id).directions == study.directions(), "study.warm_start: ", source,
                       ": expected a study that ", enum_name(study.direction()), "s one metric, got another");
  storage::History history;
  storage.refresh(*id, history);
  const auto added = study.warm_start(history.trials(), storage.url() + "#" + name);
  return concat(added, " of ", history.trials().size(), " trials of ", source, " taken over");
}

/// The trials that this study ran itself: those of another study have no models here.
[[nodiscard]] inline std::vector<storage::FrozenTrial> own_trials(Study& study) {
  std::vector<storage::FrozenTrial> own;
  for (const auto& trial : study.trials())
    if (!trial.user_attrs.contains(std::string(storage::keys::source))) own.push_back(trial);
  return own;
}

/// What the progress view says first.
template <agent::Agent A>
[[nodiscard]] report::StudyInfo study_info(const sweep::Prepared<A>& prepared, Study& study,
                                           const sweep::LoopOptions& options) {
  const auto& config = prepared.config;
  std::int64_t finished = 0;
  for (const auto& trial : study.trials()) finished += storage::is_finished(trial.state);
  const auto best = study.best();
  return {.program = std::string(A::name),
          .study = study.name(),
          .storage = study.storage().url(),
          .metric = config.study.metric,
          .direction = prepared.direction,
          .trials = options.more.value_or(std::max<std::int64_t>(0, options.total - finished)),
          .parallel = options.parallel,
          .timeout_s = options.timeout_s > 0 ? std::optional(options.timeout_s) : std::nullopt,
          .seed = static_cast<std::uint64_t>(config.study.seed),
          .sampler = config.sampler.name,
          .pruner = config.pruner.name,
          .trials_before = finished,
          .best_before = best ? std::optional(report::BestTrial{best->number, best->values.at(0)}) : std::nullopt};
}

/// `<dir>/model` leads to the best trial's model. \return its path, or empty if that model is not there.
[[nodiscard]] inline std::filesystem::path link_best(const std::filesystem::path& dir, const sweep::BestModels& models,
                                                     std::int64_t best) {
  namespace fs = std::filesystem;
  if (!fs::exists(models.model(best) / "config.json")) return {};
  const fs::path link = dir / "model", fresh = dir / "model.new";
  std::error_code error;
  fs::remove(fresh, error);
  fs::create_directory_symlink(fs::relative(models.model(best), dir), fresh, error);
  if (!error) fs::rename(fresh, link, error);
  return error ? models.model(best) : link;
}

template <agent::Agent A>
void write_results(const sweep::Prepared<A>& prepared, Study& study, report::Verdict end, double seconds,
                   std::int64_t asked, const std::string& program) {
  const std::filesystem::path dir = prepared.config.output.dir;
  const auto trials = study.trials();  // valid until the study is asked again
  AtomicFile::write(dir / "trials.csv", report::trials_csv(trials));
  AtomicFile::write(dir / "trials.jsonl", report::trials_jsonl(trials));
  report::SweepSummary summary{.verdict = end,
                               .study = study.name(),
                               .metric = prepared.config.study.metric,
                               .direction = prepared.direction,
                               .seconds = seconds,
                               .trials_asked = asked,
                               .table = (dir / "trials.csv").string(),
                               .database = study.storage().url(),
                               .config = (dir / "config.toml").string()};
  const auto own = own_trials(study);
  for (const auto* best : report::ranked(own, summary.direction, 1)) {
    summary.model = link_best(dir, sweep::BestModels(dir / "trials", 1), best->number).string();
    summary.retrain = retrain_command(program, dir, study.name(), best->number);
  }
  std::cout << report::summary_text(summary, own);
}

}  // namespace detail

/// Runs or continues the sweep of a configuration; results and summary in its output folder and on standard output.
template <agent::Agent A>
[[nodiscard]] ExitCode tune(const TuneCommand& command, const std::string& program) {
  const auto config = configuration_of<A>(command);
  const std::filesystem::path dir = config.output.dir;
  report::ProgressView view({.log = command.log, .quiet = command.quiet});
  const auto prepared = sweep::prepare<A>(config);
  const auto dry_start = sweep::preflight(prepared, dir);

  auto storage = open_storage(config.study.storage, config.study.optuna_compat);
  auto study = detail::open_study(storage, prepared);
  AtomicFile::write(dir / "config.toml", agent::to_toml(config));
  const auto lost = study.reap_dead();
  const auto taken_over = detail::warm_start(study, config.study.warm_start);
  for (const auto& values : config.enqueue) study.enqueue_once(values);
  const sweep::LoopOptions options{
      .total = config.study.trials,
      .more = command.n_trials,
      .parallel = parallel_of(config.study, dry_start.on_gpu),
      .timeout_s = config.study.timeout_s,
      .stop = {.target = config.study.target, .patience = config.study.patience, .min_delta = config.study.min_delta},
      .failure_limit = config.study.failure_limit,
      .trials_folder = dir / "trials",
      .keep = static_cast<std::size_t>(config.output.keep)};
  view.sweep_started(detail::study_info(prepared, study, options));
  for (const auto& note : prepared.notes) view.note(note);
  if (dry_start.on_gpu) view.note("trials train on the GPU");
  if (taken_over) view.note(*taken_over);
  for (const auto number : lost) view.note(concat("trial ", number, " was lost with its process"));
  const auto slow = blas_warning(loaded_blas(), static_cast<int>(config.train.threads));
  if (!slow.empty() && !dry_start.on_gpu) view.warning(slow);

  const sweep::BestModels models(options.trials_folder, options.keep);
  sweep::Loop loop(study, options, view, [&](const search::Trial& trial, sweep::TrialLink& link) {
    const sweep::TrialRun run{.number = trial.number(),
                              .values = trial.params(),
                              .report = [&](const sweep::EpochMessage& message) { return link.report(message); },
                              .keep = [&](const sweep::EndMessage& message) { return link.end(message); },
                              .model = models.model(trial.number()),
                              .command = retrain_command(program, dir, config.study.name, trial.number())};
    const auto end = sweep::train_trial(prepared, run);
    if (std::filesystem::exists(run.model / "config.json")) link.exported({run.model.string()});
    if (!end.cause.empty()) std::cerr << end.cause << '\n';
  });
  const report::Verdict end = loop.run();
  view.finish();
  detail::write_results(prepared, study, end, view.elapsed(), command.n_trials ? 0 : config.study.trials, program);
  if (end == report::Verdict::stopped) return ExitCode::stopped;
  return end == report::Verdict::too_many_failed ? ExitCode::too_many_failed : ExitCode::done;
}

}  // namespace hpo::app

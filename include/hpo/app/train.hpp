#pragma once
/// \file  The verb `train`: one configuration, no search.
/// Layer `app`, tier 3.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/app/command.hpp>
#include <hpo/app/configuration.hpp>
#include <hpo/app/exit_code.hpp>
#include <hpo/core/file.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/report/params_text.hpp>
#include <hpo/report/ranking.hpp>
#include <hpo/storage/history.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/agent/train_trial.hpp>

namespace hpo::app {

namespace detail {

/// A trial of a study, to be trained again.
struct ChosenTrial {
  std::int64_t number = 0;
  space::Assignment values{};
};

/// Errors   UsageError if there is no such study or trial, or none that is complete.
template <agent::Configurable A>
[[nodiscard]] ChosenTrial find_trial(const agent::Config<A>& config, const TrainCommand& command) {
  auto storage = open_existing(command.storage.value_or(config.study.storage));
  const auto id = storage.find_study(*command.from_study);
  if (!id) {
    std::vector<std::string> known;
    for (const auto& study : storage.studies()) known.push_back(study.name);
    fail<UsageError>(storage.url(), ": no study is called '", *command.from_study, "'",
                     known_names(*command.from_study, known));
  }
  storage::History history;
  storage.refresh(*id, history);
  const storage::FrozenTrial* chosen = nullptr;
  if (command.trial) {
    for (const auto& trial : history.trials())
      if (trial.number == *command.trial) chosen = &trial;
    require<UsageError>(chosen != nullptr, "--trial: expected one of the ", history.trials().size(),
                        " trials of study '", *command.from_study, "', got ", *command.trial);
  } else {
    const auto best = report::ranked(history.trials(), storage.study(*id).directions.at(0), 1);
    require<UsageError>(!best.empty(), "--trial: study '", *command.from_study, "' has no complete trial yet");
    chosen = best.front();
  }
  ChosenTrial result{.number = chosen->number};
  for (const auto& param : chosen->params) result.values.set(param.name, param.value());
  return result;
}

/// The middle of what a distribution allows: of a logarithmic range the geometric one, of choices the first.
[[nodiscard]] inline space::Value middle(const space::Distribution& distribution) {
  const auto between = [](double low, double high, bool log) {
    return log ? std::sqrt(low * high) : low + (high - low) / 2;
  };
  if (const auto* real = std::get_if<space::FloatDistribution>(&distribution)) {
    const double value = between(real->low, real->high, real->log);
    if (!real->step) return value;
    return std::min(real->high, real->low + std::round((value - real->low) / *real->step) * *real->step);
  }
  if (const auto* whole = std::get_if<space::IntDistribution>(&distribution)) {
    const double value = between(static_cast<double>(whole->low), static_cast<double>(whole->high), whole->log);
    const auto steps = std::llround((value - static_cast<double>(whole->low)) / static_cast<double>(whole->step));
    return std::min<std::int64_t>(whole->high, whole->low + steps * whole->step);
  }
  return std::get<space::CategoricalDistribution>(distribution).choices.front();
}

/// The configuration's own values: what is fixed as it is, the rest in the middle of its range.
[[nodiscard]] inline space::Assignment middle_of(const space::SearchSpace& space) {
  space::Assignment values;
  for (const auto& param : space.params)
    if (space.active(param, values)) values.set(param.name, middle(param.distribution));
  return values;
}

}  // namespace detail

/// Trains the trial of a study again, with its number and so its randomness, or the configuration's own values.
template <agent::Agent A>
[[nodiscard]] ExitCode train(const TrainCommand& command, const std::string& program) {
  auto config = configuration_of<A>(command.config, command.set);
  agent::complete(config);
  detail::ChosenTrial chosen;
  if (command.from_study) {
    chosen = detail::find_trial(config, command);
  } else {
    chosen.values = detail::middle_of(config.space);
    std::cerr << "train: what is not fixed is in the middle of its range: " << report::params_text(chosen.values)
              << '\n';
  }
  config.output.dir = command.outdir ? std::filesystem::absolute(*command.outdir).lexically_normal().string()
                                     : (std::filesystem::path(config.output.dir) /
                                        (command.from_study ? concat("retrained-", chosen.number) : "trained"))
                                           .string();
  const std::filesystem::path dir = config.output.dir;
  const auto prepared = sweep::prepare<A>(config);
  for (const auto& note : prepared.notes) std::cerr << note << '\n';

  sweep::EndMessage end;
  const sweep::TrialRun run{
      .number = chosen.number,
      .values = chosen.values,
      .report =
          [&](const sweep::EpochMessage& message) {
            std::cerr << concat("evaluation ", message.step, " of ", message.steps, ": ", config.study.metric, " ",
                                report::metric_text(message.value), ", training loss ",
                                report::metric_text(message.train_loss), "\n");
            return true;
          },
      .keep = [](const sweep::EndMessage& message) { return message.outcome == sweep::EndMessage::Outcome::complete; },
      .model = dir / "model",
      .command = {program, "train", "--config", (dir / "config.toml").string()}};
  end = sweep::train_trial(prepared, run);
  require<Error>(end.outcome == sweep::EndMessage::Outcome::complete, "train: ", end.cause);
  AtomicFile::write(dir / "config.toml", agent::to_toml(config));
  for (const auto& [name, value] : end.metrics) std::cout << concat(name, " ", value, "\n");
  std::cout << "model " << run.model.string() << '\n';
  return ExitCode::done;
}

}  // namespace hpo::app

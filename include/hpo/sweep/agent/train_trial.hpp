#pragma once
/// \file  One configuration, trained and judged: what a trial's process does.
/// Layer `sweep`, tier 3.

#include <cmath>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <hpo/agent/export.hpp>
#include <hpo/checkpoint/torch_version.hpp>
#include <hpo/space/values.hpp>
#include <hpo/sweep/agent/model_files.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/messages.hpp>
#include <hpo/train/fit.hpp>

namespace hpo::sweep {

/// Which trial this is, and whom it talks to.
struct TrialRun {
  std::int64_t number = 0;
  space::Assignment values = {};
  std::function<bool(const EpochMessage&)> report = {};  ///< optional; false: prune
  std::function<bool(const EndMessage&)> keep = {};      ///< optional; whether to write the model to `model`
  std::filesystem::path model = {};
  std::vector<std::string> command = {};  ///< that trains it again, for the model card
};

/// The device that a configuration means.
/// Errors   ConfigError if it asks for a GPU that is not there.
[[nodiscard]] inline c10::Device device_of(const agent::TrainSection& section) {
  if (section.device == "cpu" || (section.device == "auto" && !at::hasCUDA())) return c10::kCPU;
  require<ConfigError>(at::hasCUDA(), "train.device: expected a device of this machine, got cuda; use auto or cpu");
  return c10::Device(c10::kCUDA, 0);
}

namespace detail {

[[nodiscard]] inline EndMessage end_of(const train::FitResult& result) {
  EndMessage end{.value = result.best.metric,
                 .cause = result.cause,
                 .best_step = result.best_evaluation,
                 .metrics = {result.best.all.begin(), result.best.all.end()}};
  using enum train::Outcome;
  if (result.outcome == pruned) {
    end.outcome = EndMessage::Outcome::pruned;
  } else if ((result.outcome == finished || result.outcome == early_stopped) && result.best_evaluation > 0) {
    end.outcome = EndMessage::Outcome::complete;
  } else if (end.cause.empty()) {
    end.cause = "training ended before its first evaluation";
  }
  return end;
}

template <agent::Agent A, class Model>
EndMessage train_as(const Prepared<A>& prepared, const TrialRun& run, typename Model::EncoderType::Config encoder) {
  const auto& config = prepared.config;
  const auto seed = static_cast<std::uint64_t>(config.study.seed);
  const auto number = static_cast<std::uint64_t>(run.number);
  const space::Values<agent::SpaceOf<A>> values(config.space, run.values);
  auto setup = agent::set_up<A, Model>(config, values, std::move(encoder));
  A::Task::configure(setup.head, prepared.data);
  const auto model = prepared.source.template build<Model>(setup, seed, number, device_of(config.train));
  check_model<A>(prepared, *model);
  freeze(config.encoder, *model);

  const auto pad = static_cast<std::int64_t>(model->encoder().pad_id());
  const auto train_rows = prepared.data.rows(prepared.data.split.train, pad);
  const auto valid_rows = prepared.data.rows(prepared.data.split.valid, pad);
  const typename A::Task task(prepared.data, config.study.metric);
  const train::FitRun fit_run{.seed = seed,
                              .trial = number,
                              .minimize = prepared.direction == storage::Direction::minimize,
                              .on_evaluation = [&](const train::EvaluationReport& report) {
                                const EpochMessage message{.step = report.evaluation,
                                                           .steps = setup.train.epochs * setup.train.evals_per_epoch,
                                                           .value = report.scores.metric,
                                                           .train_loss = report.train_loss};
                                return !run.report || run.report(message) ? train::Verdict::go_on
                                                                          : train::Verdict::prune;
                              }};
  const auto result = train::fit(*model, task, train_rows, valid_rows, setup.train, fit_run);
  EndMessage end = end_of(result);
  end.unread = values.unread();
  const bool kept = run.keep && run.keep(end);
  if (kept && end.outcome == EndMessage::Outcome::complete) write_model<A>(prepared, *model, setup.head, run, end);
  return end;
}

}  // namespace detail

/// Trains one configuration. Everything that goes wrong is in the result: nothing is thrown for a trial that fails, but
/// for what `run.report` and `run.keep` throw.
template <agent::Agent A>
EndMessage train_trial(const Prepared<A>& prepared, const TrialRun& run) {
  at::set_num_threads(static_cast<int>(prepared.config.train.threads));
  EndMessage failed;
  const auto fail_with = [&](std::string cause) {
    failed.cause = std::move(cause);
    if (run.keep) static_cast<void>(run.keep(failed));
    return failed;
  };
  try {
    return prepared.source.template visit<A>(
        [&]<class Model>(const auto& encoder) { return detail::train_as<A, Model>(prepared, run, encoder); });
  } catch (const Error& error) {
    return fail_with(error.what());
  } catch (const c10::Error& error) {
    return fail_with("libtorch: " + checkpoint::one_line(error));
  } catch (const std::bad_alloc&) {
    return fail_with("out of memory: use a smaller batch or model, or fewer trials at once");
  } catch (const std::exception& error) {
    return fail_with(error.what());
  }
}

}  // namespace hpo::sweep

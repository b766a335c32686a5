#pragma once
/// \file  One configuration, trained and judged: what a trial's process does.
/// Layer `sweep`, tier 3.

#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>

#include <hpo/agent/agent.hpp>
#include <hpo/checkpoint/torch_version.hpp>
#include <hpo/core/answer.hpp>
#include <hpo/core/evaluation.hpp>
#include <hpo/space/values.hpp>
#include <hpo/sweep/agent/model_files.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/agent/trial_model.hpp>
#include <hpo/sweep/messages.hpp>
#include <hpo/train/fit.hpp>

namespace hpo::sweep {

/// Which trial this is, and who is told of it.
struct TrialRun {
  std::int64_t number = 0;
  space::Assignment values = {};
  std::function<Answer(const Evaluation&)> on_evaluation = {};  ///< optional
  std::function<bool(const EndMessage&)> on_end = {};           ///< optional; whether to write the model to `model`
  std::filesystem::path model = {};
  std::vector<std::string> retrain = {};  ///< words of the command that trains it again, for the model card
};

/// What a trial says at the end of its training: complete with its best evaluation, or why not.
[[nodiscard]] inline EndMessage end_of(const train::FitResult& result) {
  EndMessage end{.end = result.end,
                 .cause = result.cause,
                 .best_evaluation = result.best_evaluation,
                 .metrics = {result.best.all.begin(), result.best.all.end()}};
  if (end.end == TrialEnd::complete && end.best_evaluation == 0) {
    end.end = TrialEnd::failed;
    end.cause = "training ended before its first evaluation";
  }
  if (end.end == TrialEnd::complete) end.values = {result.best.metric};
  return end;
}

namespace detail {

template <agent::Agent A, class Model>
EndMessage train_as(const Prepared<A>& prepared, const TrialRun& run, typename Model::EncoderType::Config encoder) {
  const auto& config = prepared.config;
  const auto seed = static_cast<std::uint64_t>(config.study.seed);
  const auto number = static_cast<std::uint64_t>(run.number);
  const space::Values<agent::SpaceOf<A>> values(config.space, run.values);
  const auto trial = build_trial_model<A, Model>(prepared, values, std::move(encoder), seed, number);
  const auto train_rows = prepared.data.rows(prepared.data.split.train, trial.pad_id());
  const auto valid_rows = prepared.data.rows(prepared.data.split.valid, trial.pad_id());
  const typename A::Task task(prepared.data, config.study.metric);
  const auto result = train::fit(*trial.model, task, train_rows, valid_rows, trial.setup.train,
                                 {.seed = seed,
                                  .trial = number,
                                  .minimize = prepared.direction == storage::Direction::minimize,
                                  .on_evaluation = run.on_evaluation});
  EndMessage end = end_of(result);
  end.unread = values.unread();
  const bool keep = run.on_end && run.on_end(end);
  if (keep && end.end == TrialEnd::complete)
    write_model<A>(run.model, prepared, *trial.model, trial.setup.head,
                   {.trial = run.number, .values = run.values, .validation = end.metrics, .retrain = run.retrain});
  return end;
}

}  // namespace detail

/// Trains one configuration. Everything that goes wrong is in the result: nothing is thrown for a trial that fails, but
/// for what `run.on_evaluation` and `run.on_end` throw.
template <agent::Agent A>
EndMessage train_trial(const Prepared<A>& prepared, const TrialRun& run) {
  at::set_num_threads(static_cast<int>(prepared.config.train.threads));
  const auto fail_with = [&](std::string cause) {
    EndMessage end{.cause = std::move(cause)};
    if (run.on_end) static_cast<void>(run.on_end(end));
    return end;
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

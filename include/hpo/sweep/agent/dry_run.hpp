#pragma once
/// \file  One dry run of a model before a sweep: what every trial would stumble over is said once, and no trial is
/// spent.
/// Layer `sweep`, tier 3.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include <poll.h>

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <hpo/checkpoint/torch_version.hpp>
#include <hpo/core/join.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/storage/history.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/agent/trial_model.hpp>
#include <hpo/sweep/messages.hpp>
#include <hpo/sweep/trial_process.hpp>

namespace hpo::sweep {

/// Shows that each parameter is read where it is active, by values drawn until each has been.
/// Errors   ConfigError with those that nothing reads.
template <agent::Agent A, class Model>
void check_read(const Prepared<A>& prepared, const typename Model::EncoderType::Config& encoder) {
  const auto& config = prepared.config;
  const storage::History nothing;
  const space::Assignment free;
  std::set<std::string> seen;
  for (std::int64_t draw = 0; draw < 256 && seen.size() < config.space.params.size(); ++draw) {
    const auto sampled = search::RandomSampler{}.sample(
        {.space = config.space, .history = nothing, .directions = {prepared.direction}, .number = draw, .fixed = free});
    for (const auto& [name, value] : sampled) seen.insert(name);
    const space::Values<agent::SpaceOf<A>> values(config.space, sampled);
    static_cast<void>(agent::set_up<A, Model>(config, values, encoder));
    const auto unread = values.unread();
    require<ConfigError>(unread.empty(), "space: ", join(unread),
                         ": expected a consumer that reads it, got none: it would be ", "sampled in vain");
  }
}

/// Builds the model of some values of the space, gives it its weights and runs one batch through it.
/// Errors   those of build_trial_model(), and libtorch's.
template <agent::Agent A, class Model>
void run_one_batch(const Prepared<A>& prepared, const space::Assignment& sampled,
                   const typename Model::EncoderType::Config& encoder) {
  const space::Values<agent::SpaceOf<A>> values(prepared.config.space, sampled);
  const auto trial = build_trial_model<A, Model>(prepared, values, encoder, 0, 0);
  const auto rows = prepared.data.rows(prepared.data.split.valid, trial.pad_id());
  const std::size_t first[] = {0};
  const auto batch = rows.batch(first, device_of(prepared.config.train));
  const at::NoGradGuard no_grad;
  static_cast<void>(typename A::Task(prepared.data, prepared.config.study.metric)
                        .loss(trial.model->forward(batch.tokens, nn::Pass{}), batch));
}

/// What a dry run has found out, and the search process must not look up itself: its children could not use a GPU that
/// it had used before them.
struct DryRun {
  bool on_gpu = false;  ///< where trials will train
};

namespace detail {

/// What the child does and says.
template <agent::Agent A>
void try_out(const Prepared<A>& prepared, TrialLink& link) {
  at::set_num_threads(1);
  EndMessage end{.end = TrialEnd::complete};
  try {
    const storage::History nothing;
    const space::Assignment free;
    const auto sampled = search::RandomSampler{}.sample(
        {.space = prepared.config.space, .history = nothing, .directions = {prepared.direction}, .fixed = free});
    prepared.source.template visit<A>([&]<class Model>(const auto& encoder) {
      check_read<A, Model>(prepared, encoder);
      run_one_batch<A, Model>(prepared, sampled, encoder);
      return 0;
    });
    link.say(DeviceMessage{.on_gpu = device_of(prepared.config.train).is_cuda()});
  } catch (const c10::Error& error) {
    end = {.cause = "libtorch: " + checkpoint::one_line(error)};
  } catch (const std::exception& error) {
    end = {.cause = error.what()};
  }
  static_cast<void>(link.end(end));
}

}  // namespace detail

/// Does in a child what every trial will do first.
/// Errors   ConfigError with the cause, if that fails.
template <agent::Agent A>
[[nodiscard]] DryRun dry_run(const Prepared<A>& prepared, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const auto log = folder / "preflight.log";
  auto process = TrialProcess::start(log, [&](TrialLink& link) { detail::try_out(prepared, link); });
  DryRun found;
  std::optional<EndMessage> end;
  for (bool open = true; open;) {
    pollfd ready{process.socket(), POLLIN, 0};
    ::poll(&ready, 1, 1000);
    open = process.read_lines([&](std::string_view line) {
      visit_message(line, [&]<class Message>(const Message& message) {
        if constexpr (std::is_same_v<Message, DeviceMessage>) found.on_gpu = message.on_gpu;
        if constexpr (std::is_same_v<Message, EndMessage>) {
          end = message;
          process.answer_end(false);
        }
      });
    });
  }
  const int status = process.wait();
  require<ConfigError>(end.has_value(), "a first look at the model: ", describe_exit(status), "; see ", log);
  require<ConfigError>(end->cause.empty(), end->cause);
  std::error_code ignored;
  std::filesystem::remove(log, ignored);
  return found;
}

}  // namespace hpo::sweep

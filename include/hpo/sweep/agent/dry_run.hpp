#pragma once
/// \file  One dry start of a model before a sweep: what every trial would stumble over is said once, and no trial is
/// spent.
/// Layer `sweep`, tier 3.

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <poll.h>

#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/sweep/agent/train_trial.hpp>
#include <hpo/sweep/trial_process.hpp>

namespace hpo::sweep {

namespace detail {

/// Shows that each parameter is read where it is active, by values drawn until each has been.
/// Errors   ConfigError with those that nothing reads.
template <agent::Agent A, class Model>
void check_read(const Prepared<A>& prepared, const typename Model::EncoderType::Config& encoder) {
  const auto& config = prepared.config;
  const storage::History nothing;
  const space::Assignment free;
  std::set<std::string> seen;
  for (std::int64_t draw = 0; draw < 256 && seen.size() < config.space.params.size(); ++draw) {
    const auto sampled = search::RandomSampler{}.sample({config.space, nothing, {prepared.direction}, 0, draw, free});
    for (const auto& [name, value] : sampled) seen.insert(name);
    const space::Values<agent::SpaceOf<A>> values(config.space, sampled);
    static_cast<void>(agent::set_up<A, Model>(config, values, encoder));
    const auto unread = values.unread();
    require<ConfigError>(unread.empty(), "space: ", join(unread),
                         ": expected a consumer that reads it, got none: it would be ", "sampled in vain");
  }
}

/// Builds the model of some values of the space, gives it its weights and runs one batch through it.
template <agent::Agent A, class Model>
void dry_start(const Prepared<A>& prepared, const space::Assignment& sampled,
               typename Model::EncoderType::Config encoder) {
  const auto& config = prepared.config;
  const space::Values<agent::SpaceOf<A>> values(config.space, sampled);
  auto setup = agent::set_up<A, Model>(config, values, std::move(encoder));
  A::Task::configure(setup.head, prepared.data);
  const auto model = prepared.source.template build<Model>(setup, 0, 0, device_of(config.train));
  check_model<A>(prepared, *model);
  freeze(config.encoder, *model);
  const auto rows = prepared.data.rows(prepared.data.split.valid, static_cast<std::int64_t>(model->encoder().pad_id()));
  const std::size_t first[] = {0};
  const auto batch = rows.batch(first, device_of(config.train));
  const at::NoGradGuard no_grad;
  static_cast<void>(
      typename A::Task(prepared.data, config.study.metric).loss(model->forward(batch.tokens, nn::Pass{}), batch));
}

}  // namespace detail

/// What the dry start has found out, and the search process must not look up itself: its children could not use a GPU
/// that it had used before them.
struct DryStart {
  bool on_gpu = false;  ///< where trials will train
};

/// Does in a child what every trial will do first.
/// Errors   ConfigError with the cause, if that fails.
template <agent::Agent A>
DryStart preflight(const Prepared<A>& prepared, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  auto process = TrialProcess::start(folder / "preflight.log", [&](TrialLink& link) {
    at::set_num_threads(1);
    EndMessage end{.outcome = EndMessage::Outcome::complete};
    try {
      const storage::History nothing;
      const space::Assignment free;
      const auto sampled =
          search::RandomSampler{}.sample({prepared.config.space, nothing, {prepared.direction}, 0, 0, free});
      prepared.source.template visit<A>([&]<class Model>(const auto& encoder) {
        detail::check_read<A, Model>(prepared, encoder);
        detail::dry_start<A, Model>(prepared, sampled, encoder);
        return 0;
      });
      end.metrics["on_gpu"] = device_of(prepared.config.train).is_cuda() ? 1.0 : 0.0;
    } catch (const c10::Error& error) {
      end = {.cause = "libtorch: " + checkpoint::one_line(error)};
    } catch (const std::exception& error) {
      end = {.cause = error.what()};
    }
    static_cast<void>(link.end(end));
  });
  std::optional<EndMessage> end;
  for (bool open = true; open;) {
    pollfd ready{process.socket(), POLLIN, 0};
    ::poll(&ready, 1, 1000);
    open = process.read_lines([&](std::string_view line) {
      visit_message(line, [&](const auto& message) {
        if constexpr (requires { message.outcome; }) end = message;
      });
      process.answer(Reply::drop);
    });
  }
  const int status = process.wait();
  require<ConfigError>(end.has_value(), "a first look at the model: ", describe_exit(status), "; see ",
                       folder / "preflight.log");
  require<ConfigError>(end->cause.empty(), end->cause);
  std::error_code ignored;
  std::filesystem::remove(folder / "preflight.log", ignored);
  return {.on_gpu = end->metrics["on_gpu"] > 0};
}

}  // namespace hpo::sweep

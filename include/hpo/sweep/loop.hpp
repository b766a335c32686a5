#pragma once
/// \file  The search loop: trials asked for, run in processes of their own, judged while they run, told when they end.
/// Layer `sweep`, tier 0: the loop must not run a kernel before it forks.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poll.h>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/transform.hpp>

#include <hpo/core/error.hpp>
#include <hpo/report/params_text.hpp>
#include <hpo/report/summary.hpp>
#include <hpo/report/terminal.hpp>
#include <hpo/search/stop_rule.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/sweep/best_models.hpp>
#include <hpo/sweep/messages.hpp>
#include <hpo/sweep/signals.hpp>
#include <hpo/sweep/trial_process.hpp>

namespace hpo::sweep {

struct LoopOptions {
  std::int64_t total = 0;                 ///< trials the study shall have in all
  std::optional<std::int64_t> more = {};  ///< or: trials to run now, whatever the study holds
  std::int64_t parallel = 1;
  double timeout_s = 0;                 ///< no trial starts after this many seconds; 0: no limit
  search::StopOptions stop = {};        ///< when the study is good enough
  double failure_limit = 1.0;           ///< stop when more than this fraction of this run's trials has failed, after 5
  std::filesystem::path trials_folder;  ///< logs and models of the trials
  std::size_t keep = 1;                 ///< trained models to keep
};

/// Runs trials until there are enough. `Study` is a search::Study.
///
/// Each finished trial is in the storage before anything else happens to it. Asked to stop once (Ctrl-C) the loop
/// starts no more trials and waits for those that run; asked twice it kills them and records them as interrupted.
template <class Study>
class Loop {
 public:
  /// Runs in the trial's process: trains and reports through the link.
  using Body = std::function<void(const search::Trial&, TrialLink&)>;

  Loop(Study& study, LoopOptions options, report::ProgressView& view, Body body)
      : study_(study),
        options_(std::move(options)),
        view_(view),
        body_(std::move(body)),
        models_(options_.trials_folder, options_.keep),
        rule_(options_.stop, study.directions()) {
    for (const auto& trial : study_.trials())
      if (trial.state == storage::TrialState::complete)
        models_.recall(trial.number, trial.values.at(0), study_.direction());
  }

  [[nodiscard]] report::Verdict run() {
    const StopRequests requests;
    for (;;) {
      const std::optional<report::Verdict> reason = reason_to_stop(requests);
      if (requests.seen() >= 2) {
        interrupt_all();
        return report::Verdict::stopped;
      }
      bool waits = false;  // another program runs the rest of a batch
      if (!reason)
        while (running_.size() < static_cast<std::size_t>(options_.parallel) && wanted())
          if (!start()) {
            waits = !exhausted_;
            break;
          }
      if (running_.empty() && exhausted_) return report::Verdict::exhausted;
      if (running_.empty() && !waits) return reason.value_or(report::Verdict::complete);
      announce(reason);
      wait();
      view_.tick();
    }
  }

 private:
  struct Running {
    search::Trial trial;
    TrialProcess process;
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    std::optional<EndMessage> end = {};
    bool exported = false;
  };

  [[nodiscard]] std::optional<report::Verdict> reason_to_stop(const StopRequests& requests) {
    if (requests.seen() > 0) return report::Verdict::stopped;
    const double limit = options_.failure_limit * static_cast<double>(ended_);
    if (ended_ >= 5 && static_cast<double>(failed_) > limit) return report::Verdict::too_many_failed;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began_;
    if (options_.timeout_s > 0 && elapsed.count() >= options_.timeout_s) return report::Verdict::timed_out;
    if (exhausted_) return report::Verdict::exhausted;
    if (options_.stop.target || options_.stop.patience > 0)
      if (const auto enough = rule_.check(study_.history()))
        return *enough == search::StopReason::target ? report::Verdict::target : report::Verdict::stalled;
    return std::nullopt;
  }

  /// Whether another trial shall start. Trials that were interrupted do not count: their work is done again; nor do
  /// those that were taken over from another study.
  [[nodiscard]] bool wanted() {
    if (options_.more) return started_ < *options_.more;
    std::int64_t have = 0;
    for (const auto& trial : study_.trials())
      if (trial.state != storage::TrialState::waiting &&
          !trial.user_attrs.contains(std::string(storage::keys::interrupted)) &&
          !trial.user_attrs.contains(std::string(storage::keys::source)))
        ++have;
    return have < options_.total;
  }

  /// \return false if there is no trial to start now.
  bool start() {
    std::optional<search::Trial> asked;
    try {
      asked = study_.try_ask();
    } catch (const search::ExhaustedError& error) {
      exhausted_ = true;
      view_.note(error.what());
    }
    if (!asked) return false;
    search::Trial& trial = *asked;
    ++started_;
    const auto folder = models_.folder(trial.number());
    std::filesystem::create_directories(folder);
    auto process = TrialProcess::start(folder / "log.txt", [&](TrialLink& link) { body_(trial, link); });
    view_.trial_started(trial.number(), report::params_text(trial.params()));
    running_.push_back({std::move(trial), std::move(process)});
    return true;
  }

  /// Says once why no more trials start while some still run.
  void announce(std::optional<report::Verdict> reason) {
    if (!reason || announced_) return;
    announced_ = true;
    const std::string rest = concat("; waiting for ", running_.size(), " running trial(s)");
    if (*reason == report::Verdict::stopped) view_.note("stopping" + rest + ", Ctrl-C again stops them now");
    if (*reason == report::Verdict::timed_out) view_.note("the time is up" + rest);
    if (*reason == report::Verdict::target) view_.note("the target is reached" + rest);
    if (*reason == report::Verdict::stalled) view_.note("no improvement for long" + rest);
    if (*reason == report::Verdict::too_many_failed)
      view_.warning(concat(failed_, " of ", ended_, " trials failed: stopping", rest));
  }

  /// Waits for a message, a signal or a quarter of a second, and takes in what has arrived.
  void wait() {
    auto sockets = running_ | ranges::views::transform([](const Running& each) {
                     return pollfd{each.process.socket(), POLLIN, 0};
                   }) |
                   ranges::to<std::vector>();
    if (::poll(sockets.data(), sockets.size(), 250) < 0) {
      require<Error>(errno == EINTR, "sweep: cannot wait for its trials: ", std::strerror(errno));
      return;
    }
    auto each = running_.begin();
    for (const pollfd& socket : sockets) {
      const auto current = each++;
      if (socket.revents == 0) continue;
      const bool open = current->process.read_lines([&](std::string_view line) { take(*current, line); });
      if (!open) {
        finish(*current);
        running_.erase(current);
      }
    }
  }

  void take(Running& running, std::string_view line) {
    visit_message(line, [&](const auto& message) { take_message(running, message); });
  }

  void take_message(Running& running, const EpochMessage& message) {
    study_.report(running.trial, message.step, message.value);
    view_.trial_epoch(running.trial.number(), message.step, message.steps, message.value);
    running.process.answer(study_.should_prune(running.trial) ? Reply::prune : Reply::go_on);
  }

  void take_message(Running& running, const EndMessage& message) {
    if (running.end) {  // the first one counts; the child waits for an answer all the same
      running.process.answer(Reply::drop);
      return;
    }
    running.end = message;
    const auto& trial = running.trial;
    for (const auto& name : message.unread)
      if (unread_.insert(name).second)
        view_.warning(
            concat("trial ", trial.number(), ": ", name, ": sampled, but nothing read it: it is searched in vain"));
    for (const auto& [name, value] : message.metrics) study_.set_user_attr(trial, name, storage::json_text(value));
    if (message.best_step > 0) study_.set_user_attr(trial, "best_step", storage::json_text(message.best_step));
    bool keep = false;
    switch (message.outcome) {
      case EndMessage::Outcome::complete:
        study_.tell(trial, message.value);
        keep = models_.wants(trial.number(), message.value, study_.direction());
        break;
      case EndMessage::Outcome::pruned:
        study_.tell(trial, storage::TrialState::pruned, message.cause);
        break;
      case EndMessage::Outcome::failed:
        study_.tell(trial, storage::TrialState::failed, message.cause);
        break;
    }
    running.process.answer(keep ? Reply::keep : Reply::drop);
  }

  void take_message(Running& running, const ExportMessage&) {
    running.exported = true;
    models_.add(running.trial.number(), running.end ? running.end->value : 0, study_.direction());
  }

  /// The process has closed its end of the line.
  void finish(Running& running) {
    const std::string exit = describe_exit(running.process.wait());
    if (!running.end) {
      running.end = EndMessage{.cause = exit};
      study_.tell(running.trial, storage::TrialState::failed, exit);
    } else if (running.end->outcome == EndMessage::Outcome::complete && !running.exported &&
               models_.wants(running.trial.number(), running.end->value, study_.direction())) {
      view_.warning(concat("trial ", running.trial.number(), ": its model was not written: see ",
                           models_.folder(running.trial.number()) / "log.txt"));
    }
    ++ended_;
    using State = storage::TrialState;
    const auto outcome = running.end->outcome;
    if (outcome == EndMessage::Outcome::failed) ++failed_;
    const State state = outcome == EndMessage::Outcome::complete ? State::complete
                        : outcome == EndMessage::Outcome::pruned ? State::pruned
                                                                 : State::failed;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - running.began;
    view_.trial_finished(
        running.trial.number(), state,
        state == State::complete ? std::optional(running.end->value) : running.trial.frozen().last_value(),
        seconds.count(), running.end->cause);
  }

  void interrupt_all() {
    for (auto& running : running_) {
      running.process.kill();
      if (!running.end) {
        study_.set_user_attr(running.trial, storage::keys::interrupted, "true");
        study_.tell(running.trial, storage::TrialState::failed, "stopped by the user while it ran");
      }
      (void)running.process.wait();
    }
    running_.clear();
  }

  Study& study_;
  LoopOptions options_;
  report::ProgressView& view_;
  Body body_;
  BestModels models_;
  search::StopRule rule_;
  std::list<Running> running_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::int64_t started_ = 0, ended_ = 0, failed_ = 0;
  std::set<std::string> unread_;  // what was warned of
  bool announced_ = false;
  bool exhausted_ = false;
};

}  // namespace hpo::sweep

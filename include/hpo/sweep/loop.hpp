#pragma once
/// \file  The search loop: trials asked for, run in processes of their own, judged while they run, told when they end.
/// Layer `sweep`, tier 0: the loop must not run a kernel before it forks.
///
/// The way of a reported value, seven stations, one hpo::Evaluation all the way, and one hpo::Answer back:
///   1. train::fit() scores the validation rows,
///   2. and calls FitRun::on_evaluation, which is
///   3. TrialLink::report(): it writes a line,
///   4. the wire: a socket from the trial's process to the sweep's,
///   5. Loop: it reads the line and tells
///   6. Study::report(), which keeps the value of that evaluation for the pruner, and
///   7. the Storage, which has it on the disk.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poll.h>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/transform.hpp>

#include <hpo/core/answer.hpp>
#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/evaluation.hpp>
#include <hpo/core/trial_end.hpp>
#include <hpo/report/events.hpp>
#include <hpo/search/result.hpp>
#include <hpo/search/stop_rule.hpp>
#include <hpo/search/study_options.hpp>
#include <hpo/search/trial.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/sweep/best_models.hpp>
#include <hpo/sweep/loop_options.hpp>
#include <hpo/sweep/messages.hpp>
#include <hpo/sweep/signals.hpp>
#include <hpo/sweep/sweep_observer.hpp>
#include <hpo/sweep/trial_process.hpp>

namespace hpo::sweep {

/// Runs trials until there are enough. `Study` is a search::Study. The processes are forked from this one: it should
/// have one thread, and must not have used a GPU.
///
/// Each finished trial is in the storage before anything else happens to it. Asked to stop once (Ctrl-C) the loop
/// starts no more trials and waits for those that run; asked twice it kills them and records them as interrupted.
template <class Study, SweepObserver Observer, TrialBody Body>
class Loop {
 public:
  Loop(Study& study, LoopOptions options, Observer& observer, Body body)
      : study_(study),
        options_(std::move(options)),
        observer_(observer),
        body_(std::move(body)),
        models_(options_.trials_folder, study.directions().size() == 1 ? options_.keep : 0),
        rule_(options_.stop, study.directions()) {
    if (options_.keep == 0) return;
    for (const auto& trial : study_.trials())
      if (trial.state == storage::TrialState::complete)
        models_.recall(trial.number, trial.values.at(0), study_.direction());
  }

  [[nodiscard]] search::StopReason run() {
    const StopRequests requests;
    for (;;) {
      const std::optional<search::StopReason> reason = reason_to_stop(requests);
      if (requests.seen() >= 2) {
        interrupt_all();
        return search::StopReason::stopped;
      }
      bool waits = false;  // another program runs the rest of a batch
      if (!reason)
        while (running_.size() < static_cast<std::size_t>(options_.parallel) && wanted())
          if (!start()) {
            waits = !exhausted_;
            break;
          }
      if (running_.empty() && exhausted_) return search::StopReason::exhausted;
      if (running_.empty() && !waits) return reason.value_or(search::StopReason::trials);
      announce(reason);
      wait();
      observer_.tick();
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

  [[nodiscard]] std::optional<search::StopReason> reason_to_stop(const StopRequests& requests) {
    if (requests.seen() > 0) return search::StopReason::stopped;
    const double limit = options_.failure_limit * static_cast<double>(ended_);
    if (ended_ >= 5 && static_cast<double>(failed_) > limit) return search::StopReason::too_many_failed;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began_;
    if (options_.timeout_s > 0 && elapsed.count() >= options_.timeout_s) return search::StopReason::timed_out;
    if (exhausted_) return search::StopReason::exhausted;
    if (options_.stop.target || options_.stop.patience > 0) return rule_.check(study_.history());
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
      observer_.note(error.what());
    }
    if (!asked) return false;
    search::Trial& trial = *asked;
    ++started_;
    std::filesystem::path log;
    if (!options_.trials_folder.empty()) {
      log = models_.folder(trial.number()) / "log.txt";
      std::filesystem::create_directories(log.parent_path());
    }
    auto process = TrialProcess::start(log, [&](TrialLink& link) { body_(trial, link); });
    observer_.trial_started(trial.number(), trial.params());
    running_.push_back({std::move(trial), std::move(process)});
    return true;
  }

  /// Says once why no more trials start while some still run.
  void announce(std::optional<search::StopReason> reason) {
    if (!reason || announced_) return;
    announced_ = true;
    const std::string rest = concat("; waiting for ", running_.size(), " running trial(s)");
    if (*reason == search::StopReason::stopped) observer_.note("stopping" + rest + ", Ctrl-C again stops them now");
    if (*reason == search::StopReason::timed_out) observer_.note("the time is up" + rest);
    if (*reason == search::StopReason::target || *reason == search::StopReason::stalled)
      observer_.note(concat(enum_name(*reason), rest));
    if (*reason == search::StopReason::too_many_failed)
      observer_.warning(concat(failed_, " of ", ended_, " trials failed: stopping", rest));
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

  void take_message(Running& running, const Evaluation& evaluation) {
    study_.report(running.trial, evaluation.evaluation, evaluation.value);
    observer_.trial_evaluated(running.trial.number(), evaluation);
    running.process.answer(judged(running.trial));
  }

  [[nodiscard]] Answer judged(search::Trial& trial) {
    try {
      return study_.should_prune(trial) ? Answer::prune : Answer::go_on;
    } catch (const ConfigError& error) {  // of several objectives none is said to be the reported one
      warn_once("pruner", concat("no trial is pruned: ", error.what()));
      return Answer::go_on;
    }
  }

  void take_message(Running& running, const EndMessage& message) {
    if (running.end) {  // the first one counts; the child waits for an answer all the same
      running.process.answer_end(false);
      return;
    }
    const auto& trial = running.trial;
    running.end = counted(message, study_.directions().size());
    const EndMessage& end = *running.end;
    for (const auto& name : end.unread)
      warn_once(name,
                concat("trial ", trial.number(), ": ", name, ": sampled, but nothing read it: it is searched in vain"));
    for (const auto& [name, value] : end.metrics) study_.set_user_attr(trial, name, storage::json_text(value));
    if (end.best_evaluation > 0)
      study_.set_user_attr(trial, "best_evaluation", storage::json_text(end.best_evaluation));
    if (end.end == TrialEnd::complete)
      study_.tell(trial, end.values);
    else
      study_.tell(trial, search::state_of(end.end), end.cause);
    running.process.answer_end(keeps(running));
  }

  void take_message(Running& running, const ExportMessage&) {
    running.exported = true;
    if (running.end && !running.end->values.empty())
      models_.add(running.trial.number(), running.end->values.front(), study_.direction());
  }

  void take_message(Running& running, const AttributeMessage& message) {
    study_.set_user_attr(running.trial, message.key, message.json);
  }

  void take_message(Running& running, const ConstraintMessage& message) {
    study_.set_constraint(running.trial, message.constraint, message.value);
  }

  void take_message(Running&, const DeviceMessage&) {}

  void warn_once(const std::string& subject, const std::string& text) {
    if (warned_.insert(subject).second) observer_.warning(text);
  }

  /// Whether the model of a trial that has ended is one of the best.
  [[nodiscard]] bool keeps(const Running& running) const {
    return running.end->end == TrialEnd::complete &&
           models_.wants(running.trial.number(), running.end->values.front(), study_.direction());
  }

  /// The process has closed its end of the line.
  void finish(Running& running) {
    const auto number = running.trial.number();
    const std::string exit = describe_exit(running.process.wait());
    if (!running.end) {
      running.end = EndMessage{.cause = exit};
      study_.tell(running.trial, storage::TrialState::failed, exit);
    } else if (!running.exported && keeps(running)) {
      observer_.warning(
          concat("trial ", number, ": its model was not written: see ", models_.folder(number) / "log.txt"));
    }
    ++ended_;
    const EndMessage& end = *running.end;
    failed_ += end.end == TrialEnd::failed;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - running.began;
    observer_.trial_finished({.number = number,
                              .end = end.end,
                              .value = end.end == TrialEnd::complete ? std::optional(end.values.front())
                                                                     : running.trial.frozen().last_value(),
                              .seconds = seconds.count(),
                              .cause = end.cause});
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
  Observer& observer_;
  Body body_;
  BestModels models_;
  search::StopRule rule_;
  std::list<Running> running_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::int64_t started_ = 0, ended_ = 0, failed_ = 0;
  std::set<std::string> warned_;  // of what
  bool announced_ = false;
  bool exhausted_ = false;
};

}  // namespace hpo::sweep

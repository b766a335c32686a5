#pragma once
/// \file  A study: trials asked for, judged, told and compared.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/search/batch_view.hpp>
#include <hpo/search/propose.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/seen_configurations.hpp>
#include <hpo/search/study_trials.hpp>
#include <hpo/search/tpe/tpe_sampler.hpp>
#include <hpo/storage/datetime.hpp>

namespace hpo::search {

/// One study in a storage, made if it is not there yet, continued if it is. Any number of processes may work on it,
/// each with a Study of its own; an object is for one thread at a time.
///
/// Errors   ConfigError if the study there is of other directions or holds a parameter with another kind or scale;
///          StorageError from the storage.
template <storage::Storage S, class Sm = TpeSampler, class P = NopPruner>
class Study : public StudyTrials<S> {
  static_assert(Sampler<Sm>, "the second argument of Study is a Sampler");
  static_assert(Pruner<P>, "the third argument of Study is a Pruner");

 public:
  using StudyTrials<S>::directions;
  using StudyTrials<S>::name;

  Study(S& storage, StudyOptions options, space::SearchSpace space, Sm sampler = {}, P pruner = {})
      : StudyTrials<S>(storage, std::move(options), std::move(space)),
        sampler_(std::move(sampler)),
        pruner_(std::move(pruner)) {}

  /// The next trial, running from now on: the oldest enqueued one, else a new one with values of the sampler that keep
  /// the constraints and, unless duplicates are allowed, that no trial has had. One transaction: no other process gets
  /// the same trial or number, and every trial that is seen has its values.
  ///
  /// Errors   ExhaustedError if every configuration was evaluated; ConfigError if none keeps the constraints, or if
  ///          trials of an earlier batch still run (StudyOptions::batch).
  [[nodiscard]] Trial ask() {
    auto asked = try_ask();
    require<ConfigError>(asked.has_value(),
                         "study.batch: expected the trials of earlier batches to have ended before the "
                         "next trial is asked for, got one that has not");
    return std::move(*asked);
  }

  /// The same, or nothing while trials of an earlier batch still run.
  [[nodiscard]] std::optional<Trial> try_ask() {
    refresh();  // the long part, before the lock
    std::optional<Trial> asked;
    try {
      storage_.atomically([&] {
        refresh();
        asked.reset();
        if (waits_for_batch()) return;
        asked = claim_enqueued();
        if (!asked) asked = create();
      });
    } catch (...) {
      forget();  // it may have seen what was then taken back
      throw;
    }
    return asked;
  }

  /// Keeps the value that the trial has reached at a step (0 or more). The first report of a step counts.
  void report(Trial& trial, std::int64_t step, double value) {
    if (storage_.report(trial.id(), step, value)) trial.frozen_.intermediate.emplace(step, value);
  }

  /// The same, of the reported metric among a value for each objective.
  /// Errors   ConfigError if it is not said which of them is reported.
  void report(Trial& trial, std::int64_t step, std::span<const double> values) {
    require<ConfigError>(values.size() == directions().size(), "trial ", trial.number(), ": expected ",
                         directions().size(), " values, got ", values.size());
    const auto objective = options_.reported_objective();
    require_reported(objective.has_value());
    report(trial, step, values[*objective]);
  }

  /// Whether the trial should stop now, to be asked after report().
  /// Errors   ConfigError if there are several objectives and none is named as StudyOptions::reported_metric.
  [[nodiscard]] bool should_prune(Trial& trial) {
    const auto reported = options_.direction_of_reports();
    require_reported(reported.has_value());
    if (trial.frozen_.intermediate.empty()) return false;
    refresh();
    const bool verdict = pruner_.prune({trial.frozen_, trial.judged_, history_, *reported, options_.name});
    trial.judged_ = trial.frozen_.intermediate.rbegin()->first;
    return verdict;
  }

  /// Ends the trial with its value. One that is NaN or infinite is no result: the trial has failed.
  void tell(const Trial& trial, double value) { tell(trial, std::span<const double>(&value, 1)); }

  /// The same with a value for each objective.
  void tell(const Trial& trial, std::span<const double> values) {
    require<ConfigError>(values.size() == directions().size(), "trial ", trial.number(), ": expected ",
                         directions().size(), " values, one for each objective, got ", values.size());
    for (const double value : values)
      if (!std::isfinite(value)) return tell(trial, TrialState::failed, concat("the objective is ", value));
    storage_.finish(trial.id(), {TrialState::complete, {values.begin(), values.end()}, {}});
  }
  void tell(const Trial& trial, std::initializer_list<double> values) {
    tell(trial, std::span<const double>(values.begin(), values.size()));
  }

  /// Ends the trial as pruned or failed. `cause` is kept as user attribute `hpo:cause`. The value of a pruned trial is
  /// its last report.
  void tell(const Trial& trial, TrialState state, std::string_view cause = {}) {
    require<ConfigError>(state == TrialState::pruned || state == TrialState::failed, "trial ", trial.number(),
                         ": expected a value, or pruned or failed, got ", enum_name(state));
    storage::Ending ending{state};
    const auto last = trial.frozen_.last_value();
    const bool has_value = state == TrialState::pruned && directions().size() == 1 && last && !std::isnan(*last);
    if (has_value) ending.values = {*last};
    if (!cause.empty()) ending.user_attrs.emplace(storage::keys::cause, storage::json_text(cause));
    storage_.finish(trial.id(), ending);
  }

  /// How much a running trial violates one of its constraints: what is above 0 does, and the more the worse. Samplers
  /// prefer trials that keep theirs, and best_trials() has no others.
  void set_constraint(const Trial& trial, std::string_view constraint, double value) {
    storage_.set_trial_attr(trial.id(), storage::AttrKind::system, concat(storage::keys::constraints, ':', constraint),
                            storage::json_text(value));
  }

 private:
  using StudyTrials<S>::forget;
  using StudyTrials<S>::history_;
  using StudyTrials<S>::id_;
  using StudyTrials<S>::options_;
  using StudyTrials<S>::refresh;
  using StudyTrials<S>::self;
  using StudyTrials<S>::space_;
  using StudyTrials<S>::storage_;
  using StudyTrials<S>::to_stored;

  void require_reported(bool said) const {
    require<ConfigError>(
        said, "study.reported_metric: expected the name of the objective that report() gives, as the study has ",
        directions().size(), ", got '", options_.reported_metric, "'");
  }

  /// The number of the first trial of the batch that the next trial belongs to.
  [[nodiscard]] std::int64_t batch_begin() const {
    std::int64_t next = static_cast<std::int64_t>(history_.trials().size());
    for (const std::size_t position : history_.unfinished())
      if (history_.trials()[position].state == TrialState::waiting) {
        next = history_.trials()[position].number;
        break;
      }
    return next / options_.batch * options_.batch;
  }

  /// Whether a trial of a batch before that of the next trial has not ended.
  [[nodiscard]] bool waits_for_batch() const {
    if (options_.batch <= 0 || history_.unfinished().empty()) return false;
    return history_.trials()[history_.unfinished().front()].number < batch_begin();
  }

  /// Values for a trial. Those that are wanted are used even if a trial had them.
  Sample choose(std::int64_t number, const space::Assignment& wanted) {
    seen_.update(history_);
    const bool repeats = options_.duplicates == Duplicates::allow || !wanted.empty();
    const History& learned = options_.batch > 0 ? batch_.update(history_, batch_begin()) : history_;
    return propose(sampler_, {space_, learned, options_.directions, options_.seed, number, wanted, 0, options_.name},
                   Refusals(space_, history_, number, repeats ? nullptr : &seen_));
  }

  std::optional<Trial> claim_enqueued() {
    for (const std::size_t position : history_.unfinished()) {
      const auto& waiting = history_.trials()[position];
      if (waiting.state != TrialState::waiting || !storage_.claim(waiting.id)) continue;
      space::Assignment ignored;
      const auto fixed = enqueued_values(space_, waiting, ignored);
      if (const auto* broken = space_.broken(fixed)) {  // it was enqueued for a space without it
        const auto cause = concat("its enqueued values break the constraint '", broken->text(), "'");
        storage_.finish(waiting.id,
                        {TrialState::failed, {}, {{std::string(storage::keys::cause), storage::json_text(cause)}}});
        continue;
      }
      FrozenTrial trial = waiting;
      trial.state = TrialState::running;
      const Sample sample = choose(trial.number, fixed);
      trial.params = to_stored(sample.values);
      storage_.set_params(trial.id, trial.params);
      for (const auto& [key, json] : sample.system_attrs) {
        storage_.set_trial_attr(trial.id, storage::AttrKind::system, key, json);
        trial.system_attrs[key] = json;
      }
      storage_.set_trial_attr(trial.id, storage::AttrKind::system, storage::keys::owner, self().to_json());
      if (!ignored.empty())
        storage_.set_trial_attr(trial.id, storage::AttrKind::user, storage::keys::ignored, storage::json_text(ignored));
      return Trial(std::move(trial), sample.values);
    }
    return std::nullopt;
  }

  Trial create() {
    FrozenTrial trial;
    const space::Assignment nothing;
    const auto number = history_.trials().empty() ? 0 : history_.trials().back().number + 1;
    const Sample sample = choose(number, nothing);
    trial.params = to_stored(sample.values);
    trial.system_attrs = sample.system_attrs;
    trial.started = storage::now();
    trial.system_attrs.emplace(storage::keys::owner, self().to_json());
    return Trial(storage_.create_trial(id_, std::move(trial)), sample.values);
  }

  Sm sampler_;
  P pruner_;
  SeenConfigurations seen_;
  BatchView batch_;
};

}  // namespace hpo::search

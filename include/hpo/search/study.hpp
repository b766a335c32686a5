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
#include <hpo/search/enqueue.hpp>
#include <hpo/search/propose.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/study_declaration.hpp>
#include <hpo/search/study_options.hpp>
#include <hpo/search/study_trials.hpp>
#include <hpo/search/trial.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/datetime.hpp>

namespace hpo::search {

/// One study in a storage, made if it is not there yet, continued if it is. Any number of processes may work on it,
/// each with a Study of its own; an object is for one thread at a time.
///
/// The sampler and the pruner are types: only what a program names is compiled. search/default_sampler.hpp, which
/// search/optimize.hpp and search/any_sampler.hpp include, lets the sampler be left out.
///
/// Errors   ConfigError if the study there is of other directions or holds a parameter with another kind or scale;
///          StorageError from the storage.
template <storage::Storage S, Sampler Sm, Pruner P>
class Study {
 public:
  Study(S& storage, StudyOptions options, space::SearchSpace space, Sm sampler = {}, P pruner = {})
      : record_(storage, std::move(options), std::move(space)),
        proposals_(std::move(sampler)),
        pruner_(std::move(pruner)) {}

  // What it is and what it holds: see StudyTrials.
  [[nodiscard]] const std::string& name() const { return record_.name(); }
  [[nodiscard]] std::int64_t id() const { return record_.id(); }
  [[nodiscard]] Direction direction() const { return record_.direction(); }
  [[nodiscard]] const std::vector<Direction>& directions() const { return record_.directions(); }
  [[nodiscard]] const space::SearchSpace& space() const { return record_.space(); }
  [[nodiscard]] S& storage() const { return record_.storage(); }
  [[nodiscard]] std::span<const FrozenTrial> trials() { return record_.trials(); }
  [[nodiscard]] const History& history() { return record_.history(); }
  [[nodiscard]] std::vector<FrozenTrial> best_trials() { return record_.best_trials(); }
  [[nodiscard]] std::optional<FrozenTrial> best() { return record_.best(); }
  [[nodiscard]] std::vector<FrozenTrial> best_k(std::size_t k) { return record_.best_k(k); }
  std::int64_t enqueue(const space::Assignment& values) { return record_.enqueue(values); }
  bool enqueue_once(const space::Assignment& values) { return record_.enqueue_once(values); }
  std::size_t warm_start(std::span<const FrozenTrial> trials, std::string_view source) {
    return record_.warm_start(trials, source);
  }
  std::vector<std::int64_t> reap_dead() { return record_.reap_dead(); }
  void set_user_attr(std::string_view key, std::string_view json) { record_.set_user_attr(key, json); }
  void set_user_attr(const Trial& trial, std::string_view key, std::string_view json) {
    record_.set_user_attr(trial, key, json);
  }

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
    record_.refresh();  // the long part, before the lock
    std::optional<Trial> asked;
    try {
      storage().atomically([&] {
        record_.refresh();
        asked.reset();
        if (waits_for_batch(record_.known(), record_.options().batch)) return;
        asked = claim_enqueued();
        if (!asked) asked = create();
      });
    } catch (...) {
      record_.forget();  // it may have seen what was then taken back
      throw;
    }
    return asked;
  }

  /// Keeps the value that the trial has reached at a step (0 or more). The first report of a step counts.
  void report(Trial& trial, std::int64_t step, double value) {
    if (storage().report(trial.id(), step, value)) trial.frozen_.intermediate.emplace(step, value);
  }

  /// The same, of the reported metric among a value for each objective.
  /// Errors   ConfigError if it is not said which of them is reported.
  void report(Trial& trial, std::int64_t step, std::span<const double> values) {
    require<ConfigError>(values.size() == directions().size(), "trial ", trial.number(), ": expected ",
                         directions().size(), " values, got ", values.size());
    const auto objective = record_.options().reported_objective();
    require_reported(objective.has_value());
    report(trial, step, values[*objective]);
  }

  /// Whether the trial should stop now, to be asked after report().
  /// Errors   ConfigError if there are several objectives and none is named as StudyOptions::reported_metric.
  [[nodiscard]] bool should_prune(Trial& trial) {
    const auto reported = record_.options().direction_of_reports();
    require_reported(reported.has_value());
    if (trial.frozen_.intermediate.empty()) return false;
    const bool pruned = pruner_.prune({.trial = trial.frozen_,
                                       .judged = trial.judged_,
                                       .history = history(),
                                       .direction = *reported,
                                       .study = name()});
    trial.judged_ = trial.frozen_.intermediate.rbegin()->first;
    return pruned;
  }

  /// Ends the trial with its value. One that is NaN or infinite is no result: the trial has failed.
  void tell(const Trial& trial, double value) { tell(trial, std::span<const double>(&value, 1)); }

  /// The same with a value for each objective.
  void tell(const Trial& trial, std::span<const double> values) {
    require<ConfigError>(values.size() == directions().size(), "trial ", trial.number(), ": expected ",
                         directions().size(), " values, one for each objective, got ", values.size());
    for (const double value : values)
      if (!std::isfinite(value)) return tell(trial, TrialState::failed, concat("the objective is ", value));
    storage().finish(trial.id(), {TrialState::complete, {values.begin(), values.end()}, {}});
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
    storage().finish(trial.id(), ending);
  }

  /// How much a running trial violates one of its constraints: what is above 0 does, and the more the worse. Samplers
  /// prefer trials that keep theirs, and best_trials() has no others.
  void set_constraint(const Trial& trial, std::string_view constraint, double value) {
    storage().set_trial_attr(trial.id(), storage::AttrKind::system, concat(storage::keys::constraints, ':', constraint),
                             storage::json_text(value));
  }

 private:
  void require_reported(bool said) const {
    require<ConfigError>(
        said, "study.reported_metric: expected the name of the objective that report() gives, as the study has ",
        directions().size(), ", got '", record_.options().reported_metric, "'");
  }

  // Values for a trial. Those that are wanted are used even if a trial had them.
  [[nodiscard]] Sample choose(std::int64_t number, const space::Assignment& wanted) {
    return proposals_.next(space(), record_.known(), record_.options(), number, wanted);
  }

  std::optional<Trial> claim_enqueued() {
    for (const std::size_t position : record_.known().unfinished()) {
      const auto& waiting = record_.known().trials()[position];
      if (waiting.state != TrialState::waiting || !storage().claim(waiting.id)) continue;
      space::Assignment ignored;
      const auto fixed = enqueued_values(space(), waiting, ignored);
      if (const auto* broken = space().broken(fixed)) {  // it was enqueued for a space without it
        const auto cause = concat("its enqueued values break the constraint '", broken->text(), "'");
        storage().finish(waiting.id,
                         {TrialState::failed, {}, {{std::string(storage::keys::cause), storage::json_text(cause)}}});
        continue;
      }
      FrozenTrial trial = waiting;
      trial.state = TrialState::running;
      const Sample sample = choose(trial.number, fixed);
      trial.params = record_.to_stored(sample.values);
      storage().set_params(trial.id, trial.params);
      for (const auto& [key, json] : sample.system_attrs) {
        storage().set_trial_attr(trial.id, storage::AttrKind::system, key, json);
        trial.system_attrs[key] = json;
      }
      storage().set_trial_attr(trial.id, storage::AttrKind::system, storage::keys::owner, record_.owner().to_json());
      if (!ignored.empty())
        storage().set_trial_attr(trial.id, storage::AttrKind::user, storage::keys::ignored,
                                 storage::json_text(ignored));
      return Trial(std::move(trial), sample.values);
    }
    return std::nullopt;
  }

  Trial create() {
    FrozenTrial trial;
    const space::Assignment nothing;
    const auto number = record_.known().trials().empty() ? 0 : record_.known().trials().back().number + 1;
    const Sample sample = choose(number, nothing);
    trial.params = record_.to_stored(sample.values);
    trial.system_attrs = sample.system_attrs;
    trial.started = storage::now();
    trial.system_attrs.emplace(storage::keys::owner, record_.owner().to_json());
    return Trial(storage().create_trial(id(), std::move(trial)), sample.values);
  }

  StudyTrials<S> record_;
  Proposals<Sm> proposals_;
  P pruner_;
};

}  // namespace hpo::search

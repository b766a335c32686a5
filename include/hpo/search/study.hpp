#pragma once
/// \file  A study: trials asked for, judged, told and compared.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/enqueued.hpp>
#include <hpo/search/owner.hpp>
#include <hpo/search/recorded_distributions.hpp>
#include <hpo/search/trial.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/datetime.hpp>
#include <hpo/storage/storage.hpp>

namespace hpo::search {

struct StudyOptions {
  std::string name = "study";
  Direction direction = Direction::minimize;  ///< of the only objective
  std::vector<Direction> directions = {};     ///< of several objectives; empty: one, with `direction`
  std::uint64_t seed = 0;
};

/// One study in a storage, made if it is not there yet, continued if it is. Any number of processes may work on it,
/// each with a Study of its own; an object is for one thread at a time.
///
/// Errors   ConfigError if the study there is of another direction or holds a parameter with another kind or scale;
///          StorageError from the storage.
template <storage::Storage S, class Sm = AnySampler, class P = AnyPruner>
class Study {
  static_assert(Sampler<Sm>, "the second argument of Study is a Sampler");
  static_assert(Pruner<P>, "the third argument of Study is a Pruner");

 public:
  Study(S& storage, StudyOptions options, space::SearchSpace space, Sm sampler = {}, P pruner = {})
      : storage_(storage),
        options_(std::move(options)),
        space_(std::move(space)),
        sampler_(std::move(sampler)),
        pruner_(std::move(pruner)) {
    if (options_.directions.empty()) options_.directions = {options_.direction};
    options_.direction = options_.directions.front();
    space_.validate();
    open();
    refresh();
    for (const auto& spec : space_.params)
      static_cast<void>(RecordedDistributions(recorded_).reconcile(spec, name(), [](auto&&...) {}));
  }

  [[nodiscard]] const std::string& name() const { return options_.name; }
  [[nodiscard]] std::int64_t id() const { return id_; }
  /// Of the only objective, or the first.
  [[nodiscard]] Direction direction() const { return options_.direction; }
  [[nodiscard]] const std::vector<Direction>& directions() const { return options_.directions; }
  [[nodiscard]] const space::SearchSpace& space() const { return space_; }
  [[nodiscard]] S& storage() const { return storage_; }

  /// The next trial, running from now on: the oldest enqueued one, else a new one with values of the sampler. One
  /// transaction: no other process gets the same trial or number, and every trial that is seen has its values.
  [[nodiscard]] Trial ask() {
    refresh();  // the long part, before the lock
    std::optional<Trial> asked;
    try {
      storage_.atomically([&] {
        refresh();
        asked = claim_enqueued();
        if (!asked) asked = create();
      });
    } catch (...) {
      forget();  // it may have seen what was then taken back
      throw;
    }
    return std::move(*asked);
  }

  /// Keeps the value that the trial has reached at a step (0 or more). The first report of a step counts.
  void report(Trial& trial, std::int64_t step, double value) {
    if (storage_.report(trial.id(), step, value)) trial.frozen_.intermediate.emplace(step, value);
  }

  /// Whether the trial should stop now, to be asked after report().
  [[nodiscard]] bool should_prune(Trial& trial) {
    if (trial.frozen_.intermediate.empty()) return false;
    refresh();
    const bool verdict = pruner_.prune({trial.frozen_, trial.judged_, history_, options_.direction, options_.name});
    trial.judged_ = trial.frozen_.intermediate.rbegin()->first;
    return verdict;
  }

  /// Ends the trial with its value. One that is NaN or infinite is no result: the trial has failed.
  void tell(const Trial& trial, double value) {
    if (!std::isfinite(value)) return tell(trial, TrialState::failed, concat("the objective is ", value));
    storage_.finish(trial.id(), {TrialState::complete, {value}, {}});
  }

  /// Ends the trial as pruned or failed. `cause` is kept as user attribute `hpo:cause`. The value of a pruned trial is
  /// its last report.
  void tell(const Trial& trial, TrialState state, std::string_view cause = {}) {
    require<ConfigError>(state == TrialState::pruned || state == TrialState::failed, "trial ", trial.number(),
                         ": expected a value, or pruned or failed, got ", enum_name(state));
    storage::Ending ending{state};
    const auto last = trial.frozen_.last_value();
    if (state == TrialState::pruned && last && !std::isnan(*last)) ending.values = {*last};
    if (!cause.empty()) ending.user_attrs.emplace(storage::keys::cause, storage::json_text(cause));
    storage_.finish(trial.id(), ending);
  }

  /// Lets a later ask() run with these values; what is not named is sampled.
  /// Errors   ConfigError for an unknown name or a value outside its range.
  std::int64_t enqueue(const space::Assignment& values) {
    check_enqueued(space_, values);
    FrozenTrial waiting;
    waiting.state = TrialState::waiting;
    waiting.system_attrs.emplace(storage::keys::fixed_params, storage::json_text(values));
    return storage_.create_trial(id_, waiting).number;
  }

  /// All trials as they are now, by number. Valid until the next call.
  [[nodiscard]] std::span<const FrozenTrial> trials() {
    refresh();
    return history_.trials();
  }

  /// The complete trial with the best value, the earliest of equals. NaN is never best.
  [[nodiscard]] std::optional<FrozenTrial> best() {
    auto first = best_k(1);
    return first.empty() ? std::nullopt : std::optional(std::move(first.front()));
  }

  /// The k best complete trials (or as many as there are), best first.
  [[nodiscard]] std::vector<FrozenTrial> best_k(std::size_t k) {
    refresh();
    std::vector<const FrozenTrial*> ranked;
    for (const auto& trial : history_.trials())
      if (trial.state == TrialState::complete && !trial.values.empty() && !std::isnan(trial.values[0]))
        ranked.push_back(&trial);
    const bool minimize = options_.direction == Direction::minimize;
    const auto better = [&](const FrozenTrial* a, const FrozenTrial* b) {
      if (a->values[0] != b->values[0]) return minimize ? a->values[0] < b->values[0] : a->values[0] > b->values[0];
      return a->number < b->number;
    };
    k = std::min(k, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(k), ranked.end(), better);
    std::vector<FrozenTrial> best;
    for (std::size_t i = 0; i < k; ++i) best.push_back(*ranked[i]);
    return best;
  }

  /// Attributes of the study or of a running trial; the value is JSON text (storage::json_text makes it).
  void set_user_attr(std::string_view key, std::string_view json) {
    storage_.set_study_attr(id_, storage::AttrKind::user, key, json);
  }
  void set_user_attr(const Trial& trial, std::string_view key, std::string_view json) {
    storage_.set_trial_attr(trial.id(), storage::AttrKind::user, key, json);
  }

  /// Fails the running trials of this host whose process is gone. \return their numbers.
  std::vector<std::int64_t> reap_dead() {
    std::vector<std::int64_t> reaped;
    storage_.atomically([&] {
      reaped.clear();
      refresh();
      for (const std::size_t position : history_.unfinished()) {
        const auto& trial = history_.trials()[position];
        const auto attr = trial.system_attrs.find(std::string(storage::keys::owner));
        if (trial.state != TrialState::running || attr == trial.system_attrs.end()) continue;
        const Owner owner = Owner::from_json(attr->second);
        if (!owner.is_dead(self())) continue;
        const auto cause = concat("its process is gone (", owner.pid, " on ", owner.host, ")");
        storage_.finish(trial.id, {TrialState::failed,
                                   {},
                                   {{std::string(storage::keys::cause), storage::json_text(cause)},
                                    {std::string(storage::keys::interrupted), "true"}}});
        reaped.push_back(trial.number);
      }
    });
    return reaped;
  }

 private:
  void open() {
    require<ConfigError>(!name().empty() && name().size() <= 512, "study.name: expected 1 to 512 bytes, got '", name(),
                         "'");
    storage_.atomically([&] {
      const auto found = storage_.find_study(name());
      id_ = found ? *found : storage_.create_study(name(), options_.directions);
    });
    const auto record = storage_.study(id_);
    const auto count = options_.directions.size();
    require<ConfigError>(record.directions.size() == count, "study.name: study '", name(), "' in ", storage_.url(),
                         " has ", record.directions.size(), " objectives, expected ",
                         count == 1 ? std::string("one") : std::to_string(count), "; use another name");
    const auto said = [](const std::vector<Direction>& directions) {
      std::vector<std::string_view> names;
      for (const auto direction : directions) names.push_back(enum_name(direction));
      return join(names);
    };
    require<ConfigError>(record.directions == options_.directions, "study.direction: expected ", said(record.directions),
                         " as study '", name(), "' in ", storage_.url(), " has it, got ", said(options_.directions),
                         "; use a new study.name");
  }

  void refresh() {
    storage_.refresh(id_, history_);
    recorded_.update(history_);
  }

  void forget() {
    history_ = {};
    recorded_ = {};
  }

  const Owner& self() {
    if (self_.pid != ::getpid()) self_ = Owner::self();
    return self_;
  }

  SampleRequest request(std::int64_t number, const space::Assignment& fixed) const {
    return {space_, history_, options_.directions, options_.seed, number, fixed, 0, options_.name};
  }

  std::optional<Trial> claim_enqueued() {
    for (const std::size_t position : history_.unfinished()) {
      const auto& waiting = history_.trials()[position];
      if (waiting.state != TrialState::waiting || !storage_.claim(waiting.id)) continue;
      space::Assignment ignored;
      const auto fixed = enqueued_values(space_, waiting, ignored);
      FrozenTrial trial = waiting;
      trial.state = TrialState::running;
      const Sample sample = sampler_.sample(request(trial.number, fixed));
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
    const Sample sample = sampler_.sample(request(number, nothing));
    trial.params = to_stored(sample.values);
    trial.system_attrs = sample.system_attrs;
    trial.started = storage::now();
    trial.system_attrs.emplace(storage::keys::owner, self().to_json());
    return Trial(storage_.create_trial(id_, std::move(trial)), sample.values);
  }

  std::vector<storage::StoredParam> to_stored(const space::Assignment& values) {
    std::vector<storage::StoredParam> stored;
    for (const auto& [param, value] : values) {
      auto distribution = recorded_.reconcile(*space_.find(param), name(), [&](auto&& wider_name, auto&& wider) {
        storage_.widen_choices(id_, wider_name, wider);
      });
      const double internal = space::to_internal(distribution, value);
      stored.push_back({param, std::move(distribution), internal});
    }
    return stored;
  }

  S& storage_;
  StudyOptions options_;
  space::SearchSpace space_;
  Sm sampler_;
  P pruner_;
  std::int64_t id_ = -1;
  History history_;
  RecordedDistributions recorded_;
  Owner self_;
};

}  // namespace hpo::search

#pragma once
/// \file  The trials of one study in a storage: what was tried, what comes next, what is best.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/join.hpp>
#include <hpo/search/adopt_trial.hpp>
#include <hpo/search/enqueue.hpp>
#include <hpo/search/pareto/better.hpp>
#include <hpo/search/pareto/pareto_front.hpp>
#include <hpo/search/process_id.hpp>
#include <hpo/search/recorded_distributions.hpp>
#include <hpo/search/study_options.hpp>
#include <hpo/search/trial.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/storage.hpp>

namespace hpo::search {

/// One study in a storage, made if it is not there yet: all that needs neither sampler nor pruner. A Study has one; it
/// also serves alone, to look into a study.
///
/// Errors   ConfigError if the study there is of other directions or holds a parameter with another kind or scale;
///          StorageError from the storage.
template <storage::Storage S>
class StudyTrials {
 public:
  StudyTrials(S& storage, StudyOptions options, space::SearchSpace space)
      : storage_(storage), options_(std::move(options)), space_(std::move(space)) {
    options_.complete();
    space_.validate();
    open();
    refresh();
    for (const auto& spec : space_.params) recorded_.check(spec, name());
  }

  [[nodiscard]] const std::string& name() const { return options_.name; }
  [[nodiscard]] std::int64_t id() const { return id_; }
  /// Of the only objective, or the first.
  [[nodiscard]] Direction direction() const { return options_.direction; }
  [[nodiscard]] const std::vector<Direction>& directions() const { return options_.directions; }
  [[nodiscard]] const space::SearchSpace& space() const { return space_; }
  [[nodiscard]] S& storage() const { return storage_; }

  [[nodiscard]] const StudyOptions& options() const { return options_; }

  /// Lets a later ask() run with these values; the other parameters are sampled. It runs even if a trial had them.
  /// Errors   ConfigError for an unknown name, a value outside its range, or values that break a constraint.
  std::int64_t enqueue(const space::Assignment& values) {
    check_enqueued(space_, values);
    FrozenTrial waiting;
    waiting.state = TrialState::waiting;
    waiting.system_attrs.emplace(storage::keys::fixed_params, storage::json_text(values));
    return storage_.create_trial(id_, waiting).number;
  }

  /// The same, unless a trial was enqueued with just these values before. \return whether it was enqueued now.
  bool enqueue_once(const space::Assignment& values) {
    refresh();
    const std::string text = storage::json_text(values);
    for (const auto& trial : history_.trials()) {
      const auto fixed = trial.system_attrs.find(std::string(storage::keys::fixed_params));
      if (fixed != trial.system_attrs.end() && fixed->second == text) return false;
    }
    enqueue(values);
    return true;
  }

  /// Adds the complete and pruned trials of another study, as far as their values fit this one, for the sampler to
  /// learn from. Each is added once, known by `source` and its number. \return how many were added.
  std::size_t warm_start(std::span<const FrozenTrial> trials, std::string_view source) {
    std::size_t added = 0;
    storage_.atomically([&] {
      added = 0;
      refresh();
      std::set<std::string> known;
      for (const auto& trial : history_.trials())
        if (const auto from = trial.user_attrs.find(std::string(storage::keys::source)); from != trial.user_attrs.end())
          known.insert(from->second);
      for (const auto& trial : trials) {
        const auto from = storage::json_text(concat(source, '#', trial.number));
        if (known.contains(from)) continue;
        auto copy = adopt_trial(space_, trial, directions().size());
        if (!copy) continue;
        copy->params = to_stored(external_values(*copy));
        copy->user_attrs.insert_or_assign(std::string(storage::keys::source), from);
        static_cast<void>(storage_.create_trial(id_, std::move(*copy)));
        ++added;
      }
    });
    return added;
  }

  /// Reads what has changed in the storage since the last time.
  void refresh() {
    storage_.refresh(id_, history_);
    recorded_.update(history_);
  }

  /// Forgets all that was read: after a transaction that was taken back.
  void forget() {
    history_ = {};
    recorded_ = {};
  }

  /// The study as refresh() has seen it last.
  [[nodiscard]] const History& known() const { return history_; }

  /// The study as it is now. Valid until the next refresh.
  [[nodiscard]] const History& history() {
    refresh();
    return history_;
  }

  /// All trials as they are now, by number. Valid until the next refresh.
  [[nodiscard]] std::span<const FrozenTrial> trials() { return history().trials(); }

  /// The complete trials that no other dominates, by number; those that violate a constraint are left out.
  [[nodiscard]] std::vector<FrozenTrial> best_trials() {
    refresh();
    std::vector<FrozenTrial> front;
    for (const std::size_t position : pareto_front(history_.trials(), directions()))
      front.push_back(history_.trials()[position]);
    return front;
  }

  /// The complete trial with the best value, the earliest of equals. NaN is never best.
  /// Errors   ConfigError if there are several objectives: see best_trials().
  [[nodiscard]] std::optional<FrozenTrial> best() {
    auto first = best_k(1);
    return first.empty() ? std::nullopt : std::optional(std::move(first.front()));
  }

  /// The k best complete trials (or as many as there are), best first.
  [[nodiscard]] std::vector<FrozenTrial> best_k(std::size_t k) {
    require<ConfigError>(directions().size() == 1, "study '", name(), "': expected one objective, got ",
                         directions().size(), ": there is no single best; use best_trials()");
    refresh();
    std::vector<const FrozenTrial*> ranked;
    for (const auto& trial : history_.trials())
      if (trial.state == TrialState::complete && !trial.values.empty() && !std::isnan(trial.values[0]))
        ranked.push_back(&trial);
    const auto before = [&](const FrozenTrial* a, const FrozenTrial* b) {
      if (a->values[0] != b->values[0]) return better(a->values[0], b->values[0], options_.direction);
      return a->number < b->number;
    };
    k = std::min(k, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(k), ranked.end(), before);
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

  /// This process, as a trial that it runs names it.
  [[nodiscard]] const ProcessId& owner() {
    if (owner_.pid != ::getpid()) owner_ = ProcessId::self();  // a fork is another process
    return owner_;
  }

  /// Values as a trial of this study stores them: each under a distribution that holds the choices of all earlier
  /// trials too.
  [[nodiscard]] std::vector<storage::StoredParam> to_stored(const space::Assignment& values) {
    std::vector<storage::StoredParam> stored;
    for (const auto& [param, value] : values) {
      const auto& spec = *space_.find(param);
      recorded_.check(spec, name());
      bool wider = false;
      const auto& distribution = recorded_.reconcile(spec, wider);
      if (wider) storage_.widen_choices(id_, param, distribution);
      stored.push_back({param, distribution, space::to_internal(distribution, value)});
    }
    return stored;
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
        const ProcessId owner = ProcessId::from_json(attr->second);
        if (!owner.is_dead(this->owner())) continue;
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
    storage_.atomically([&] {
      const auto found = storage_.find_study(name());
      id_ = found ? *found : storage_.create_study(name(), options_.directions);
      if (!found && !options_.metric_names.empty())
        storage_.set_study_attr(id_, storage::AttrKind::system, storage::keys::metric_names,
                                storage::json_text(options_.metric_names));
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
    require<ConfigError>(record.directions == options_.directions, "study.direction: expected ",
                         said(record.directions), " as study '", name(), "' in ", storage_.url(), " has it, got ",
                         said(options_.directions), "; use a new study.name");
  }

  S& storage_;
  StudyOptions options_;
  space::SearchSpace space_;
  std::int64_t id_ = -1;
  History history_;
  RecordedDistributions recorded_;
  ProcessId owner_;
};

}  // namespace hpo::search

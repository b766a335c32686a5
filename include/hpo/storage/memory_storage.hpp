#pragma once
/// \file  Studies in the memory of one process.
/// Layer `storage`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/storage/datetime.hpp>
#include <hpo/storage/storage.hpp>

namespace hpo::storage {

/// Keeps the promises of Storage without a file; gone at the end of the process. Threads may share an object.
class MemoryStorage {
 public:
  MemoryStorage() = default;
  MemoryStorage(const MemoryStorage&) = delete;
  MemoryStorage& operator=(const MemoryStorage&) = delete;

  [[nodiscard]] std::string url() const { return "memory"; }

  [[nodiscard]] std::int64_t create_study(std::string_view name, const std::vector<Direction>& directions) {
    const Lock lock(mutex_);
    require<StorageError>(!find_study(name), url(), ": a study named '", name, "' exists already");
    const std::int64_t id = next_study_++;
    studies_[id].record = {.id = id, .name = std::string(name), .directions = directions};
    if (undo_) undo_->push_back([this, id] { studies_.erase(id); });
    return id;
  }

  [[nodiscard]] std::optional<std::int64_t> find_study(std::string_view name) {
    const Lock lock(mutex_);
    for (const auto& [id, study] : studies_)
      if (study.record.name == name) return id;
    return std::nullopt;
  }

  [[nodiscard]] StudyRecord study(std::int64_t id) {
    const Lock lock(mutex_);
    return at(id).record;
  }

  [[nodiscard]] std::vector<StudyRecord> studies() {
    const Lock lock(mutex_);
    std::vector<StudyRecord> records;
    for (const auto& [id, study] : studies_) records.push_back(study.record);
    return records;
  }

  void delete_study(std::int64_t id) {
    const Lock lock(mutex_);
    static_cast<void>(at(id));  // refuses an unknown one
    const auto gone = std::make_shared<Deleted>();
    gone->study = studies_.extract(id);
    for (const auto trial : gone->study.mapped().trials) gone->trials.push_back(trials_.extract(trial));
    if (undo_)
      undo_->push_back([this, gone] {  // the nodes themselves: earlier steps of the transaction point into them
        studies_.insert(std::move(gone->study));
        for (auto& trial : gone->trials) trials_.insert(std::move(trial));
      });
  }

  void set_study_attr(std::int64_t id, AttrKind kind, std::string_view key, std::string_view json) {
    const Lock lock(mutex_);
    auto& record = at(id).record;
    if (undo_) undo_->push_back([&record, before = record] { record = before; });
    (kind == AttrKind::user ? record.user_attrs : record.system_attrs)[std::string(key)] = json;
  }

  [[nodiscard]] FrozenTrial create_trial(std::int64_t study, FrozenTrial trial) {
    const Lock lock(mutex_);
    auto& numbers = at(study).trials;
    check_values(trial.values);
    trial.id = next_trial_++;
    trial.number = static_cast<std::int64_t>(numbers.size());
    numbers.push_back(trial.id);
    trials_.emplace(trial.id, trial);
    if (undo_)
      undo_->push_back([this, &numbers, id = trial.id] {
        numbers.pop_back();
        trials_.erase(id);
      });
    return trial;
  }

  [[nodiscard]] bool claim(std::int64_t id) {
    const Lock lock(mutex_);
    const auto found = trials_.find(id);
    if (found == trials_.end() || found->second.state != TrialState::waiting) return false;
    auto& trial = unfinished(id);
    trial.state = TrialState::running;
    trial.started = now();
    return true;
  }

  void set_params(std::int64_t id, std::span<const StoredParam> params) {
    const Lock lock(mutex_);
    auto& trial = unfinished(id);
    for (const auto& param : params) {
      const auto known = std::ranges::find(trial.params, param.name, &StoredParam::name);
      if (known != trial.params.end())
        *known = param;
      else
        trial.params.push_back(param);
    }
  }

  bool report(std::int64_t id, std::int64_t step, double value) {
    const Lock lock(mutex_);
    require<StorageError>(step >= 0, url(), ": trial id ", id, ": expected a step of 0 or more, got ", step);
    return unfinished(id).intermediate.emplace(step, value).second;
  }

  void set_trial_attr(std::int64_t id, AttrKind kind, std::string_view key, std::string_view json) {
    const Lock lock(mutex_);
    auto& trial = unfinished(id);
    (kind == AttrKind::user ? trial.user_attrs : trial.system_attrs)[std::string(key)] = json;
  }

  void finish(std::int64_t id, const Ending& ending) {
    const Lock lock(mutex_);
    check_values(ending.values);
    auto& trial = unfinished(id);
    trial.state = ending.state;
    trial.values = ending.values;
    trial.completed = now();
    for (const auto& [key, json] : ending.user_attrs) trial.user_attrs[key] = json;
  }

  [[nodiscard]] FrozenTrial trial(std::int64_t id) {
    const Lock lock(mutex_);
    const auto found = trials_.find(id);
    require<StorageError>(found != trials_.end(), url(), ": no trial has the id ", id);
    return found->second;
  }

  void refresh(std::int64_t study, History& history) {
    const Lock lock(mutex_);
    const auto& ids = at(study).trials;
    std::vector<std::int64_t> open;
    for (const std::size_t position : history.unfinished()) open.push_back(history.trials()[position].id);
    for (const auto id : open) history.put(trial(id));
    for (std::size_t i = history.trials().size(); i < ids.size(); ++i) history.put(trials_.at(ids[i]));
  }

  void widen_choices(std::int64_t study, std::string_view name, const space::Distribution& distribution) {
    const Lock lock(mutex_);
    for (const auto id : at(study).trials)
      for (auto& param : trials_.at(id).params)
        if (param.name == name) {
          if (undo_) undo_->push_back([&param, before = param.distribution] { param.distribution = before; });
          param.distribution = distribution;
        }
  }

  template <class Body>
  void atomically(Body&& body) {
    const Lock lock(mutex_);
    if (undo_) return body();  // inside another one: part of it
    undo_.emplace();
    try {
      body();
    } catch (...) {
      for (auto step = undo_->rbegin(); step != undo_->rend(); ++step) (*step)();
      undo_.reset();
      throw;
    }
    undo_.reset();
  }

 private:
  using Lock = std::lock_guard<std::recursive_mutex>;

  struct Study {
    StudyRecord record;
    std::vector<std::int64_t> trials;  // ids, by number
  };
  struct Deleted {
    std::map<std::int64_t, Study>::node_type study;
    std::vector<std::map<std::int64_t, FrozenTrial>::node_type> trials;
  };

  Study& at(std::int64_t id) {
    const auto found = studies_.find(id);
    require<StorageError>(found != studies_.end(), url(), ": no study has the id ", id);
    return found->second;
  }

  /// The trial, about to be changed.
  FrozenTrial& unfinished(std::int64_t id) {
    const auto found = trials_.find(id);
    require<StorageError>(found != trials_.end(), url(), ": no trial has the id ", id);
    auto& trial = found->second;
    require<StorageError>(!is_finished(trial.state), url(), ": trial ", trial.number, " is finished already");
    if (undo_) undo_->push_back([&trial, before = trial] { trial = before; });
    return trial;
  }

  void check_values(const std::vector<double>& values) const {
    for (const double value : values)
      require<StorageError>(!std::isnan(value), url(), ": a final value must not be NaN");
  }

  std::recursive_mutex mutex_;
  std::map<std::int64_t, Study> studies_;
  std::map<std::int64_t, FrozenTrial> trials_;
  std::int64_t next_study_ = 1;
  std::int64_t next_trial_ = 1;
  std::optional<std::vector<std::function<void()>>> undo_;  // how to take back the transaction in progress
};

static_assert(Storage<MemoryStorage>);

}  // namespace hpo::storage

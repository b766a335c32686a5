#pragma once
/// \file  A storage whose kind a URL decides at run time.
/// Layer `storage`, tier 0.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/storage/memory_storage.hpp>
#include <hpo/storage/sqlite_storage.hpp>

namespace hpo::storage {

/// Memory for "memory" (or ":memory:", ""), else SQLite; a Storage like those it stands for.
/// Errors   ConfigError for a URL of another kind, StorageError if it cannot be opened.
class AnyStorage {
 public:
  explicit AnyStorage(std::string_view url, SqliteOptions options = {}) {
    if (!url.empty() && url != "memory" && url != ":memory:") kind_.emplace<SqliteStorage>(url, options);
  }

  [[nodiscard]] std::string url() const {
    return std::visit([](const auto& s) { return s.url(); }, kind_);
  }
  /// Closes files until the next call; see SqliteStorage.
  void disconnect() {
    if (auto* sqlite = std::get_if<SqliteStorage>(&kind_)) sqlite->disconnect();
  }

  [[nodiscard]] std::int64_t create_study(std::string_view name, const std::vector<Direction>& directions) {
    return std::visit([&](auto& s) { return s.create_study(name, directions); }, kind_);
  }
  [[nodiscard]] std::optional<std::int64_t> find_study(std::string_view name) {
    return std::visit([&](auto& s) { return s.find_study(name); }, kind_);
  }
  [[nodiscard]] StudyRecord study(std::int64_t id) {
    return std::visit([&](auto& s) { return s.study(id); }, kind_);
  }
  [[nodiscard]] std::vector<StudyRecord> studies() {
    return std::visit([](auto& s) { return s.studies(); }, kind_);
  }
  void delete_study(std::int64_t id) {
    std::visit([&](auto& s) { s.delete_study(id); }, kind_);
  }
  void set_study_attr(std::int64_t id, AttrKind kind, std::string_view key, std::string_view json) {
    std::visit([&](auto& s) { s.set_study_attr(id, kind, key, json); }, kind_);
  }
  [[nodiscard]] FrozenTrial create_trial(std::int64_t study, const FrozenTrial& trial) {
    return std::visit([&](auto& s) { return s.create_trial(study, trial); }, kind_);
  }
  [[nodiscard]] bool claim(std::int64_t trial) {
    return std::visit([&](auto& s) { return s.claim(trial); }, kind_);
  }
  void set_params(std::int64_t trial, std::span<const StoredParam> params) {
    std::visit([&](auto& s) { s.set_params(trial, params); }, kind_);
  }
  bool report(std::int64_t trial, std::int64_t step, double value) {
    return std::visit([&](auto& s) { return s.report(trial, step, value); }, kind_);
  }
  void set_trial_attr(std::int64_t trial, AttrKind kind, std::string_view key, std::string_view json) {
    std::visit([&](auto& s) { s.set_trial_attr(trial, kind, key, json); }, kind_);
  }
  void finish(std::int64_t trial, const Ending& ending) {
    std::visit([&](auto& s) { s.finish(trial, ending); }, kind_);
  }
  [[nodiscard]] FrozenTrial trial(std::int64_t id) {
    return std::visit([&](auto& s) { return s.trial(id); }, kind_);
  }
  void refresh(std::int64_t study, History& history) {
    std::visit([&](auto& s) { s.refresh(study, history); }, kind_);
  }
  void widen_choices(std::int64_t study, std::string_view name, const space::Distribution& distribution) {
    std::visit([&](auto& s) { s.widen_choices(study, name, distribution); }, kind_);
  }
  template <class Body>
  void atomically(Body&& body) {
    std::visit([&](auto& s) { s.atomically(body); }, kind_);
  }

 private:
  std::variant<MemoryStorage, SqliteStorage> kind_;
};

static_assert(Storage<AnyStorage>);

}  // namespace hpo::storage

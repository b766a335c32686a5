#pragma once
/// \file  The Storage concept: where studies and trials are kept, and what every kind of storage promises.
/// Layer `storage`, tier 0.

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/storage/history.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::storage {

/// Keeps studies and their trials.
///
/// Meaning the compiler cannot check (hpo/testing/storage_contract.hpp does):
///   - each call is one transaction: done, or it throws and nothing of it is; `atomically(f)` makes one of several.
///     `f` may be called again after a conflict, so it must start from what the storage says;
///   - trial numbers are 0, 1, 2, ... in a study, without a gap, at any number of processes;
///   - of several that `claim` a waiting trial, one gets true; `finish` succeeds once, and then the trial is immutable;
///   - the first report of a step counts; a second one of the same step changes nothing and gives false;
///   - `widen_choices` rewrites the choices of a categorical parameter in all trials of a study: the new list begins
///     with the old one, so that stored indices keep their meaning.
/// Errors   StorageError: an unknown or deleted id, a study name in use, a trial that is not running any more, and
///          whatever the medium refuses.
template <class S>
concept Storage =
    requires(S storage, const S& constant, std::int64_t id, std::string_view text, History& history,
             const std::vector<Direction>& directions, const FrozenTrial& trial, const Ending& ending,
             std::span<const StoredParam> params, const space::Distribution& distribution, void (*body)()) {
      { storage.create_study(text, directions) } -> std::same_as<std::int64_t>;
      { storage.find_study(text) } -> std::same_as<std::optional<std::int64_t>>;
      { storage.study(id) } -> std::same_as<StudyRecord>;
      { storage.studies() } -> std::same_as<std::vector<StudyRecord>>;
      storage.delete_study(id);
      storage.set_study_attr(id, AttrKind::user, text, text);

      /// Adds a copy of the trial, whatever its state; its id and number are assigned.
      { storage.create_trial(id, trial) } -> std::same_as<FrozenTrial>;
      { storage.claim(id) } -> std::same_as<bool>;
      storage.set_params(id, params);
      { storage.report(id, std::int64_t{}, double{}) } -> std::same_as<bool>;
      storage.set_trial_attr(id, AttrKind::user, text, text);
      storage.finish(id, ending);
      { storage.trial(id) } -> std::same_as<FrozenTrial>;
      storage.refresh(id, history);
      storage.widen_choices(id, text, distribution);

      storage.atomically(body);
      { constant.url() } -> std::same_as<std::string>;
    };

}  // namespace hpo::storage

#pragma once
/// \file  The study of an agent's sweep: opened as its configuration wants it, with what another one knows.
/// Layer `sweep`, tier 3.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <hpo/agent/agent.hpp>
#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/any_storage.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/history.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/open_storage.hpp>

namespace hpo::sweep {

/// Storage, sampler and pruner are those that the configuration names.
using AgentStudy = search::Study<storage::AnyStorage, search::AnySampler, search::AnyPruner>;

/// The study as the configuration wants it, in a storage.
template <agent::Agent A>
[[nodiscard]] AgentStudy open_study(storage::AnyStorage& storage, const Prepared<A>& prepared) {
  const auto& config = prepared.config;
  return AgentStudy(storage,
                    {.name = config.study.name,
                     .direction = prepared.direction,
                     .seed = static_cast<std::uint64_t>(config.study.seed),
                     .metric_names = {config.study.metric},
                     .duplicates = config.study.duplicates,
                     .batch = config.study.batch},
                    config.space, search::make_sampler(config.sampler, search::hyperband_options(config.pruner)),
                    search::make_pruner(config.pruner));
}

/// Lets the study learn from another one. \return a note about it, or nothing if there is none to learn from.
/// Errors   ConfigError if `source` is no DATABASE#NAME, UsageError if there is no such study.
inline std::optional<std::string> learn_from(AgentStudy& study, const std::string& source) {
  if (source.empty()) return std::nullopt;
  const auto hash = source.rfind('#');
  require<ConfigError>(hash != std::string::npos && hash > 0 && hash + 1 < source.size(),
                       "study.warm_start: expected DATABASE#NAME, got '", source, "'");
  auto storage = open_existing(source.substr(0, hash));
  const std::string name = source.substr(hash + 1);
  const auto id = storage.find_study(name);
  require<UsageError>(id.has_value(), "study.warm_start: ", storage.url(), ": expected a study named '", name,
                      "', got none");
  require<ConfigError>(storage.study(*id).directions == study.directions(), "study.warm_start: ", source,
                       ": expected a study that ", enum_name(study.direction()), "s one metric, got another");
  storage::History history;
  storage.refresh(*id, history);
  const auto added = study.warm_start(history.trials(), storage.url() + "#" + name);
  return concat(added, " of ", history.trials().size(), " trials of ", source, " taken over");
}

/// The trials that a study ran itself: those of another study have no models here.
[[nodiscard]] inline std::vector<storage::FrozenTrial> own_trials(AgentStudy& study) {
  std::vector<storage::FrozenTrial> own;
  for (const auto& trial : study.trials())
    if (!trial.user_attrs.contains(std::string(storage::keys::source))) own.push_back(trial);
  return own;
}

}  // namespace hpo::sweep

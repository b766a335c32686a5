#pragma once
/// \file  A trial of a study that is there already, by its number or as the best.
/// Layer `sweep`. No torch.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/report/ranking.hpp>
#include <hpo/space/assignment.hpp>
#include <hpo/storage/history.hpp>
#include <hpo/storage/storage.hpp>

namespace hpo::sweep {

/// A configuration to be trained: the number is the address of its randomness.
struct ChosenTrial {
  std::int64_t number = 0;
  space::Assignment values{};
};

/// The trial with that number, or the best complete one of a study of one objective. `where` begins what is said of a
/// trial that is not there.
/// Errors   UsageError if there is no such study or trial, or none that is complete.
template <storage::Storage S>
[[nodiscard]] ChosenTrial find_trial(S& storage, const std::string& study, std::optional<std::int64_t> number = {},
                                     std::string_view where = "trial") {
  const auto id = storage.find_study(study);
  if (!id) {
    std::vector<std::string> known;
    for (const auto& each : storage.studies()) known.push_back(each.name);
    fail<UsageError>(storage.url(), ": no study is called '", study, "'", known_names(study, known));
  }
  storage::History history;
  storage.refresh(*id, history);
  const storage::FrozenTrial* chosen = nullptr;
  if (number) {
    for (const auto& trial : history.trials())
      if (trial.number == *number) chosen = &trial;
    require<UsageError>(chosen != nullptr, where, ": expected one of the ", history.trials().size(),
                        " trials of study '", study, "', got ", *number);
  } else {
    const auto best = report::ranked(history.trials(), storage.study(*id).directions.at(0), 1);
    require<UsageError>(!best.empty(), where, ": study '", study, "' has no complete trial yet");
    chosen = best.front();
  }
  ChosenTrial result{.number = chosen->number};
  for (const auto& param : chosen->params) result.values.set(param.name, param.value());
  return result;
}

}  // namespace hpo::sweep

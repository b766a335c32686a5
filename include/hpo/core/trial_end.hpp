#pragma once
/// \file  How a trial ended.
/// Layer `core`, tier 0.

#include <array>
#include <string_view>
#include <utility>

namespace hpo {

/// How a trial ended: training, the trial's process and the search use this one word. Why it failed or was pruned is a
/// line of text beside it. (What a database knows of a trial, running and waiting included, is storage::TrialState.)
enum class TrialEnd { complete, pruned, failed };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, TrialEnd>, 3> enum_names(TrialEnd) {
  return {{{"complete", TrialEnd::complete}, {"pruned", TrialEnd::pruned}, {"failed", TrialEnd::failed}}};
}

}  // namespace hpo

#pragma once
/// \file  What mattered, in a line.
/// Layer `report`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <hpo/core/error.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/report/importance.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::report {

/// "optim.lr 62 %, head.pooling 21 %": the most important parameters, at most five, each of at least one per cent; the
/// best tenth of the trials against all, or the best five where that is fewer. Empty if fewer than 20 trials are
/// complete (that would be guessing), or nothing can be told.
[[nodiscard]] inline std::string importance_text(std::span<const storage::FrozenTrial> trials,
                                                 std::span<const storage::Direction> directions) {
  constexpr std::size_t fewest = 20, best = 5, shown = 5;
  const auto complete =
      static_cast<std::size_t>(std::ranges::count(trials, storage::TrialState::complete, &storage::FrozenTrial::state));
  if (complete < fewest) return {};
  const double quantile = std::max(0.1, static_cast<double>(best) / static_cast<double>(complete));
  std::string text;
  const auto found = importance(trials, directions, {.target_quantile = quantile});
  for (const auto& [name, share] : std::span(found).first(std::min(found.size(), shown)))
    if (const auto percent = std::lround(100 * share); percent > 0)
      text += concat(text.empty() ? "" : ", ", clean(name), " ", percent, " %");
  return text;
}

}  // namespace hpo::report

#pragma once
/// \file  What a report is answered with.
/// Layer `core`, tier 0.

#include <array>
#include <string_view>
#include <utility>

namespace hpo {

/// The answer to a reported evaluation: of a pruner, or of a callback of one's own. `prune` says that this trial is not
/// worth its time; `stop` ends it as complete, with its best evaluation.
enum class Answer { go_on, prune, stop };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, Answer>, 3> enum_names(Answer) {
  return {{{"go_on", Answer::go_on}, {"prune", Answer::prune}, {"stop", Answer::stop}}};
}

}  // namespace hpo

#pragma once
/// \file  What a program of hpo answers the shell.
/// Layer `app`, tier 0.

#include <hpo/search/stop_rule.hpp>

namespace hpo::app {

/// The exit status of every verb.
enum class ExitCode : int {
  done = 0,
  internal_error = 1,
  wrong_use = 2,        ///< of the command line, the configuration or the input
  stopped = 3,          ///< by the user: what was finished is kept
  too_many_failed = 4,  ///< trials
};

[[nodiscard]] constexpr int status(ExitCode code) {
  return static_cast<int>(code);
}

/// How a program answers the shell for a sweep that ended so.
[[nodiscard]] constexpr ExitCode exit_code(search::StopReason reason) {
  if (reason == search::StopReason::stopped) return ExitCode::stopped;
  return reason == search::StopReason::too_many_failed ? ExitCode::too_many_failed : ExitCode::done;
}

}  // namespace hpo::app

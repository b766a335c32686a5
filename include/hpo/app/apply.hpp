#pragma once
/// \file  The verbs `evaluate` and `predict`: an exported model on a file.
/// Layer `app`, tier 3.

#include <iostream>

#include <hpo/agent/agent.hpp>
#include <hpo/app/command.hpp>
#include <hpo/app/exit_code.hpp>
#include <hpo/core/error.hpp>
#include <hpo/sweep/agent/evaluate.hpp>
#include <hpo/sweep/agent/predict.hpp>

namespace hpo::app {

/// Prints every metric, a line each.
template <agent::Agent A>
[[nodiscard]] ExitCode evaluate(const EvaluateCommand& command) {
  const auto result = sweep::evaluate<A>(command.model, command.input, {.settings = command.set});
  for (const auto& note : result.notes) std::cerr << note << '\n';
  for (const auto& [name, value] : result.scores) std::cout << concat(name, " ", value, "\n");
  std::cout << concat("rows ", result.rows, "\n");
  return ExitCode::done;
}

/// Writes one line per row of the input, in its order.
template <agent::Agent A>
[[nodiscard]] ExitCode predict(const PredictCommand& command) {
  const auto result = sweep::predict<A>(command.model, command.input, command.output);
  for (const auto& note : result.notes) std::cerr << note << '\n';
  std::cout << concat(result.count, " predictions in ", command.output, "\n");
  return ExitCode::done;
}

}  // namespace hpo::app

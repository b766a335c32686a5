#pragma once
/// \file  What training says while it runs and at its end.
/// Layer `train`, tier 0.

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpo::train {

/// What the validation rows say about a model: the number that counts, and the others by name.
struct Scores {
  double metric = 0.0;
  std::vector<std::pair<std::string, double>> all;
};

/// One evaluation. `evaluation` counts from 1 and is the step a pruner compares trials at.
struct EvaluationReport {
  std::int64_t evaluation = 0;
  double epoch = 0.0;       ///< epochs done, for example 1.5
  std::int64_t step = 0;    ///< optimizer steps done
  double train_loss = 0.0;  ///< mean over the rows since the last evaluation
  double lr = 0.0;          ///< of the last step
  Scores scores;
  bool improved = false;
  double seconds = 0.0;  ///< since training began
};

/// The answer to a report.
enum class Verdict { go_on, prune, stop };

/// How training ended. In each case the model is left with its best evaluated weights.
enum class Outcome { finished, early_stopped, pruned, cancelled, diverged };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, Outcome>, 5> enum_names(Outcome) {
  return {{{"finished", Outcome::finished},
           {"early_stopped", Outcome::early_stopped},
           {"pruned", Outcome::pruned},
           {"cancelled", Outcome::cancelled},
           {"diverged", Outcome::diverged}}};
}

struct FitResult {
  Outcome outcome = Outcome::finished;
  std::int64_t best_evaluation = 0;  ///< 0: none was made
  double best_epoch = 0.0;
  Scores best;
  std::vector<EvaluationReport> history;
  std::int64_t steps = 0;
  double seconds = 0.0;
  std::string cause;  ///< why it diverged, in one line
};

/// What a run is told from outside: the address of its randomness, and who may end it.
struct FitRun {
  std::uint64_t seed = 0;
  std::uint64_t trial = 0;
  bool minimize = false;                                               ///< whether a smaller metric is better
  std::function<Verdict(const EvaluationReport&)> on_evaluation = {};  ///< optional; called on the training thread
  std::function<bool()> cancelled = {};                                ///< optional; asked before every batch
};

}  // namespace hpo::train

#pragma once
/// \file  What training says while it runs and at its end.
/// Layer `train`, tier 0.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <hpo/core/answer.hpp>
#include <hpo/core/evaluation.hpp>
#include <hpo/core/trial_end.hpp>

namespace hpo::train {

/// What the validation rows say about a model: the number that counts, and the others by name.
struct Scores {
  double metric = 0.0;
  std::vector<std::pair<std::string, double>> all;
};

/// One evaluation, with all that training knows of it. What others than training look at is its base.
struct EvaluationReport : Evaluation {
  double epoch = 0.0;      ///< epochs done, for example 1.5
  std::int64_t steps = 0;  ///< optimizer steps done
  double lr = 0.0;         ///< of the last step
  Scores scores;
  bool improved = false;
  double seconds = 0.0;  ///< since training began
};

/// What training has come to. However it ended, the model is left with its best evaluated weights.
struct FitResult {
  TrialEnd end = TrialEnd::complete;  ///< failed: it diverged, or was cancelled; `cause` says which
  bool early_stopped = false;         ///< complete before its last epoch
  std::int64_t best_evaluation = 0;   ///< 0: none was made
  double best_epoch = 0.0;
  Scores best{};
  std::vector<EvaluationReport> history{};
  std::int64_t steps = 0;
  double seconds = 0.0;
  std::string cause{};  ///< why it failed, in one line
};

/// What a run is told from outside: the address of its randomness, and who may end it.
struct FitRun {
  std::uint64_t seed = 0;
  std::uint64_t trial = 0;
  bool minimize = false;                                                   ///< whether a smaller metric is better
  std::function<hpo::Answer(const EvaluationReport&)> on_evaluation = {};  ///< optional; called on the training thread
  std::function<bool()> cancelled = {};                                    ///< optional; asked before every batch
};

}  // namespace hpo::train

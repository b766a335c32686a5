#pragma once
/// \file  What happens in a sweep, as values that every form of progress output takes.
/// Layer `report`, tier 0.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <hpo/core/evaluation.hpp>
#include <hpo/core/trial_end.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::report {

/// A moment: `steady` to measure by, `wall` to write down.
struct Moment {
  std::chrono::steady_clock::time_point steady;
  std::chrono::system_clock::time_point wall;
};

/// Where the time comes from; tests give their own.
using Clock = std::function<Moment()>;

[[nodiscard]] inline Moment now() {
  return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
}

/// A trial and the value that it reached.
struct BestTrial {
  std::int64_t number = 0;
  double value = 0;
};

/// A sweep begins, or goes on.
struct StudyInfo {
  std::string program{};  ///< the agent's name
  std::string study{};
  std::string storage{};  ///< where the study lies
  std::string metric{};
  storage::Direction direction = storage::Direction::maximize;
  std::int64_t trials = 0;    ///< to run from now on; 0 if only time limits them
  std::int64_t parallel = 1;  ///< trials at once
  std::optional<double> timeout_s{};
  std::optional<std::uint64_t> seed{};  ///< if it is known
  std::string sampler{}, pruner{};
  std::int64_t trials_before = 0;          ///< finished in earlier runs of the study
  std::optional<BestTrial> best_before{};  ///< of those
};

struct TrialStarted {
  std::int64_t number = 0;
  std::string params;  ///< "optim.lr=0.0001 head.pooling=mean"
};

struct TrialEvaluated {
  std::int64_t number = 0;
  Evaluation evaluation{};
};

struct TrialFinished {
  std::int64_t number = 0;
  TrialEnd end = TrialEnd::complete;
  std::optional<double> value{};  ///< of a pruned or failed trial the last that it reported
  double seconds = 0;
  std::string cause{};  ///< why it failed, was pruned or stopped early; may be empty
};

struct Note {
  std::string text;
  bool warning = false;
};

/// Time has passed, nothing else.
struct Tick {};

/// The sweep is over: nothing follows.
struct Finish {};

}  // namespace hpo::report

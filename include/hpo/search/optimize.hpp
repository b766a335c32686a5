#pragma once
/// \file  The loop for those who have a function and want its best arguments.
/// Layer `search`, tier 0.
///
///     storage::MemoryStorage storage;
///     search::Study study(storage, {.name = "parabola"}, {{{"x", space::FloatDistribution{-5, 5}}}});
///     search::optimize(study, [](auto& trial) { return std::pow(trial.real("x") - 2, 2); }, 50);
///     study.best()->values[0];

#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <hpo/search/study.hpp>

namespace hpo::search {

/// What an objective returns: a value, or that the trial was pruned or failed.
struct Outcome {
  TrialState state = TrialState::complete;
  double value = 0;
  std::string cause{};

  // Implicit, so that an objective can return a number.
  Outcome(double result) : value(result) {}  // NOLINT
  [[nodiscard]] static Outcome pruned() { return Outcome(TrialState::pruned, {}); }
  [[nodiscard]] static Outcome failed(std::string cause) { return Outcome(TrialState::failed, std::move(cause)); }

 private:
  Outcome(TrialState end, std::string why) : state(end), cause(std::move(why)) {}
};

/// A trial that knows its study: what an objective is given.
template <class StudyType>
class LiveTrial {
 public:
  LiveTrial(StudyType& study, Trial& trial) : study_(study), trial_(trial) {}

  [[nodiscard]] std::int64_t number() const { return trial_.number(); }
  [[nodiscard]] const space::Assignment& params() const { return trial_.params(); }
  [[nodiscard]] double real(std::string_view name) const { return trial_.real(name); }
  [[nodiscard]] std::int64_t integer(std::string_view name) const { return trial_.integer(name); }
  [[nodiscard]] bool flag(std::string_view name) const { return trial_.flag(name); }
  [[nodiscard]] const std::string& word(std::string_view name) const { return trial_.word(name); }
  [[nodiscard]] bool has(std::string_view name) const { return trial_.has(name); }

  void report(std::int64_t step, double value) { study_.report(trial_, step, value); }
  /// If true, return Outcome::pruned().
  [[nodiscard]] bool should_prune() { return study_.should_prune(trial_); }
  void set_user_attr(std::string_view key, std::string_view json) { study_.set_user_attr(trial_, key, json); }

 private:
  StudyType& study_;
  Trial& trial_;
};

struct OptimizeOptions {
  std::chrono::duration<double> timeout{};  ///< no trial begins later than this; zero for none
  bool keep_going = false;                  ///< after an objective has thrown: else its exception ends the loop
};

/// Runs `objective(LiveTrial&)` n times, each time with the values of a new trial. An objective that throws has failed,
/// with the words of the exception as its cause.
template <class StudyType, class Objective>
void optimize(StudyType& study, Objective&& objective, std::int64_t n, OptimizeOptions options = {}) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < n; ++i) {
    if (options.timeout.count() > 0 && std::chrono::steady_clock::now() - begin >= options.timeout) return;
    Trial trial = study.ask();
    LiveTrial<StudyType> live(study, trial);
    try {
      const Outcome outcome = objective(live);
      if (outcome.state == TrialState::complete)
        study.tell(trial, outcome.value);
      else
        study.tell(trial, outcome.state, outcome.cause);
    } catch (const StorageError&) {
      throw;  // the study itself is in trouble: nothing can be told
    } catch (const std::exception& error) {
      study.tell(trial, TrialState::failed, error.what());
      if (!options.keep_going) throw;
    }
  }
}

}  // namespace hpo::search

#pragma once
/// \file  A study that several workers run at once.

#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

#include "../check.hpp"

namespace hpo::test {

/// The parameters of a study's trials by number, when `workers` have a trial in hand at any time and end them out of
/// order. `make()` is each worker's sampler.
template <class Make>
[[nodiscard]] std::vector<space::Assignment> run_with(std::size_t workers, const space::SearchSpace& space,
                                                      std::size_t trials, Make make) {
  storage::MemoryStorage storage;
  std::deque<search::Study<storage::MemoryStorage, decltype(make())>> studies;
  for (std::size_t w = 0; w < workers; ++w)
    studies.emplace_back(storage, search::StudyOptions{.seed = 9}, space, make());
  std::vector<space::Assignment> values(trials);
  std::deque<std::pair<std::size_t, search::Trial>> running;
  for (std::size_t asked = 0, ended = 0; ended < trials; ++ended) {
    for (; asked < trials && running.size() < workers; ++asked)
      running.emplace_back(asked % workers, studies[asked % workers].ask());
    const std::size_t next = ended * 7 % running.size();
    const auto& [worker, trial] = running[next];
    values[static_cast<std::size_t>(trial.number())] = trial.params();
    studies[worker].tell(trial, static_cast<double>(ended));
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(next));
  }
  return values;
}

/// Every trial has the values that it has with one worker.
template <class Make>
void is_alike_at_any_number_of_workers(const space::SearchSpace& space, std::size_t trials, Make make) {
  const auto alone = run_with(1, space, trials, make);
  for (const std::size_t workers : {3u, 8u}) CHECK(run_with(workers, space, trials, make) == alone);
}

}  // namespace hpo::test

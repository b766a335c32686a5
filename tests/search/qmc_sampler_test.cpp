// Mirrors include/hpo/search/qmc_sampler.hpp.
#include <hpo/search/qmc_sampler.hpp>

#include <deque>
#include <map>

#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

#include "sampler_contract.hpp"

namespace hpo::search {
namespace {

/// The parameters of a study's trials by number, when `workers` have a trial in hand at any time and end them out of
/// order.
std::vector<space::Assignment> run_with(std::size_t workers, const space::SearchSpace& space, std::size_t trials) {
  storage::MemoryStorage storage;
  std::deque<Study<storage::MemoryStorage, QmcSampler>> studies;
  for (std::size_t w = 0; w < workers; ++w) studies.emplace_back(storage, StudyOptions{.seed = 9}, space, QmcSampler{});
  std::vector<space::Assignment> values(trials);
  std::deque<std::pair<std::size_t, Trial>> running;
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

TEST_SUITE("search/qmc_sampler") {
  TEST_CASE("QmcSampler obeys the sampler contract, scrambled or not") {
    test::obeys_sampler_contract([] { return QmcSampler{}; });
    test::obeys_sampler_contract([] { return QmcSampler({.scramble = false}); }, {.seeded = false});
  }
  TEST_CASE("a power of two of trials has every value equally often") {
    const auto space = test::every_kind();
    const space::Assignment nothing;
    const History history;
    for (const bool scramble : {true, false}) {
      QmcSampler sampler({.scramble = scramble});
      std::map<std::string, std::map<std::string, int>> seen;
      for (std::int64_t number = 0; number < 64; ++number) {
        const auto values = sampler.sample({space, history, {Direction::minimize}, 1, number, nothing});
        for (const auto& [name, value] : values) ++seen[name][space::to_string(value)];
      }
      CHECK(seen["batch"].size() == 8);
      for (const auto& [value, count] : seen["batch"]) CHECK(count == 8);
      for (const auto& [value, count] : seen["bias"]) CHECK(count == 32);
      for (const auto& [value, count] : seen["pooling"]) CHECK(std::abs(count - 21) <= 1);
      CHECK(seen["x"].size() == 64);
      CHECK(std::abs(static_cast<int>(seen["width"].size()) - 43) <= 6);  // active in two thirds, rarely twice the same
    }
  }
  TEST_CASE("any number of workers visits the same points") {
    const auto space = test::every_kind();
    CHECK(run_with(1, space, 40) == run_with(3, space, 40));
    CHECK(run_with(1, space, 40) == run_with(8, space, 40));
  }
  TEST_CASE("trials that were not sampled here leave the others where they were") {
    const auto space = test::every_kind();
    const space::Assignment nothing;
    const History empty;
    History busy;
    busy.put(test::trial_of(space, {{"x", 1.0}}, 0, TrialState::complete, 1));
    CHECK(QmcSampler{}.sample({space, empty, {Direction::minimize}, 1, 5, nothing}) ==
          QmcSampler{}.sample({space, busy, {Direction::minimize}, 1, 5, nothing}));
  }
}

}  // namespace
}  // namespace hpo::search

// How good is what a sampler has found after 25, 50 and 100 trials? One JSON line per seed: the simple regret.
//   quality_bench SAMPLER OBJECTIVE [SEEDS=50] [TRIALS=100] [FIRST_SEED=0]
// SAMPLER is a name, then options of the [sampler] section: tpe,startup_trials=20. quality.py compares with Optuna.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <string>

#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

#include "options_argument.hpp"
#include "quality_objectives.hpp"

namespace hpo {
namespace {

void run(const search::SamplerOptions& sampler, const bench::Objective& objective, std::uint64_t seed, int trials) {
  storage::MemoryStorage storage;
  search::Study study(storage, {.name = std::string(objective.name), .seed = seed}, objective.space,
                      search::make_sampler(sampler));
  double best = std::numeric_limits<double>::infinity();
  std::string regrets;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 1; i <= trials; ++i) {
    const auto trial = study.ask();
    const double value = objective.value(trial);
    study.tell(trial, value);
    best = std::min(best, value);
    if (i == 25 || i == 50 || i == 100 || i == trials)
      regrets += concat(regrets.empty() ? "" : ", ", '"', i, "\": ", best - objective.least);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("{\"objective\": \"%s\", \"seed\": %llu, \"regret\": {%s}, \"seconds\": %.3f}\n",
              std::string(objective.name).c_str(), static_cast<unsigned long long>(seed), regrets.c_str(),
              seconds.count());
  std::fflush(stdout);
}

}  // namespace
}  // namespace hpo

int main(int argc, char** argv) try {
  const auto argument = [&](int i, const char* otherwise) { return i < argc ? argv[i] : otherwise; };
  const auto sampler = hpo::bench::sampler_argument(argument(1, "tpe"));
  const auto& objective = hpo::bench::find_objective(argument(2, "branin"));
  const std::uint64_t seeds = std::stoull(argument(3, "50")), first = std::stoull(argument(5, "0"));
  const int trials = std::stoi(argument(4, "100"));
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) hpo::run(sampler, objective, seed, trials);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}

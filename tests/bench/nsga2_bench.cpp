// How much has NSGA-II dominated after some trials? One JSON line per seed: the hypervolume of all trials.
//   nsga2_bench SAMPLER PROBLEM [SEEDS=11] [TRIALS=1000] [DIMENSIONS=30]
// SAMPLER is a name, then options of the [sampler] section: nsga2,crossover=sbx. PROBLEM is zdt1 or zdt2. nsga2.py
// compares with Optuna.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/search/pareto/hypervolume.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

#include "options_argument.hpp"

namespace hpo {
namespace {

/// Source   Zitzler, Deb, Thiele: Comparison of multiobjective evolutionary algorithms. Evolutionary Computation 2000.
std::vector<double> zdt(std::string_view problem, const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t i = 1; i < x.size(); ++i) sum += x[i];
  const double g = 1 + 9 * sum / static_cast<double>(x.size() - 1), part = x[0] / g;
  return {x[0], g * (1 - (problem == "zdt1" ? std::sqrt(part) : part * part))};
}

void run(const search::SamplerOptions& sampler, std::string_view problem, std::uint64_t seed, int trials,
         int dimensions) {
  space::SearchSpace space;
  for (int i = 0; i < dimensions; ++i) space.params.push_back({concat("x", i), space::FloatDistribution{0, 1}});
  storage::MemoryStorage storage;
  search::Study study(storage,
                      {.name = std::string(problem),
                       .directions = {search::Direction::minimize, search::Direction::minimize},
                       .seed = seed},
                      space, search::make_sampler(sampler));
  std::vector<std::vector<double>> points;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < trials; ++i) {
    const auto trial = study.ask();
    std::vector<double> x;
    for (int k = 0; k < dimensions; ++k) x.push_back(trial.real(concat("x", k)));
    points.push_back(zdt(problem, x));
    study.tell(trial, points.back());
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const auto volume = [&](double bound) { return search::hypervolume(points, std::vector{bound, bound}); };
  std::printf("{\"seed\": %llu, \"hypervolume\": {\"11\": %.6f, \"1.1\": %.6f}, \"seconds\": %.3f}\n",
              static_cast<unsigned long long>(seed), volume(11), volume(1.1), seconds.count());
  std::fflush(stdout);
}

}  // namespace
}  // namespace hpo

int main(int argc, char** argv) try {
  const auto argument = [&](int i, const char* otherwise) { return std::string(i < argc ? argv[i] : otherwise); };
  const auto sampler = hpo::bench::sampler_argument(argument(1, "nsga2"));
  const auto problem = argument(2, "zdt1");
  hpo::require<hpo::ConfigError>(problem == "zdt1" || problem == "zdt2", "expected zdt1 or zdt2, got '", problem, "'");
  for (std::uint64_t seed = 0; seed < std::stoull(argument(3, "11")); ++seed)
    hpo::run(sampler, problem, seed, std::stoi(argument(4, "1000")), std::stoi(argument(5, "30")));
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}

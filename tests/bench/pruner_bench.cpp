// What does a report and the pruner's verdict cost, while a study grows? One JSON line.
//   pruner_bench PRUNER FILE|memory [TRIALS=300] [STEPS=30] [RUNNING=1]
// PRUNER is a name, then options of the [pruner] section: hyperband,max_resource=30. The study has TRIALS finished
// trials with curves of STEPS reports (the pruned ones have fewer), and RUNNING more that report side by side. Times
// are microseconds of processor time: of a report, of a verdict (median and 90th percentile), and of the first verdict.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/philox.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>
#include <hpo/storage/sqlite_storage.hpp>

#include "options_argument.hpp"

namespace hpo {
namespace {

double processor_us() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

const space::SearchSpace space_of_four{{{"lr", space::FloatDistribution{1e-5, 1e-1, true}},
                                        {"x", space::FloatDistribution{0, 1}},
                                        {"layers", space::IntDistribution{1, 4}},
                                        {"kind", space::CategoricalDistribution{{true, false}}}}};

struct Quantiles {
  double median = 0, ninetieth = 0;
  explicit Quantiles(std::vector<double> times) {
    std::ranges::sort(times);
    median = times[times.size() / 2];
    ninetieth = times[times.size() * 9 / 10];
  }
};

template <storage::Storage S>
void run(S& storage, const std::string& pruner, std::size_t trials, std::int64_t steps, std::size_t running) {
  search::Study study(storage, {.name = "bench"}, space_of_four, search::AnySampler{},
                      search::make_pruner(bench::pruner_argument(pruner)));
  PhiloxStream random(1, 0, "bench");
  std::vector<search::Trial> begun;
  storage.atomically([&] {
    for (std::size_t i = 0; i < trials; ++i) {
      auto trial = study.ask().frozen();
      trial.state = i % 3 == 0 ? search::TrialState::complete : search::TrialState::pruned;
      const std::int64_t last = i % 3 == 0 ? steps : 1 + static_cast<std::int64_t>(random.below(10));
      for (std::int64_t step = 1; step <= last; ++step)
        static_cast<void>(storage.report(trial.id, step, random.normal() + 4 / static_cast<double>(step)));
      storage.finish(trial.id, {trial.state, {random.normal()}, {}});
    }
  });
  for (std::size_t i = 0; i < running; ++i) begun.push_back(study.ask());
  std::vector<double> reports, verdicts;
  static_cast<void>(
      std::vector<double>(1 << 14));  // lets malloc tidy up after the filling now, and not in the first verdict
  for (std::int64_t step = 1; step <= steps; ++step)
    for (auto& trial : begun) {
      const double start = processor_us();
      study.report(trial, step, random.normal());
      const double reported = processor_us();
      static_cast<void>(study.should_prune(trial));
      reports.push_back(reported - start);
      verdicts.push_back(processor_us() - reported);
    }
  const double first = verdicts.front();
  const Quantiles report(reports), verdict(verdicts);
  std::printf(
      "{\"pruner\":\"%s\",\"storage\":\"%s\",\"trials\":%zu,\"running\":%zu,\"report_us\":%.1f,\"verdict_us\":%.1f,"
      "\"verdict_p90_us\":%.1f,\"first_us\":%.1f}\n",
      pruner.c_str(), storage.url().c_str(), trials, running, report.median, verdict.median, verdict.ninetieth, first);
}

}  // namespace
}  // namespace hpo

int main(int argc, char** argv) {
  if (argc < 3) return std::puts("usage: pruner_bench PRUNER FILE|memory [TRIALS=300] [STEPS=30] [RUNNING=1]"), 2;
  const std::string pruner = argv[1], where = argv[2];
  const auto number = [&](int i, long absent) { return argc > i ? std::stol(argv[i]) : absent; };
  const auto trials = static_cast<std::size_t>(number(3, 300)), running = static_cast<std::size_t>(number(5, 1));
  try {
    if (where == "memory") {
      hpo::storage::MemoryStorage storage;
      hpo::run(storage, pruner, trials, number(4, 30), running);
    } else {
      hpo::storage::SqliteStorage storage(where);
      hpo::run(storage, pruner, trials, number(4, 30), running);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pruner_bench: %s\n", error.what());
    return 1;
  }
}

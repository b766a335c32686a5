// What a study in an SQLite file costs. Prints one JSON line. Usage:
//   storage_bench open FOLDER N          opening a study of N trials, 20 parameters and 5 reports each
//   storage_bench report FOLDER PRUNER   report + should_prune at a history of 300 trials of 30 steps
//   storage_bench workers FOLDER P M     P processes that run M trials each: 20 parameters, 5 reports
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <hpo/search/any_pruner.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/sqlite_storage.hpp>

namespace {

using namespace hpo;
using Clock = std::chrono::steady_clock;
using Word = std::string;

double ms(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

double cpu_ms() {
  return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

// 8 log floats, 6 floats, 3 whole numbers, 3 choices.
space::SearchSpace twenty() {
  space::SearchSpace space;
  for (int i = 0; i < 8; ++i) space.params.push_back({concat("l", i), space::FloatDistribution{1e-5, 1e-1, true}});
  for (int i = 0; i < 6; ++i) space.params.push_back({concat("f", i), space::FloatDistribution{0, 1}});
  for (int i = 0; i < 3; ++i) space.params.push_back({concat("i", i), space::IntDistribution{1, 100}});
  for (int i = 0; i < 3; ++i) {
    space::CategoricalDistribution choices;
    for (int c = 0; c < i + 2; ++c) choices.choices.emplace_back(concat("c", c));
    space.params.push_back({concat("k", i), choices});
  }
  space.normalize();
  return space;
}

Word fresh(const Word& folder, const char* name) {
  const Word path = folder + "/" + name;
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  return path;
}

// Runs trials whose curves fall from a value that the first parameter decides.
template <class Study>
void run_trials(Study& study, int trials, int steps) {
  for (int i = 0; i < trials; ++i) {
    auto trial = study.ask();
    const double end = trial.real("f0");
    for (int step = 0; step < steps; ++step) study.report(trial, step, end + 1.0 / (step + 1));
    study.tell(trial, end);
  }
}

int open(const Word& folder, int n) {
  const auto path = fresh(folder, "open.db");
  {
    storage::SqliteStorage storage(path);
    search::Study study(storage, {.name = "s"}, twenty(), search::RandomSampler{});
    for (int done = 0; done < n; done += 100)
      storage.atomically([&] { run_trials(study, std::min(100, n - done), 5); });
  }
  std::vector<double> wall, cpu;
  for (int run = 0; run < 5; ++run) {
    const auto begin = Clock::now();
    const double cpu_begin = cpu_ms();
    storage::SqliteStorage storage(path);
    search::Study study(storage, {.name = "s"}, twenty(), search::RandomSampler{});
    if (study.trials().size() != static_cast<std::size_t>(n)) return 1;
    wall.push_back(ms(Clock::now() - begin));
    cpu.push_back(cpu_ms() - cpu_begin);
  }
  std::printf("{\"bench\": \"open\", \"trials\": %d, \"ms\": %.1f, \"cpu_ms\": %.1f}\n", n, median(wall), median(cpu));
  return 0;
}

int report(const Word& folder, const Word& pruner) {
  storage::SqliteStorage storage(fresh(folder, "report.db"));
  search::Study study(storage, {.name = "s"}, twenty(), search::RandomSampler{}, search::make_pruner({.name = pruner}));
  storage.atomically([&] { run_trials(study, 300, 30); });
  std::vector<double> times;
  const double cpu_begin = cpu_ms();
  for (int i = 0; i < 20; ++i) {
    auto trial = study.ask();
    for (int step = 0; step < 30; ++step) {
      const auto begin = Clock::now();
      study.report(trial, step, 0.5 + 1.0 / (step + 1));
      static_cast<void>(study.should_prune(trial));
      times.push_back(ms(Clock::now() - begin));
    }
    study.tell(trial, 0.5);
  }
  std::printf("{\"bench\": \"report\", \"pruner\": \"%s\", \"ms\": %.4f, \"cpu_ms\": %.4f}\n", pruner.c_str(),
              median(times), (cpu_ms() - cpu_begin) / static_cast<double>(times.size()));
  return 0;
}

int workers(const Word& folder, int processes, int trials) {
  const auto path = fresh(folder, "workers.db");
  {
    storage::SqliteStorage storage(path);
    const search::StudyTrials study(storage, {.name = "s"}, twenty());
  }
  int gate[2];
  if (::pipe(gate) != 0) return 1;
  std::vector<pid_t> children;
  for (int p = 0; p < processes; ++p) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(gate[1]);
      storage::SqliteStorage storage(path);
      search::Study study(storage, {.name = "s"}, twenty(), search::RandomSampler{});
      char nothing = 0;
      static_cast<void>(::read(gate[0], &nothing, 1));  // until the parent closes its end
      run_trials(study, trials, 5);
      ::_exit(0);
    }
    children.push_back(child);
  }
  ::usleep(300'000);
  const auto begin = Clock::now();
  ::close(gate[1]);
  int errors = 0;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    errors += status != 0;
  }
  const double seconds = ms(Clock::now() - begin) / 1000;
  storage::SqliteStorage storage(path);
  search::StudyTrials study(storage, {.name = "s"}, twenty());
  std::size_t complete = 0;
  for (const auto& trial : study.trials()) complete += trial.state == storage::TrialState::complete;
  std::printf(
      "{\"bench\": \"workers\", \"processes\": %d, \"trials\": %zu, \"stale\": %zu, \"errors\": %d, \"trials_per_s\": "
      "%.1f}\n",
      processes, complete, study.trials().size() - complete, errors, static_cast<double>(complete) / seconds);
  return errors;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 3 && words[0] == "open") return open(words[1], std::stoi(words[2]));
  if (words.size() == 3 && words[0] == "report") return report(words[1], words[2]);
  if (words.size() == 4 && words[0] == "workers") return workers(words[1], std::stoi(words[2]), std::stoi(words[3]));
  std::fprintf(stderr, "usage: storage_bench open FOLDER N | report FOLDER PRUNER | workers FOLDER P M\n");
  return 2;
}

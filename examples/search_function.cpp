/// Searches the arguments of a function that crashes now and then, each call in a process of its own. No torch.
/// Usage: search_function [STUDY.db]     a study that is there already goes on
///
/// CMakeLists.txt of a project that is this one file:
///     cmake_minimum_required(VERSION 3.25)
///     project(search_function CXX)
///     find_package(hpo CONFIG REQUIRED COMPONENTS search)
///     add_executable(search_function search_function.cpp)
///     target_link_libraries(search_function PRIVATE hpo::search)
#include <cmath>
#include <csignal>
#include <filesystem>
#include <iostream>

#include <unistd.h>

#include <hpo/search/study.hpp>
#include <hpo/space/space.hpp>
#include <hpo/storage/sqlite_storage.hpp>
#include <hpo/sweep/optimize.hpp>

using namespace hpo;  // in examples only

// [search]
/// Stands for a solver of yours: a number to make small, an exception, a bad pointer, a failed assertion.
double fragile_solver(double rate, std::int64_t layers) {
  if (layers == 7) ::raise(SIGSEGV);
  if (rate > 0.5) std::abort();
  const double distance = std::log10(rate) + 2;  // best at a rate of 0.01 and 3 layers
  return distance * distance + 0.1 * std::abs(static_cast<double>(layers - 3));
}

int main(int argc, char** argv) {
  constexpr auto space = space::of(space::real<"rate">(1e-4, 1.0).log(), space::integer<"layers">(1, 8));
  const auto file = argc > 1 ? std::filesystem::path(argv[1])
                             : std::filesystem::temp_directory_path() / concat("search_function-", ::getpid(), ".db");
  storage::SqliteStorage storage(file.string());
  search::Study study(storage, {.name = "fragile", .seed = 7}, space.search_space());
  const auto objective = [](auto& trial) { return fragile_solver(trial.real("rate"), trial.integer("layers")); };
  const auto reason = sweep::optimize(study, objective, {.total = 60, .parallel = 2});
  std::size_t crashed = 0;
  for (const auto& trial : study.trials()) crashed += trial.state == search::TrialState::failed;
  const auto best = study.best();  // expected: a value below 0.2, with 3 layers or a neighbor, of 60 trials, some crashed
  std::cout << enum_name(reason) << ": trial " << best->number << " reached " << best->values[0] << "; " << crashed << " of "
            << study.trials().size() << " trials crashed; the study is in " << file.string() << '\n';
  return best->values[0] < 0.2 && crashed > 0 ? 0 : 1;
}
// [search]

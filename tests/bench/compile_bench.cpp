// What a program with a search costs the compiler: TPE, ASHA and SQLite. To be compiled, not run:
//   time g++ -std=c++20 -O2 -DNDEBUG -Iinclude -c tests/bench/compile_bench.cpp -o /dev/null
#include <hpo/search/optimize.hpp>
#include <hpo/search/pruners/asha_pruner.hpp>
#include <hpo/search/tpe/tpe_sampler.hpp>
#include <hpo/storage/sqlite_storage.hpp>

int main() {
  hpo::storage::SqliteStorage storage("compile_bench.db");
  hpo::search::Study study(storage, {.name = "s"}, {{{"x", hpo::space::FloatDistribution{0, 1}}}},
                           hpo::search::TpeSampler{}, hpo::search::AshaPruner{});
  hpo::search::optimize(
      study, [](auto& trial) { return trial.real("x"); }, 20);
}

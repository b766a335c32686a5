// A program that searches the arguments of its own function; no torch anywhere.
#include <cmath>
#include <iostream>

#include <hpo/report/importance.hpp>
#include <hpo/search/optimize.hpp>
#include <hpo/space/space.hpp>
#include <hpo/storage/any_storage.hpp>

using namespace hpo;

// [search]
int main() {
  constexpr auto space = space::of(space::real<"rate">(1e-4, 1.0).log(), space::choice<"kind">("round", "flat"));
  storage::AnyStorage storage("memory");  // or "sqlite:///study.db", which Optuna and its dashboard can open
  search::Study study(storage, {.name = "demo", .direction = search::Direction::minimize, .seed = 7}, space.search_space());
  search::optimize(study, [](auto& trial) {
    const double distance = std::log10(trial.real("rate")) + 2;  // best at 0.01
    return trial.word("kind") == "round" ? distance * distance : 1 + std::abs(distance);
  }, 50);
  const auto best = study.best();
  std::cout << "trial " << best->number << " reached " << best->values[0] << '\n';
  for (const auto& [name, share] : report::importance(study.trials(), study.directions()))
    std::cout << name << " mattered to " << 100 * share << " %\n";
  return best->values[0] < 0.05 ? 0 : 1;
}
// [search]

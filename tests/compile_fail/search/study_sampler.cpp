// expect-error: required for the satisfaction of 'Sampler<Sm>' .with Sm = Dice.
// A sampler that is asked for numbers, where a request is answered with the values of a trial.
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

struct Dice {
  double sample() { return 4; }
};

int main() {
  hpo::storage::MemoryStorage storage;
  hpo::search::Study<hpo::storage::MemoryStorage, Dice> study(storage, {}, {});
}

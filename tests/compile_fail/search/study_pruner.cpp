// expect-error: required for the satisfaction of 'Pruner<P>' .with P = Doubtful.
// A pruner that answers with a probability, where yes or no is needed.
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

struct Doubtful {
  double prune(const hpo::search::PruneRequest&) const { return 0.5; }
};

int main() {
  hpo::storage::MemoryStorage storage;
  hpo::search::Study<hpo::storage::MemoryStorage, hpo::search::RandomSampler, Doubtful> study(storage, {}, {});
}

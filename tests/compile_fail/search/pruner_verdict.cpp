// expect-error: the third argument of Study is a Pruner
// A pruner that answers with a probability, where a verdict is needed.
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

struct Doubtful {
  double prune(const hpo::search::PruneRequest&) const { return 0.5; }
};

int main() {
  hpo::storage::MemoryStorage storage;
  hpo::search::Study<hpo::storage::MemoryStorage, hpo::search::AnySampler, Doubtful> study(storage, {}, {});
}

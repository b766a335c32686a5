// Mirrors include/hpo/search/pruners/pruner.hpp.
#include <hpo/search/pruners/pruner.hpp>

#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

struct Archetype {  // the least that is accepted ...
  Archetype(Archetype&&) = default;
  Archetype& operator=(Archetype&&) = default;
  Archetype() = default;
  bool prune(const PruneRequest& request) const { return request.trial.intermediate.rbegin()->first >= 2; }
};
struct Changes {  // ... and what is not: one that needs to be changed to answer,
  bool prune(const PruneRequest&) { return false; }
};
struct Answers {  // one that gives no verdict
  double prune(const PruneRequest&) const { return 0.5; }
};
static_assert(Pruner<Archetype>);
static_assert(!Pruner<Changes>);
static_assert(!Pruner<Answers>);

TEST_SUITE("search/pruners/pruner") {
  TEST_CASE("the least pruner stops trials of a study") {
    storage::MemoryStorage storage;
    const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}}};
    Study<storage::MemoryStorage, AnySampler, Archetype> study(storage, {}, space);
    auto trial = study.ask();
    study.report(trial, 1, 0.5);
    CHECK_FALSE(study.should_prune(trial));
    study.report(trial, 2, 0.5);
    CHECK(study.should_prune(trial));
  }
  TEST_CASE("with several objectives a pruner looks at the metric that is named, in its direction") {
    storage::MemoryStorage storage;
    const space::SearchSpace space{{{"x", space::FloatDistribution{0, 1}}}};
    Study study(storage,
                {.directions = {Direction::minimize, Direction::maximize},
                 .metric_names = {"seconds", "f1"},
                 .reported_metric = "f1"},
                space, AnySampler{}, make_pruner({.name = "median", .median = {.startup_trials = 3}}));
    for (const double f1 : {0.5, 0.6, 0.7}) {
      auto trial = study.ask();
      study.report(trial, 1, std::vector{9.0, f1});
      CHECK_FALSE(study.should_prune(trial));
      study.tell(trial, std::vector{9.0, f1});
    }
    const auto prunes = [&](double seconds, double f1) {
      auto trial = study.ask();
      study.report(trial, 1, std::vector{seconds, f1});
      const bool verdict = study.should_prune(trial);
      study.tell(trial, TrialState::failed);
      return verdict;
    };
    CHECK(prunes(1, 0.55));
    CHECK_FALSE(prunes(99, 0.65));
  }
  TEST_CASE("better is better in both directions, and NaN never") {
    const FrozenTrial trial;
    const History history;
    const PruneRequest down{trial, {}, history, Direction::minimize}, up{trial, {}, history, Direction::maximize};
    CHECK(down.better(1, 2));
    CHECK_FALSE(down.better(2, 1));
    CHECK(up.better(2, 1));
    CHECK_FALSE(up.better(1, 1));
    CHECK_FALSE(down.better(std::nan(""), 1));
    CHECK_FALSE(up.better(1, std::nan("")));
  }
  TEST_CASE("nop lets everything pass") {
    const FrozenTrial trial{.intermediate = {{1, std::nan("")}}};
    const History history;
    CHECK_FALSE(NopPruner{}.prune({trial, {}, history}));
  }
}

}  // namespace
}  // namespace hpo::search

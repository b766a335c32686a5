// The code of docs/search.md.
#include <cmath>
#include <string>
#include <vector>

#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/optimize.hpp>
#include <hpo/space/space.hpp>
#include <hpo/storage/any_storage.hpp>

#include "../check.hpp"

namespace hpo {
namespace {

// clang-format off
// [space]
constexpr auto declared =
    space::of(space::real<"lr">(1e-5, 1e-1).log(),
              space::integer<"layers">(1, 4),
              space::integer<"width">(16, 256).log().when<"layers">(space::at_least(2)),  // only with 2 layers or more
              space::choice<"pooling">("cls", "mean"))
        .where<"layers * width <= 512">();  // a trial never breaks this
// [space]
// clang-format on

double train(double lr, std::int64_t layers, std::int64_t width) {
  return std::pow(std::log10(lr) + 3, 2) + std::abs(static_cast<double>(layers * width) - 300) / 100;
}

TEST_SUITE("search/story") {
  TEST_CASE("a search by hand") {
    const test::TemporaryFolder folder;
    const auto url = "sqlite:///" + (folder / "study.db").string();
    // clang-format off
    // [ask]
    storage::AnyStorage storage(url);  // or "memory"
    search::Study study(storage, {.name = "demo", .direction = search::Direction::minimize, .seed = 7},
                        declared.search_space(), search::TpeSampler{}, search::AshaPruner{{.reduction_factor = 3}});
    for (int i = 0; i < 30; ++i) {
      search::Trial trial = study.ask();
      const auto width = trial.has("width") ? trial.integer("width") : 0;
      const double end = train(trial.real("lr"), trial.integer("layers"), width);
      bool pruned = false;
      for (int epoch = 1; epoch <= 9 && !pruned; ++epoch) {
        study.report(trial, epoch, end + 1.0 / epoch);
        pruned = study.should_prune(trial);
      }
      if (pruned)
        study.tell(trial, search::TrialState::pruned);
      else
        study.tell(trial, end);
    }
    // [ask]
    // clang-format on
    CHECK(study.best()->values[0] < 3);
    for (const auto& trial : study.trials()) {
      CHECK(storage::is_finished(trial.state));
      if (const auto* width = trial.param("width")) CHECK(trial.param("layers")->internal * width->internal <= 512);
    }
  }

  TEST_CASE("several objectives, stop rules, enqueued values, another study's trials") {
    storage::AnyStorage storage("memory");
    // [objectives]
    search::Study study(storage,
                        {.name = "two",
                         .directions = {search::Direction::maximize, search::Direction::minimize},
                         .metric_names = {"accuracy", "seconds"},
                         .reported_metric = "accuracy"},  // what report() gives, and the pruner looks at
                        declared.search_space(), search::make_sampler({.name = "tpe"}),
                        search::make_pruner({.name = "median"}));
    const auto reason = search::optimize(
        study,
        [](auto& trial) -> search::Result {
          const double layers = static_cast<double>(trial.integer("layers")), rate = std::log10(trial.real("lr"));
          const double accuracy = 1 - 1 / (1 + layers) - 0.1 * std::abs(rate + 3);
          trial.report(1, accuracy);
          if (trial.should_prune()) return search::Result::pruned();
          trial.set_constraint("memory", layers * (trial.word("pooling") == "mean" ? 2 : 1) - 6);  // kept if 0 or less
          return {accuracy, layers * (trial.has("width") ? static_cast<double>(trial.integer("width")) : 1.0)};
        },
        200, {.stop = {.patience = 60}});
    for (const auto& trial : study.best_trials())  // none dominates another
      MESSAGE("trial " << trial.number << ": " << trial.values[0] << " in " << trial.values[1] << " s");
    // [objectives]
    CHECK((reason == search::StopReason::stalled || reason == search::StopReason::trials));
    CHECK_FALSE(study.best_trials().empty());

    // clang-format off
    // [continue]
    search::Study next(storage, {.name = "next", .seed = 1}, declared.search_space());
    next.enqueue({{"lr", 1e-3}, {"layers", std::int64_t{2}}});  // the other values are sampled
    search::optimize(next, [](auto& trial) { return train(trial.real("lr"), 1, trial.params().size()); }, 20);
    search::Study later(storage, {.name = "later", .seed = 2}, declared.search_space());
    later.warm_start(next.trials(), "memory#next");  // each trial once, as far as it fits the space
    // [continue]
    // clang-format on
    CHECK(next.trials()[0].param("lr")->internal == 1e-3);
    CHECK(later.trials().size() == 20);
  }
}

}  // namespace
}  // namespace hpo

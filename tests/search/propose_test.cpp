// Mirrors include/hpo/search/propose.hpp, seen_configurations.hpp: nothing is tried twice, constraints are kept.
#include <cmath>
#include <set>
#include <string>

#include <hpo/search/any_sampler.hpp>
#include <hpo/search/optimize.hpp>
#include <hpo/space/enumerate.hpp>
#include <hpo/space/space.hpp>
#include <hpo/storage/any_storage.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

using storage::AnyStorage;
using storage::MemoryStorage;
using Word = std::string;

// 2 * 3 + 1 configurations: the width exists for "deep" alone.
const space::SearchSpace small{
    {{"kind", space::CategoricalDistribution{{Word("deep"), Word("flat")}}},
     {"layers", space::IntDistribution{1, 2}, space::Condition{.parent = "kind", .any_of = {Word("deep")}}},
     {"dropout", space::FloatDistribution{0, 0.2, false, 0.1},
      space::Condition{.parent = "kind", .any_of = {Word("deep")}}}}};

// An engineer's sampler that always answers the same.
struct Stubborn {
  space::Assignment values;
  space::Assignment sample(const SampleRequest&) const { return values; }
};

TEST_SUITE("search/propose") {
  TEST_CASE("each configuration of a small space is evaluated once, whatever the sampler; then the search ends") {
    for (const char* sampler : {"tpe", "random"}) {
      CAPTURE(sampler);
      MemoryStorage storage;
      Study study(storage, {.seed = 4}, small, make_sampler({.name = sampler, .tpe = {.startup_trials = 2}}));
      std::set<Word> tried;
      const auto reason = optimize(
          study,
          [&](auto& trial) {
            CHECK(tried.insert(storage::json_text(trial.params())).second);
            return trial.params().size() == 3 ? trial.real("dropout") : 1.0;
          },
          50);
      CHECK(reason == StopReason::exhausted);
      CHECK(tried.size() == 7);
      CHECK(study.trials().size() == 7);  // what was refused was never a trial
      CHECK_THROWS_AS(static_cast<void>(study.ask()), ExhaustedError);
    }
  }
  TEST_CASE("duplicates are evaluated when asked for: by option, or by enqueueing them") {
    MemoryStorage storage;
    const space::Assignment flat{{"kind", Word("flat")}};
    Study<MemoryStorage, Stubborn> study(storage, {.duplicates = Duplicates::allow}, small, {flat});
    for (int i = 0; i < 5; ++i) CHECK(study.ask().params() == flat);
    Study<MemoryStorage, Stubborn> strict(storage, {.name = "strict"}, small, {flat});
    CHECK(strict.ask().params() == flat);
    CHECK_FALSE(strict.ask().params() == flat);  // the first still runs, and counts
    strict.enqueue(flat);
    CHECK(strict.ask().params() == flat);
    CHECK(strict.enqueue_once({{"kind", Word("deep")}}));
    CHECK_FALSE(strict.enqueue_once({{"kind", Word("deep")}}));
  }
  TEST_CASE("an interrupted trial's values may be tried again, a failed one's not") {
    MemoryStorage storage;
    const space::SearchSpace two{{{"k", space::CategoricalDistribution{{Word("a"), Word("b")}}}}};
    Study study(storage, {}, two);
    const auto failed = study.ask(), interrupted = study.ask();
    study.tell(failed, storage::TrialState::failed, "no");
    study.set_user_attr(interrupted, storage::keys::interrupted, "true");
    study.tell(interrupted, storage::TrialState::failed, "stopped");
    CHECK(study.ask().params() == interrupted.params());
    CHECK_THROWS_AS(static_cast<void>(study.ask()), ExhaustedError);
  }
  TEST_CASE("constraints are kept by resampling and cost no trial") {
    constexpr auto tight = space::of(space::real<"low">(0.0, 1.0), space::real<"high">(0.0, 1.0),
                                     space::integer<"batch">(1, 64), space::integer<"steps">(1, 64))
                               .where<"low < high">()
                               .where<"batch * steps <= 64">();
    test::TemporaryFolder folder;
    for (const auto& url : {std::string("memory"), (folder / "c.db").string()})
      for (const char* sampler : {"tpe", "random"}) {
        CAPTURE(sampler);
        AnyStorage storage(url);
        Study study(storage, {.name = sampler, .seed = 2}, tight.search_space(), make_sampler({.name = sampler}));
        optimize(
            study,
            [](auto& trial) {
              CHECK(trial.real("low") < trial.real("high"));
              CHECK(trial.integer("batch") * trial.integer("steps") <= 64);
              return trial.real("high") - trial.real("low") + static_cast<double>(trial.integer("batch"));
            },
            60);
        CHECK(study.trials().size() == 60);
        CHECK_THROWS_AS(study.enqueue({{"low", 0.5}, {"high", 0.4}}), ConfigError);
        study.enqueue({{"low", 0.9}});  // the rest is drawn so that they are kept
        CHECK(study.ask().real("high") > 0.9);
      }
  }
  TEST_CASE("a needle among many configurations is found by going through them; constraints that none keeps are said") {
    const auto space_with = [](const char* constraint) {
      space::SearchSpace space{{{"a", space::IntDistribution{0, 300}}, {"b", space::IntDistribution{0, 300}}}};
      space.constraints.emplace_back(constraint);
      return space;
    };
    MemoryStorage storage;
    Study needle(storage, {.name = "needle"}, space_with("a * 1000 + b == 123045"));
    const auto found = needle.ask();
    CHECK(found.integer("a") == 123);
    CHECK(found.integer("b") == 45);
    CHECK_THROWS_AS(static_cast<void>(needle.ask()), ExhaustedError);
    space::SearchSpace impossible{{{"x", space::FloatDistribution{0, 1}}}};
    impossible.constraints.emplace_back("x > 2");
    Study never(storage, {.name = "never"}, impossible);
    Word said;
    try {
      static_cast<void>(never.ask());
    } catch (const ConfigError& error) {
      said = error.what();
    }
    CHECK(said.starts_with("study 'never': expected values that keep the constraint 'x > 2', got none in "));
    CHECK(never.trials().empty());
  }
  TEST_CASE("what was enqueued before a constraint existed fails with the reason, and the next one runs") {
    MemoryStorage storage;
    space::SearchSpace space{{{"a", space::IntDistribution{0, 9}}}};
    Study(storage, {}, space).enqueue({{"a", std::int64_t{7}}});
    space.constraints.emplace_back("a < 5");
    Study study(storage, {}, space);
    CHECK(study.ask().integer("a") < 5);
    CHECK(study.trials()[0].state == storage::TrialState::failed);
    CHECK(storage::cause_of(study.trials()[0]) == "its enqueued values break the constraint 'a < 5'");
  }
  TEST_CASE("enumeration visits each configuration once, with what is fixed") {
    std::set<Word> all;
    CHECK(space::enumerate(small, {}, [&](const space::Assignment& values) {
      CHECK(all.insert(storage::json_text(values)).second);
      return true;
    }));
    CHECK(all.size() == 7);
    std::size_t fixed = 0;
    CHECK(
        space::enumerate(small, {{"layers", std::int64_t{2}}}, [&](const space::Assignment&) { return ++fixed > 0; }));
    CHECK(fixed == 4);
    CHECK_FALSE(space::enumerate({{{"x", space::FloatDistribution{0, 1}}}}, {}, [](const auto&) { return true; }));
  }
}

}  // namespace
}  // namespace hpo::search

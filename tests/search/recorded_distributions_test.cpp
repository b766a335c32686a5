// Mirrors include/hpo/search/recorded_distributions.hpp.
#include <hpo/search/recorded_distributions.hpp>

#include <set>

#include <hpo/search/optimize.hpp>
#include <hpo/storage/memory_storage.hpp>
#include <hpo/storage/sqlite_storage.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

using storage::MemoryStorage;
using storage::SqliteStorage;
using test::refusal;
using Word = std::string;

const space::SearchSpace plain{
    {{"x", space::FloatDistribution{-5, 5}}, {"k", space::CategoricalDistribution{{Word("a"), Word("b")}}}}};

TEST_SUITE("search/recorded_distributions") {
  TEST_CASE(
      "choices may change between runs: the stored list grows, old trials keep their values, the sampler uses "
      "today's") {
    test::TemporaryFolder folder;
    SqliteStorage storage((folder / "c.db").string());
    const auto with = [](std::vector<space::Value> choices) {
      return space::SearchSpace{{{"k", space::CategoricalDistribution{std::move(choices)}}}};
    };
    std::vector<Word> drawn;
    const auto run = [&](const space::SearchSpace& space, int n) {
      Study study(storage, {.seed = 3, .duplicates = Duplicates::allow}, space);
      optimize(
          study,
          [&](auto& trial) {
            drawn.push_back(trial.word("k"));
            return 1.0;
          },
          n);
    };
    run(with({Word("a"), Word("b")}), 15);
    run(with({Word("b")}), 5);
    CHECK(std::set<Word>(drawn.begin() + 15, drawn.end()) == std::set<Word>{"b"});
    run(with({Word("c"), Word("b")}), 30);
    CHECK(std::set<Word>(drawn.begin() + 20, drawn.end()) == std::set<Word>{"b", "c"});
    Study study(storage, {}, with({Word("c")}));
    const space::CategoricalDistribution all{{Word("a"), Word("b"), Word("c")}};
    for (std::size_t i = 0; i < 50; ++i) {
      const auto& param = study.trials()[i].params.at(0);
      CHECK(param.distribution == space::Distribution(all));  // one list per name, as Optuna's readers want it
      CHECK(param.value() == space::Value(drawn[i]));
    }
  }
  TEST_CASE("an ask that fails after it has widened a list of choices widens it again") {
    struct Careless {
      space::Assignment values;
      space::Assignment sample(const SampleRequest&) const { return values; }
    };
    const auto with = [](std::vector<space::Value> choices) {
      return space::SearchSpace{
          {{"k", space::CategoricalDistribution{std::move(choices)}}, {"x", space::IntDistribution{0, 1}}}};
    };
    MemoryStorage storage;
    Study<MemoryStorage, Careless> before(storage, {}, with({Word("a")}), {{{"k", Word("a")}, {"x", std::int64_t{0}}}});
    static_cast<void>(before.ask());
    std::int64_t x = 0;
    struct Second {
      std::int64_t* x;
      space::Assignment sample(const SampleRequest&) const {
        return *x == 0 ? space::Assignment{{"k", Word("b")}, {"x", Word("no number")}}
                       : space::Assignment{{"k", Word("b")}, {"x", *x}};
      }
    };
    Study<MemoryStorage, Second> after(storage, {.duplicates = Duplicates::allow}, with({Word("b"), Word("a")}), {&x});
    CHECK_THROWS_AS(static_cast<void>(after.ask()), ConfigError);
    CHECK(std::get<space::CategoricalDistribution>(after.trials()[0].params[0].distribution).choices.size() == 1);
    x = 1;
    static_cast<void>(after.ask());
    for (const auto& trial : after.trials())
      CHECK(storage.trial(trial.id).params[0].distribution ==
            space::Distribution(space::CategoricalDistribution{{Word("a"), Word("b")}}));
  }
  TEST_CASE("another direction, kind or scale is refused with what to do") {
    MemoryStorage storage;
    Study study(storage, {.name = "s"}, plain);
    study.tell(study.ask(), 1.0);
    CHECK(refusal([&] { Study(storage, {.name = "s", .direction = Direction::maximize}, plain); }) ==
          "study.direction: expected minimize as study 's' in memory has it, got maximize; use a new study.name");
    CHECK(refusal([&] {
            Study(storage, {.name = "s"}, {{{"x", space::FloatDistribution{1, 5, true}}}});
          }) ==
          "space.x: expected a real number as in the trials of study 's', got a real number on a log scale; use a new "
          "study.name");
    CHECK(refusal([&] {
            Study(storage, {.name = "s"}, {{{"k", space::IntDistribution{1, 5}}}});
          }) == "space.k: expected a choice as in the trials of study 's', got a whole number; use a new study.name");
    static_cast<void>(storage.create_study("two", {Direction::minimize, Direction::minimize}));
    CHECK(refusal([&] { Study(storage, {.name = "two"}, plain); }) ==
          "study.name: study 'two' in memory has 2 objectives, expected one; use another name");
  }
}

}  // namespace
}  // namespace hpo::search

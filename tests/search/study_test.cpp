// Mirrors include/hpo/search/study.hpp, trial.hpp, enqueued.hpp.
#include <hpo/search/optimize.hpp>
#include <hpo/search/study.hpp>

#include <cmath>
#include <concepts>
#include <limits>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

#include <hpo/storage/any_storage.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

using storage::AnyStorage;
using storage::MemoryStorage;
using storage::SqliteStorage;
using test::refusal;
using Word = std::string;

const space::SearchSpace plain{
    {{"x", space::FloatDistribution{-5, 5}}, {"k", space::CategoricalDistribution{{Word("a"), Word("b")}}}}};

/// No more than the concepts Sampler and Pruner ask for: they can be moved and answer one question.
class LeastSampler {
 public:
  explicit LeastSampler(double x) : x_(x) {}
  LeastSampler(LeastSampler&&) = default;
  LeastSampler& operator=(LeastSampler&&) = default;
  space::Assignment sample(const SampleRequest&) { return {{"x", x_}}; }

 private:
  double x_;
};
class LeastPruner {
 public:
  explicit LeastPruner(std::int64_t last) : last_(last) {}
  LeastPruner(LeastPruner&&) = default;
  LeastPruner& operator=(LeastPruner&&) = default;
  bool prune(const PruneRequest& request) const { return request.trial.intermediate.rbegin()->first >= last_; }

 private:
  std::int64_t last_;
};
static_assert(!std::copyable<LeastSampler> && !std::default_initializable<LeastSampler>);

int exit_code(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_SUITE("search/study") {
  TEST_CASE("a sampler and a pruner need no more than their concepts say") {
    MemoryStorage storage;
    Study study(storage, {}, {{{"x", space::FloatDistribution{0, 1}}}}, LeastSampler(0.25), LeastPruner(2));
    Trial trial = study.ask();
    CHECK(trial.real("x") == 0.25);
    study.report(trial, 1, 0);
    CHECK_FALSE(study.should_prune(trial));
    study.report(trial, 2, 0);
    CHECK(study.should_prune(trial));
    study.tell(trial, TrialState::pruned);
    CHECK(study.trials().front().values == std::vector{0.0});
  }
  TEST_CASE("ask, report, tell and best, in both directions and both storages") {
    test::TemporaryFolder folder;
    for (const auto& url : {std::string("memory"), (folder / "a.db").string()})
      for (const auto direction : {Direction::minimize, Direction::maximize}) {
        AnyStorage storage(url);
        Study study(storage, {.name = concat("s", direction == Direction::minimize), .direction = direction, .seed = 1},
                    plain);
        CHECK_FALSE(study.best().has_value());
        for (const double value : {3.0, 1.0, 2.0, 1.0, 3.0}) {
          auto trial = study.ask();
          study.report(trial, 1, value + 1);
          CHECK_FALSE(study.should_prune(trial));
          study.tell(trial, value);
        }
        const bool minimize = direction == Direction::minimize;
        CHECK(study.best()->number == (minimize ? 1 : 0));
        const auto top = study.best_k(3);
        REQUIRE(top.size() == 3);
        CHECK(top[1].number == (minimize ? 3 : 4));
        CHECK(top[2].number == 2);
        CHECK(study.best_k(99).size() == 5);
        CHECK(study.trials()[2].intermediate == std::map<std::int64_t, double>{{1, 3.0}});
      }
  }
  TEST_CASE("what is not finite has failed with its cause, and is never the best") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    study.tell(study.ask(), std::numeric_limits<double>::quiet_NaN());
    study.tell(study.ask(), -std::numeric_limits<double>::infinity());
    study.tell(study.ask(), TrialState::failed, "out of memory: 3 GiB \"asked\"");
    CHECK_FALSE(study.best().has_value());
    study.tell(study.ask(), 7.0);
    CHECK(study.best()->number == 3);
    CHECK(storage::cause_of(study.trials()[0]) == "the objective is nan");
    CHECK(study.trials()[1].state == TrialState::failed);
    CHECK(storage::cause_of(study.trials()[2]) == "out of memory: 3 GiB \"asked\"");
  }
  TEST_CASE("a pruned trial keeps its last report as value, unless that is NaN") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    auto a = study.ask(), b = study.ask(), c = study.ask();
    study.report(a, 3, 0.5);
    study.report(a, 1, 9.0);
    study.report(a, 3, 8.0);  // the first report of a step counts
    study.report(b, 1, std::numeric_limits<double>::quiet_NaN());
    for (const auto* trial : {&a, &b, &c}) study.tell(*trial, TrialState::pruned, "asha");
    CHECK(study.trials()[0].values == std::vector{0.5});
    CHECK(study.trials()[1].values.empty());
    CHECK(study.trials()[2].values.empty());
    CHECK(storage::cause_of(study.trials()[2]) == "asha");
    CHECK_THROWS_AS(study.tell(a, 1.0), StorageError);
    CHECK_THROWS_AS(study.tell(a, TrialState::complete), ConfigError);
  }
  TEST_CASE("the same seed gives the same trials, whatever the storage and wherever it was interrupted") {
    test::TemporaryFolder folder;
    const auto objective = [](auto& trial) { return std::abs(trial.real("x") - 1) + (trial.word("k") == "a" ? 0 : 1); };
    MemoryStorage memory;
    Study whole(memory, {.seed = 5}, plain);
    optimize(whole, objective, 40);
    for (int part = 0; part < 4; ++part) {
      SqliteStorage file((folder / "s.db").string());
      Study study(file, {.seed = 5}, plain);
      optimize(study, objective, 10);
    }
    SqliteStorage file((folder / "s.db").string());
    Study study(file, {.seed = 5}, plain);
    REQUIRE(study.trials().size() == 40);
    for (std::size_t i = 0; i < 40; ++i) {
      CHECK(study.trials()[i].params == whole.trials()[i].params);
      CHECK(study.trials()[i].values == whole.trials()[i].values);
    }
  }
  TEST_CASE("enqueued values run first and are checked when they are given") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    CHECK(study.enqueue({{"x", 1.5}}) == 0);
    CHECK(study.enqueue({{"x", std::int64_t{2}}, {"k", Word("b")}}) == 1);
    CHECK(refusal([&] {
            study.enqueue({{"y", 1.0}});
          }) == "enqueue: no parameter is called 'y'; did you mean 'x'?; known: x, k");
    CHECK(refusal([&] { study.enqueue({{"x", 6.0}}); }) == "enqueue: x: expected -5 to 5, got 6");
    CHECK(refusal([&] { study.enqueue({{"k", Word("c")}}); }) == "enqueue: k: expected a, b, got c");
    const auto a = study.ask(), b = study.ask(), c = study.ask();
    CHECK(a.number() == 0);
    CHECK(a.real("x") == 1.5);
    CHECK(b.real("x") == 2.0);
    CHECK(b.word("k") == "b");
    CHECK(c.number() == 2);
  }
  TEST_CASE("an enqueued value that no longer fits is put aside, and said") {
    MemoryStorage storage;
    {
      Study study(storage, {}, plain);
      study.enqueue({{"x", 4.0}, {"k", Word("a")}});
    }
    Study narrowed(storage, {}, {{{"x", space::FloatDistribution{-1, 1}}, plain.params[1]}});
    const auto trial = narrowed.ask();
    CHECK(std::abs(trial.real("x")) <= 1);
    CHECK(trial.word("k") == "a");
    CHECK(narrowed.trials()[0].user_attrs.at("hpo:ignored_params") == R"({"x": 4.0})");
  }
  TEST_CASE("an unsuccessful ask leaves nothing behind") {
    struct Moody {
      bool* fails;
      space::Assignment sample(const SampleRequest& request) const {
        require<ConfigError>(!*fails, "moody");
        return RandomSampler{}.sample(request);
      }
    };
    test::TemporaryFolder folder;
    for (const auto& url : {std::string("memory"), (folder / "u.db").string()}) {
      AnyStorage storage(url);
      bool fails = true;
      Study<AnyStorage, Moody> study(storage, {}, plain, Moody{&fails});
      study.enqueue({{"x", 1.0}});
      CHECK_THROWS_AS(static_cast<void>(study.ask()), ConfigError);
      CHECK(study.trials()[0].state == TrialState::waiting);
      CHECK(study.trials().size() == 1);
      fails = false;
      CHECK(study.ask().number() == 0);
      CHECK(study.ask().number() == 1);
    }
  }
  TEST_CASE("a trial's values are read by name and kind") {
    MemoryStorage storage;
    Study study(storage, {},
                {{{"layers", space::IntDistribution{2, 2}}, {"bias", space::CategoricalDistribution{{true}}}}});
    const auto trial = study.ask();
    CHECK(trial.integer("layers") == 2);
    CHECK(trial.real("layers") == 2.0);
    CHECK(trial.flag("bias"));
    CHECK(trial.has("bias"));
    CHECK_FALSE(trial.has("other"));
    CHECK(refusal([&] { static_cast<void>(trial.integer("layer")); }) ==
          "trial 0: no active parameter is called 'layer'; did you mean 'layers'?; known: layers, bias");
    CHECK(refusal([&] { static_cast<void>(trial.word("bias")); }) == "trial 0: bias: expected a word, got true");
  }
  TEST_CASE("attributes of the study and of a running trial") {
    MemoryStorage storage;
    Study study(storage, {}, plain);
    study.set_user_attr("data", storage::json_text("x.csv"));
    const auto trial = study.ask();
    study.set_user_attr(trial, "seconds", storage::json_text(1.5));
    CHECK(storage.study(study.id()).user_attrs.at("data") == "\"x.csv\"");
    CHECK(study.trials()[0].user_attrs.at("seconds") == "1.5");
  }
  TEST_CASE("four processes run 40 enqueued trials: each exactly once, no lock error") {
    test::TemporaryFolder folder;
    const auto path = (folder / "q.db").string();
    {
      SqliteStorage storage(path);
      Study study(storage, {}, plain);
      for (int i = 0; i < 40; ++i) study.enqueue({{"x", 0.1 * i}});
    }
    std::vector<pid_t> children;
    for (int child = 0; child < 4; ++child) {
      const pid_t pid = ::fork();
      if (pid == 0) {
        try {
          SqliteStorage storage(path);
          Study study(storage, {}, plain);
          for (;;) {
            const auto trial = study.ask();
            if (trial.number() >= 40) {
              study.tell(trial, 100.0);
              break;
            }
            ::usleep(1000);
            study.set_user_attr(trial, concat("run by ", child), "1");
            study.tell(trial, trial.real("x"));
          }
          ::_exit(0);
        } catch (const std::exception& error) {
          std::fprintf(stderr, "child: %s\n", error.what());
          ::_exit(1);
        }
      }
      children.push_back(pid);
    }
    for (const auto child : children) CHECK(exit_code(child) == 0);
    SqliteStorage storage(path);
    Study study(storage, {}, plain);
    REQUIRE(study.trials().size() == 44);
    for (std::size_t i = 0; i < 44; ++i) {
      const auto& trial = study.trials()[i];
      CHECK(trial.state == TrialState::complete);
      CHECK(trial.number == static_cast<std::int64_t>(i));
      if (i < 40) CHECK(trial.values[0] == 0.1 * static_cast<double>(i));
      CHECK(trial.user_attrs.size() == (i < 40 ? 1 : 0));
    }
  }
  TEST_CASE("running trials of a process that is gone are failed with the cause, those of the living are not") {
    test::TemporaryFolder folder;
    const auto path = (folder / "r.db").string();
    const pid_t pid = ::fork();
    if (pid == 0) {
      SqliteStorage storage(path);
      Study study(storage, {}, plain);
      study.tell(study.ask(), 1.0);
      static_cast<void>(study.ask());
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    SqliteStorage storage(path);
    Study study(storage, {}, plain);
    const auto mine = study.ask();
    CHECK(study.reap_dead() == std::vector<std::int64_t>{1});
    CHECK(study.reap_dead().empty());
    CHECK(study.trials()[0].state == TrialState::complete);
    CHECK(study.trials()[1].state == TrialState::failed);
    CHECK(storage::cause_of(study.trials()[1]).find("its process is gone (") == 0);
    CHECK(study.trials()[2].state == TrialState::running);
    study.tell(mine, 2.0);
  }
}

}  // namespace
}  // namespace hpo::search

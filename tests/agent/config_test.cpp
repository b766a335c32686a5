// Mirrors include/hpo/agent/config.hpp and unsearched.hpp.
#include <hpo/agent/config.hpp>
#include <hpo/data/options.hpp>
#include "../check.hpp"

#include <string_view>

namespace hpo::agent {
namespace {

struct Light {  // what a configuration needs of an agent, and no torch
  static constexpr std::string_view name = "light";
  struct Task {
    using Section = data::ClassificationDataOptions;
    using Metrics = TypeList<MacroF1, Accuracy>;
  };
  static constexpr auto space =
      space::of(space::real<"optim.lr">(1e-5, 1e-2).log(), space::choice<"train.batch_size">(8, 16),
                space::integer<"head.layers">(1, 3));
};
static_assert(Configurable<Light>);

struct Nameless {
  struct Task {
    using Section = data::ClassificationDataOptions;
    using Metrics = TypeList<MacroF1>;
  };
  static constexpr auto space = Light::space;
};
static_assert(!Configurable<Nameless>);

constexpr std::string_view least = "[data]\ntrain = \"x.csv\"\n[encoder]\nmodel = \"m\"\n";

std::string refusal(const std::string& text) {
  try {
    (void)read_config<Light>(config::Document::parse(std::string(least) + text, "c.toml"));
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST_SUITE("agent/config") {
  TEST_CASE("what is absent keeps its default, and complete() fills in names and places") {
    auto config = read_config<Light>(config::Document::parse(std::string(least), "c.toml"));
    CHECK(config.study.trials == 40);
    CHECK(config.space == Light::space.search_space());
    complete(config);
    CHECK(config.study.name == "light");
    CHECK(config.study.metric == "macro_f1");
    CHECK(config.output.dir == (std::filesystem::current_path() / "runs/light").string());
    CHECK(config.study.storage == "sqlite:///" + config.output.dir + "/study.db");
  }
  TEST_CASE("what is written reads back equal") {
    auto config = read_config<Light>(config::Document::parse(
        std::string(least) +
            "[study]\nseed = 7\n[space]\noptim.lr = [1e-4, 1e-3]\nhead.layers = 2\n[train]\nepochs = 9\n"
            "[train.schedule]\nwarmup = 0.25\n[sampler]\nname = \"tpe\"\n",
        "c.toml"));
    complete(config);
    const std::string text = to_toml(config);
    const auto again = read_config<Light>(config::Document::parse(text, "again.toml"));
    CHECK(to_toml(again) == text);
    CHECK(again.space == config.space);
    CHECK(again.study.seed == 7);
    CHECK(again.train.options.epochs == 9);
    CHECK(again.train.options.schedule.warmup == 0.25);
  }
  TEST_CASE("what the space decides is no key of [train]") {
    CHECK(refusal("[train]\nbatch_size = 4\n").find("c.toml:6:1: train.batch_size: no such key") == 0);
    CHECK(refusal("[train.optim]\nlr = 1e-3\n").find("c.toml:6:1: train.optim.lr: no such key") == 0);
    CHECK(refusal("[train.optim]\nweight_decay = 0.1\n").empty());  // not in this space
  }
  TEST_CASE("all faults are told together, an unknown metric too") {
    const std::string said = refusal("[study]\nmetric = \"f1\"\ntrials = 0\n[spce]\nx = 1\n");
    INFO(said);
    CHECK(said.find("c.toml:6:10: study.metric: no metric is called 'f1'") != std::string::npos);
    CHECK(said.find("c.toml:7:10: study.trials: expected a whole number, 1 or more, got 0") != std::string::npos);
    CHECK(said.find("spce: no such section; did you mean 'space'?") != std::string::npos);
  }
}

}  // namespace
}  // namespace hpo::agent

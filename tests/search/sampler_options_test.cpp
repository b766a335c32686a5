// The options of samplers and pruners as a configuration has them: those of the one that is named.
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>

#include <initializer_list>
#include <string>
#include <vector>

#include <hpo/config/document.hpp>
#include <hpo/config/read.hpp>
#include <hpo/config/write.hpp>

#include "../described_keys.hpp"

namespace hpo::search {
namespace {

using test::described_keys;
using Keys = std::vector<std::string>;

template <class Options>
Options read(std::string_view section, const std::string& text, std::initializer_list<const char*> sets = {}) {
  auto document = config::Document::parse(text, "c.toml");
  for (const char* set : sets) document.set(set);
  Options options;
  config::Problems problems;
  config::read(document, section, options, problems);
  problems.throw_if_any();
  return options;
}
SamplerOptions sampler(const std::string& lines, std::initializer_list<const char*> sets = {}) {
  return read<SamplerOptions>("sampler", "[sampler]\n" + lines, sets);
}
PrunerOptions pruner(const std::string& lines, std::initializer_list<const char*> sets = {}) {
  return read<PrunerOptions>("pruner", "[pruner]\n" + lines, sets);
}
std::string sampler_refusal(const std::string& lines, std::initializer_list<const char*> sets = {}) {
  return test::refusal<ConfigError>([&] { return sampler(lines, sets); });
}
std::string pruner_refusal(const std::string& lines) {
  return test::refusal<ConfigError>([&] { return pruner(lines); });
}

// What the first version wrote beside its results: the keys of all samplers, of all pruners.
constexpr const char* all_samplers =
    "startup_trials = 10\ncandidates = 24\nprior_weight = 1.0\nconstant_liar = true\ngroup = false\n"
    "gamma = \"linear\"\nown_bracket = false\nmax_points = 400\nscramble = true\nlevels = 5\nshuffle = true\n"
    "population = 0\nsigma0 = 0.16666666666666666\nmargin = true\nconsider_pruned = true\ncrossover = \"uniform\"\n"
    "crossover_probability = 0.9\nswapping_probability = 0.5\n";
constexpr const char* all_pruners =
    "patience = 0\nmin_delta = 0.0\nstartup_trials = 5\nwarmup_steps = 0\ninterval_steps = 1\nmin_trials = 1\n"
    "percentile = 50.0\ncount_pruned = true\nmin_resource = 1\nmax_resource = 0\nmin_early_stopping_rate = 0\n"
    "bootstrap_count = 0\np_threshold = 0.1\nstartup_steps = 2\n";

TEST_SUITE("search/sampler_options") {
  TEST_CASE("each sampler describes its own keys") {
    CHECK(described_keys<SamplerOptions>() == Keys{"name", "startup_trials", "candidates", "prior_weight",
                                                   "constant_liar", "multivariate", "group", "gamma", "own_bracket"});
    CHECK(described_keys<SamplerOptions>({.name = "random"}) == Keys{"name"});
    CHECK(described_keys<SamplerOptions>({.name = "gp"}) == Keys{"name", "startup_trials", "max_points"});
    CHECK(described_keys<SamplerOptions>({.name = "qmc"}) == Keys{"name", "scramble"});
    CHECK(described_keys<SamplerOptions>({.name = "grid"}) == Keys{"name", "levels", "shuffle"});
    CHECK(described_keys<SamplerOptions>({.name = "cmaes"}) ==
          Keys{"name", "population", "sigma0", "startup_trials", "margin", "consider_pruned"});
    CHECK(described_keys<SamplerOptions>({.name = "nsga2"}) == Keys{"name", "population", "crossover",
                                                                    "crossover_probability", "swapping_probability",
                                                                    "mutation_probability"});
  }
  TEST_CASE("the keys of the sampler that is named are read, from wherever the name comes") {
    CHECK(sampler("").name == "tpe");
    CHECK(sampler("candidates = 48\n").tpe.candidates == 48);
    CHECK(sampler("sigma0 = 0.3\nname = 'cmaes'\nstartup_trials = 4\n").cmaes.sigma0 == 0.3);
    CHECK(sampler("name = 'cmaes'\nstartup_trials = 4\n").cmaes.startup_trials == 4);
    const auto set = sampler("name = 'tpe'\n", {"sampler.max_points=50", "sampler.name=gp"});
    CHECK(set.name == "gp");
    CHECK(set.gp.max_points == 50);
  }
  TEST_CASE("a key of another sampler is refused by name, with the samplers that have it") {
    CHECK(sampler_refusal("name = 'tpe'\nsigma0 = 0.3\n") ==
          "c.toml:3:1: sampler.sigma0: 'tpe' has no such key; it belongs to cmaes; known: name, startup_trials, "
          "candidates, prior_weight, constant_liar, multivariate, group, gamma, own_bracket");
    CHECK(sampler_refusal("", {"sampler.candidates=48", "sampler.name=random"}) ==
          "--set sampler.candidates=48: sampler.candidates: 'random' has no such key; it belongs to tpe; known: name");
    CHECK(
        sampler_refusal("name = 'qmc'\n", {"sampler.population=8"}) ==
        "--set sampler.population=8: sampler.population: 'qmc' has no such key; it belongs to cmaes and nsga2; known: "
        "name, scramble");
    CHECK(sampler_refusal("name = 'tpe'\nsigma = 0.3\n").starts_with("c.toml:3:1: sampler.sigma: no such key; "));
    CHECK(sampler_refusal("name = 'tpe'\nsigma0 = 'wide'\n").starts_with("c.toml:3:1: sampler.sigma0: 'tpe' has no"));
  }
  TEST_CASE("a name that is set over that of the file leaves the file's keys behind") {
    const std::string file = "name = 'cmaes'\nsigma0 = 0.3\n";
    CHECK(sampler(file, {"sampler.name=tpe", "sampler.candidates=48"}).tpe.candidates == 48);
    CHECK(sampler_refusal(file, {"sampler.name=tpe", "sampler.margin=false"})
              .starts_with("--set sampler.margin=false: sampler.margin: 'tpe' has no such key; it belongs to cmaes; "));
    CHECK(sampler_refusal(file, {"sampler.name=tpe", "sampler.sigma=1"}).find("no such key") != std::string::npos);
  }
  TEST_CASE("where the name is wrong it is the only fault: whose keys they are is not known") {
    CHECK(sampler_refusal("name = 'cma'\nsigma0 = 0.3\npopulation = 8\n") ==
          "c.toml:2:8: sampler.name: expected one of tpe, random, gp, qmc, grid, cmaes, nsga2 (did you mean 'qmc'?), "
          "got 'cma'");
    CHECK(sampler_refusal("name = 7\nsigma0 = 0.3\n") == "c.toml:2:8: sampler.name: expected text in quotes, got 7");
    CHECK(sampler_refusal("name = 'cmaesx'\nsigma = 0.3\n").find("sampler.sigma: no such key") != std::string::npos);
  }
  TEST_CASE("a file that an earlier version wrote still reads: another sampler's default says nothing") {
    for (const char* name : {"tpe", "random", "gp", "qmc", "grid", "nsga2", "cmaes"}) {
      CAPTURE(name);
      const auto options = sampler(concat("name = '", name, "'\n", all_samplers));
      CHECK_NOTHROW(static_cast<void>(make_sampler(options)));
    }
    CHECK(sampler_refusal(concat("name = 'random'\nmutation_probability = 0.1\n", all_samplers)) ==
          "c.toml:3:1: sampler.mutation_probability: 'random' has no such key; it belongs to nsga2; known: name");
    for (const char* name : {"none", "median", "percentile", "asha", "hyperband", "wilcoxon"}) {
      CAPTURE(name);
      CHECK_NOTHROW(static_cast<void>(make_pruner(pruner(concat("name = '", name, "'\n", all_pruners)))));
    }
  }
  TEST_CASE("what is written holds the keys of the one that is named, and reads back equal") {
    for (const char* name : {"tpe", "random", "gp", "qmc", "grid", "cmaes", "nsga2"}) {
      CAPTURE(name);
      const std::string written = config::write("sampler", SamplerOptions{.name = name});
      CHECK(config::write("sampler", read<SamplerOptions>("sampler", written)) == written);
      CHECK((written.find("sigma0") != std::string::npos) == (std::string_view(name) == "cmaes"));
    }
    const auto options = pruner("name = 'threshold'\nlower = -1\nupper = 2.5\npatience = 3\nmin_delta = 0.25\n");
    CHECK(options.threshold.lower == -1.0);
    CHECK(options.threshold.upper == 2.5);
    CHECK(options.patience == 3);
    const std::string written = config::write("pruner", options);
    CHECK(config::write("pruner", read<PrunerOptions>("pruner", written)) == written);
  }
  TEST_CASE("pruners likewise; patience goes with each of them") {
    CHECK(described_keys<PrunerOptions>() == Keys{"name", "patience", "min_delta"});
    CHECK(described_keys<PrunerOptions>({.name = "asha"}) == Keys{"name", "min_resource", "reduction_factor",
                                                                  "min_early_stopping_rate", "bootstrap_count",
                                                                  "patience", "min_delta"});
    for (const char* name : {"median", "percentile", "hyperband", "threshold", "wilcoxon"})
      CHECK(described_keys<PrunerOptions>({.name = name}).size() > 4);
    CHECK(pruner("name = 'asha'\nreduction_factor = 2\npatience = 1\n").asha.reduction_factor == 2);
    CHECK(pruner_refusal("name = 'median'\npercentile = 10\n") ==
          "c.toml:3:1: pruner.percentile: 'median' has no such key; it belongs to percentile; known: name, "
          "startup_trials, warmup_steps, interval_steps, min_trials, count_pruned, patience, min_delta");
    CHECK(pruner_refusal("name = 'threshold'\nupper = nan\n") ==
          "c.toml:3:9: pruner.upper: expected a finite number, got nan");
    CHECK(
        pruner_refusal("name = 'hyperbond'\nmax_resource = 9\n") ==
        "c.toml:2:8: pruner.name: expected one of none, median, percentile, asha, hyperband, threshold, wilcoxon (did "
        "you mean 'hyperband'?), got 'hyperbond'");
  }
}

}  // namespace
}  // namespace hpo::search

#pragma once
/// \file  A sampler that options name at run time.
/// Layer `search`, tier 0.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/cmaes/cmaes_sampler.hpp>
#include <hpo/search/gp/gp_sampler.hpp>
#include <hpo/search/grid/grid_sampler.hpp>
#include <hpo/search/nsga2/nsga2_sampler.hpp>
#include <hpo/search/qmc/qmc_sampler.hpp>
#include <hpo/search/sampling/hyperband_brackets.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/tpe/tpe_sampler.hpp>

namespace hpo::search {

struct SamplerOptions {
  std::string name = "tpe";
  std::int64_t startup_trials = TpeOptions{}.startup_trials;
  std::int64_t candidates = TpeOptions{}.candidates;
  double prior_weight = TpeOptions{}.prior_weight;
  bool constant_liar = TpeOptions{}.constant_liar;
  std::optional<bool> multivariate = {};
  bool group = TpeOptions{}.group;
  TpeGamma gamma = TpeOptions{}.gamma;
  bool own_bracket = false;
  std::int64_t max_points = GpOptions{}.max_points;
  bool scramble = QmcOptions{}.scramble;
  std::int64_t levels = GridOptions{}.levels;
  bool shuffle = GridOptions{}.shuffle;
  std::int64_t population = CmaesOptions{}.population;
  double sigma0 = CmaesOptions{}.sigma0;
  bool margin = CmaesOptions{}.margin;
  bool consider_pruned = CmaesOptions{}.consider_pruned;
  Crossover crossover = Nsga2Options{}.crossover;
  double crossover_probability = Nsga2Options{}.crossover_probability;
  double swapping_probability = Nsga2Options{}.swapping_probability;
  std::optional<double> mutation_probability = {};
};

/// The names of the samplers, the default first.
[[nodiscard]] inline OneOf sampler_names() {
  return one_of({"tpe", "random", "gp", "qmc", "grid", "cmaes", "nsga2"});
}

template <class Visitor>
void describe(Visitor& v, SamplerOptions& o) {
  v.field("name", o.name, "how values are chosen", sampler_names());
  v.field("startup_trials", o.startup_trials, "tpe, gp: trials before the model is used; random, gp: Sobol points",
          at_least(std::int64_t{0}));
  v.field("candidates", o.candidates, "tpe: values drawn for each trial, of which the best is taken",
          at_least(std::int64_t{1}));
  v.field("prior_weight", o.prior_weight, "tpe: weight of the whole range, against 1 for each trial", above(0.0));
  v.field("constant_liar", o.constant_liar, "tpe: keep parallel trials apart from each other");
  v.field("multivariate", o.multivariate,
          "tpe: model parameters together; not set: with one objective, not with several");
  v.field("group", o.group, "tpe: model together those conditional parameters that the same trials have");
  v.field("gamma", o.gamma, "tpe: how the number of good trials grows, a tenth of all or a quarter of the root");
  v.field("own_bracket", o.own_bracket, "tpe: learn from the trials of the own bracket only, if hyperband prunes");
  v.field("max_points", o.max_points, "gp: trials that the model is made of, at most", at_least(std::int64_t{10}));
  v.field("scramble", o.scramble, "qmc: give each seed points of its own");
  v.field("levels", o.levels, "grid: values of a range of real numbers, and of a logarithmic one",
          at_least(std::int64_t{1}));
  v.field("shuffle", o.shuffle, "grid: in a random order; else the last parameter changes fastest");
  v.field("population", o.population,
          "cmaes, nsga2: trials of a generation; 0: cmaes fits it to the space, nsga2 takes 50",
          at_least(std::int64_t{0}));
  v.field("sigma0", o.sigma0, "cmaes: first standard deviation, as a part of each range", above(0.0));
  v.field("margin", o.margin, "cmaes: keep the neighbors of whole numbers and of steps possible");
  v.field("consider_pruned", o.consider_pruned, "cmaes: learn from pruned trials, as worse than complete ones");
  v.field("crossover", o.crossover, "nsga2: of two parents' numbers; uniform takes one of them");
  v.field("crossover_probability", o.crossover_probability, "nsga2: that a trial has two parents", between(0.0, 1.0));
  v.field("swapping_probability", o.swapping_probability, "nsga2: uniform crossover takes the second parent's value",
          between(0.0, 1.0));
  v.field("mutation_probability", o.mutation_probability,
          "nsga2: that a value is drawn anew; not set: 1 / number of parameters");
}

/// One of the samplers; a Sampler itself.
class AnySampler {
 public:
  AnySampler() = default;
  template <class One>
    requires(!std::same_as<One, AnySampler> && Sampler<One>)
  explicit(false) AnySampler(One sampler) : kind_(std::move(sampler)) {}

  [[nodiscard]] Sample sample(const SampleRequest& request) {
    return std::visit([&](auto& sampler) -> Sample { return sampler.sample(request); }, kind_);
  }

  /// How many answers there are: of a grid that can be counted.
  [[nodiscard]] std::optional<std::uint64_t> size(const space::SearchSpace& space) const {
    const auto* grid = std::get_if<GridSampler>(&kind_);
    return grid == nullptr ? std::nullopt : grid->size(space);
  }

 private:
  std::variant<RandomSampler, TpeSampler, GpSampler, QmcSampler, GridSampler, CmaesSampler, Nsga2Sampler> kind_;
};

static_assert(Sampler<AnySampler>);

/// \param brackets of the pruner that runs beside it, if that is Hyperband.
/// Errors   ConfigError if no sampler has that name, or options contradict each other.
[[nodiscard]] inline AnySampler make_sampler(const SamplerOptions& options,
                                             const std::optional<HyperbandOptions>& brackets = {}) {
  if (options.name == "random") return RandomSampler{};
  if (options.name == "gp")
    return GpSampler({.startup_trials = options.startup_trials, .max_points = options.max_points});
  if (options.name == "qmc") return QmcSampler({.scramble = options.scramble});
  if (options.name == "grid") return GridSampler({.levels = options.levels, .shuffle = options.shuffle});
  if (options.name == "cmaes")
    return CmaesSampler({.population = options.population,
                         .sigma0 = options.sigma0,
                         .margin = options.margin,
                         .consider_pruned = options.consider_pruned});
  if (options.name == "nsga2")
    return Nsga2Sampler({.population = options.population == 0 ? Nsga2Options{}.population : options.population,
                         .crossover = options.crossover,
                         .crossover_probability = options.crossover_probability,
                         .swapping_probability = options.swapping_probability,
                         .mutation_probability = options.mutation_probability});
  const auto expected = sampler_names().check(options.name);
  require<ConfigError>(expected.empty(), "sampler.name: expected ", expected, ", got '", options.name, "'");
  require<ConfigError>(!options.own_bracket || brackets,
                       "sampler.own_bracket: expected false unless pruner.name is hyperband, got true");
  return TpeSampler({.startup_trials = options.startup_trials,
                     .candidates = options.candidates,
                     .prior_weight = options.prior_weight,
                     .constant_liar = options.constant_liar,
                     .multivariate = options.multivariate,
                     .group = options.group,
                     .gamma = options.gamma,
                     .own_bracket = options.own_bracket ? brackets : std::nullopt});
}

}  // namespace hpo::search

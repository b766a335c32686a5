#pragma once
/// \file  NSGA-II: generations of trials, each bred from the best of all before, for several objectives.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/search/nsga2/crossover.hpp>
#include <hpo/search/nsga2/nsga2_selection.hpp>
#include <hpo/search/pareto/signed_values.hpp>
#include <hpo/search/sampling/generations.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/sampling/unit_scale.hpp>
#include <hpo/search/sampling/value_in_space.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/violation.hpp>

namespace hpo::search {

struct Nsga2Options {
  std::int64_t population = 50;                  ///< trials of a generation, 2 or more; 0 for 50
  Crossover crossover = Crossover::uniform;      ///< of numeric parameters; of others it is always uniform
  double crossover_probability = 0.9;            ///< that a child has two parents
  double swapping_probability = 0.5;             ///< uniform: that a value is the second parent's
  std::optional<double> mutation_probability{};  ///< that a value is drawn anew; nothing: 1 / d
};

template <class Visitor>
void describe(Visitor& v, Nsga2Options& o) {
  v.field("population", o.population, "trials of a generation; 0: 50", at_least(std::int64_t{0}));
  v.field("crossover", o.crossover, "of two parents' numbers; uniform takes one of them");
  v.field("crossover_probability", o.crossover_probability, "that a trial has two parents", between(0.0, 1.0));
  v.field("swapping_probability", o.swapping_probability, "uniform crossover takes the second parent's value",
          between(0.0, 1.0));
  v.field("mutation_probability", o.mutation_probability,
          "that a value is drawn anew; not set: 1 / number of parameters", between(0.0, 1.0));
}

/// Names of the system attributes that hold the generation of a trial: Optuna's, so that it can continue a study of
/// ours and we one of its.
namespace nsga2_keys {
inline constexpr std::string_view generation = "NSGAIISampler:generation";
inline constexpr std::string_view generation_before_4 = "nsga2:generation";  ///< read only
}  // namespace nsga2_keys

/// The first generation is random. The parents of every other are the fittest of the one before and its parents: those
/// that keep their constraints, then those that no other dominates, then those with the most room. A child takes the
/// value of each parameter that is active in it from its parents, or a new one where no parent has one that fits.
///
/// The parents are computed from the history alone (Generations). Trials of other samplers belong to the first
/// generation; pruned and failed ones to none. Without objectives all values are random.
///
/// Source   Deb, Pratap, Agarwal, Meyarivan: A fast and elitist multiobjective genetic algorithm: NSGA-II. IEEE TEVC
///          2002; crossover and mutation as Optuna's defaults.
class Nsga2Sampler {
 public:
  Nsga2Sampler() = default;
  explicit Nsga2Sampler(Nsga2Options options) : options_(options) {
    if (options_.population == 0) options_.population = Nsga2Options{}.population;
    require<ConfigError>(options_.population >= 2, "sampler.population: expected 2 or more, or 0 for 50, got ",
                         options.population);
    const auto probability = [](std::string_view key, double p) {
      require<ConfigError>(p >= 0 && p <= 1, "sampler.", key, ": expected a number from 0 to 1, got ", p);
    };
    probability("crossover_probability", options.crossover_probability);
    probability("swapping_probability", options.swapping_probability);
    if (options.mutation_probability) probability("mutation_probability", *options.mutation_probability);
  }

  [[nodiscard]] Sample sample(const SampleRequest& request) {
    if (request.directions.empty()) return RandomSampler{}.sample(request);
    update(request);
    storage::Attributes attrs{{std::string(nsga2_keys::generation), storage::json_text(generations_.current())}};
    const auto& parents = generations_.state();
    if (parents.empty()) return {RandomSampler{}.sample(request), std::move(attrs)};
    return {child(request, parents), std::move(attrs)};
  }

 private:
  void update(const SampleRequest& request) {
    if (identity_ != request.history.identity() || directions_ != request.directions) {
      identity_ = request.history.identity();
      directions_ = request.directions;
      finished_ = 0;
      generations_.clear();
    }
    const auto finished = request.history.finished();
    const auto trials = request.history.trials();
    for (; finished_ < finished.size(); ++finished_) {
      const auto& trial = trials[finished[finished_]];
      if (auto point = signed_values(trial, directions_))
        generations_.add(recorded_generation(trial),
                         {finished[finished_], trial.number, std::move(*point), storage::violation(trial)});
    }
    const auto population = static_cast<std::size_t>(options_.population);
    generations_.learn([] { return std::vector<Individual>(); }, [&](const auto&) { return population; },
                       [&](std::vector<Individual> parents, const std::vector<Individual>& results, std::int64_t) {
                         parents.insert(parents.end(), results.begin(), results.end());
                         return nsga2_elite(std::move(parents), population);
                       });
  }

  static std::int64_t recorded_generation(const FrozenTrial& trial) {
    for (const auto key : {nsga2_keys::generation, nsga2_keys::generation_before_4})
      if (const auto generation = generation_of(trial, key)) return *generation;
    return 0;
  }

  [[nodiscard]] space::Assignment child(const SampleRequest& request, const std::vector<Individual>& parents) const {
    PhiloxStream random = request.random("nsga2");
    const auto trials = request.history.trials();
    const std::size_t one = select(parents, random, parents.size());
    std::size_t other = one;
    if (parents.size() > 1 && random.uniform() < options_.crossover_probability) other = select(parents, random, one);
    const auto &first = trials[parents[one].row], &second = trials[parents[other].row];
    const double mutation = options_.mutation_probability.value_or(1 / std::max(1.0, choices(request.space)));
    return assign(request, [&](const space::ParamSpec& spec) {
      if (random.uniform() < mutation) return draw_uniform(spec.distribution, random);
      auto a = value_of(first, spec), b = value_of(second, spec);
      if (!a || !b) return a ? *a : b ? *b : draw_uniform(spec.distribution, random);
      return cross(spec.distribution, *a, *b, random);
    });
  }

  // The fitter of two, each of which may be any but `excluded`.
  static std::size_t select(const std::vector<Individual>& parents, PhiloxStream& random, std::size_t excluded) {
    const auto any = [&] {
      const auto i = static_cast<std::size_t>(random.below(parents.size() - (excluded < parents.size() ? 1 : 0)));
      return i + (i >= excluded ? 1 : 0);
    };
    const std::size_t a = any(), b = any();
    return fitter(parents[b], parents[a]) ? b : a;
  }

  /// Parameters that may have several values.
  static double choices(const space::SearchSpace& space) {
    return static_cast<double>(std::ranges::count_if(
        space.params, [](const space::ParamSpec& spec) { return !space::is_single(spec.distribution); }));
  }

  static std::optional<double> value_of(const FrozenTrial& trial, const space::ParamSpec& spec) {
    const auto* param = trial.param(spec.name);
    return param == nullptr ? std::nullopt : value_in_space(*param, spec.distribution);
  }

  [[nodiscard]] double cross(const space::Distribution& distribution, double a, double b, PhiloxStream& random) const {
    if (options_.crossover == Crossover::uniform || a == b ||
        std::holds_alternative<space::CategoricalDistribution>(distribution))
      return random.uniform() < options_.swapping_probability ? b : a;
    const UnitScale scale(distribution);
    const double x = scale.to_unit(a), y = scale.to_unit(b);
    if (options_.crossover == Crossover::blx) return scale.to_internal(blend(x, y, random));
    const bool nearer_to_b = random.uniform() < 0.5;  // each of the two children that two parents would have
    return scale.to_internal(simulated_binary(nearer_to_b ? y : x, nearer_to_b ? x : y, 2, random));
  }

  Nsga2Options options_;
  std::uint64_t identity_ = 0;
  std::vector<Direction> directions_;
  std::size_t finished_ = 0;
  Generations<Individual, std::vector<Individual>> generations_;  // and the parents of each
};

static_assert(Sampler<Nsga2Sampler>);

}  // namespace hpo::search

#pragma once
/// \file  The state of CMA-ES as a function of a study's history: every generation told again.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
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
#include <hpo/search/cmaes/cmaes.hpp>
#include <hpo/search/cmaes/cmaes_margin.hpp>
#include <hpo/search/sampling/generations.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/sampling/trial_rank.hpp>
#include <hpo/search/sampling/unit_scale.hpp>
#include <hpo/storage/attributes.hpp>

namespace hpo::search {

struct CmaesOptions {
  std::int64_t population = 0;      ///< trials of a generation, 2 or more; 0 for 4 + floor(3 ln d)
  double sigma0 = 1.0 / 6;          ///< first standard deviation, as a part of each range
  std::int64_t startup_trials = 1;  ///< the first trials of a study, which are random
  bool margin = true;               ///< keep the neighbors of values on a grid possible
  bool consider_pruned = true;      ///< pruned trials count, as worse than complete ones
};

template <class Visitor>
void describe(Visitor& v, CmaesOptions& o) {
  v.field("population", o.population, "trials of a generation; 0: as many as fit the space", at_least(std::int64_t{0}));
  v.field("sigma0", o.sigma0, "first standard deviation, as a part of each range", above(0.0));
  v.field("startup_trials", o.startup_trials, "first trials of a study, which are random", at_least(std::int64_t{0}));
  v.field("margin", o.margin, "keep the neighbors of whole numbers and of steps possible");
  v.field("consider_pruned", o.consider_pruned, "learn from pruned trials, as worse than complete ones");
}

/// Names of the system attributes by which a trial remembers what CMA-ES must know of it.
namespace cmaes_keys {
inline constexpr std::string_view generation = "hpo:cma:generation";  ///< whose state it was drawn from
inline constexpr std::string_view point = "hpo:cma:point";        ///< what was drawn, on [0, 1], before it met the grid
inline constexpr std::string_view injected = "hpo:cma:injected";  ///< true: some of its values were given, not drawn
}  // namespace cmaes_keys

/// A trial as CMA-ES is told of it.
struct CmaesResult {
  Rank rank;
  std::int64_t number;
  std::vector<double> point;  ///< on [0, 1]
  bool drawn = false;         ///< the point is what was drawn, not yet the values of a grid
  bool injected = false;      ///< may be anywhere

  friend bool operator<(const CmaesResult& a, const CmaesResult& b) {
    if (a.rank < b.rank || b.rank < a.rank) return a.rank < b.rank;
    return a.number < b.number;
  }
};

/// What the next point is drawn from.
struct CmaesState {
  Cmaes distribution;
  CmaesMargin margin;
  std::size_t population;
  std::optional<CmaesResult> incumbent{};  ///< the best of the injected ones
};

/// Reads the generations out of a history and tells them to CMA-ES, those of known trials only once.
///
/// All results of a generation are told, in the order of (rank, trial number), so that the state depends on which
/// trials have finished, not on when they did (Generations). Of the trials that CMA-ES has not drawn, the best is
/// injected.
///
/// Trials drawn from other ranges than today's are not counted: then the search begins again. It also does, at a random
/// place and with twice the population, where the distribution has shrunk to a point.
///
/// Source   Injected points: Hansen, arXiv:1110.4181. Restarts: Auger, Hansen: A restart CMA-ES with increasing
/// population size. CEC 2005.
class CmaesReplay {
 public:
  CmaesReplay() = default;
  explicit CmaesReplay(CmaesOptions options) : options_(options) {
    require<ConfigError>(options.population == 0 || options.population >= 2,
                         "sampler.population: expected 2 or more, or 0 for one that fits the space, got ",
                         options.population);
    require<ConfigError>(options.sigma0 > 0 && std::isfinite(options.sigma0),
                         "sampler.sigma0: expected a number above 0, got ", options.sigma0);
  }

  /// A parameter that CMA-ES draws: numeric, with several values, without a condition.
  struct Axis {
    std::string name;
    space::Distribution distribution;
    UnitScale scale;
  };
  [[nodiscard]] const std::vector<Axis>& axes() const { return axes_; }

  /// Whether the answer of a draw must be remembered as it was before it met the grid.
  [[nodiscard]] bool keeps_points() const {
    return options_.margin && std::ranges::any_of(axes_, [](const Axis& axis) { return axis.scale.on_grid(); });
  }

  /// Trials of a generation, before a restart has doubled them.
  [[nodiscard]] std::size_t population() const {
    return options_.population > 0 ? static_cast<std::size_t>(options_.population) : cmaes_population(axes_.size());
  }

  /// Takes in what is new. \return whether this is another space than before.
  bool update(const SampleRequest& request) {
    const bool another_space = space_ != request.space;
    if (another_space || identity_ != request.history.identity() || direction_ != request.direction() ||
        seed_ != request.seed)
      begin(request);
    const auto finished = request.history.finished();
    for (; finished_ < finished.size(); ++finished_) read(request.history.trials()[finished[finished_]]);
    if (!axes_.empty())
      generations_.learn([&] { return fresh(population(), std::vector<double>(axes_.size(), 0.5), stranger_); },
                         [](const CmaesState& state) { return state.population; },
                         [&](const CmaesState& state, const std::vector<CmaesResult>& results,
                             std::int64_t generation) { return next(state, results, generation); });
    return another_space;
  }

  /// The generation that is drawn now, and what from. There is an axis.
  [[nodiscard]] std::int64_t generation() const { return generations_.current(); }
  [[nodiscard]] const CmaesState& state() const { return generations_.state(); }

 private:
  void begin(const SampleRequest& request) {
    identity_ = request.history.identity();
    space_ = request.space;
    direction_ = request.direction();
    seed_ = request.seed;
    finished_ = 0;
    axes_.clear();
    generations_.clear();
    stranger_.reset();
    for (const auto& spec : space_.params)
      if (!spec.condition && !space::is_single(spec.distribution) &&
          !std::holds_alternative<space::CategoricalDistribution>(spec.distribution))
        axes_.push_back({spec.name, spec.distribution, UnitScale(spec.distribution)});
  }

  static bool is_injected(const FrozenTrial& trial) {
    const auto json = storage::read_attribute(trial.system_attrs, cmaes_keys::injected);
    return json && json->truth;
  }

  // What was drawn, if that is remembered.
  [[nodiscard]] std::optional<std::vector<double>> drawn_point(const FrozenTrial& trial) const {
    const auto json = storage::read_attribute(trial.system_attrs, cmaes_keys::point);
    return json ? json->finite_numbers(axes_.size()) : std::nullopt;
  }

  void read(const FrozenTrial& trial) {
    const auto rank = Rank::of(trial, {&direction_, 1});
    if (!rank || (rank->pruned && !options_.consider_pruned)) return;
    const auto generation = generation_of(trial, cmaes_keys::generation);
    CmaesResult result{*rank, trial.number, {}, false, !generation || is_injected(trial)};
    for (const auto& axis : axes_) {
      const auto* param = trial.param(axis.name);
      if (param == nullptr || param->distribution != axis.distribution) return;
      result.point.push_back(axis.scale.to_unit(param->internal));
    }
    if (auto drawn = keeps_points() ? drawn_point(trial) : std::nullopt) {
      result.point = *std::move(drawn);
      result.drawn = true;
    }
    if (generation) {
      generations_.add(*generation, std::move(result));
    } else if (!stranger_ || result < *stranger_) {
      stranger_ = std::move(result);
      generations_.relearn();
    }
  }

  [[nodiscard]] CmaesState next(CmaesState state, const std::vector<CmaesResult>& results,
                                std::int64_t generation) const {
    if (results.size() >= 2) tell(state, results);
    if (!shrunk(state)) return state;
    PhiloxStream random(seed_, static_cast<std::uint64_t>(generation), "cmaes.restart");
    std::vector<double> mean(axes_.size());
    for (double& x : mean) x = random.uniform();
    return fresh(2 * state.population, std::move(mean), {});
  }

  void tell(CmaesState& state, const std::vector<CmaesResult>& results) const {
    std::vector<std::vector<double>> points;
    // As long as nothing is better, what was injected draws the search to itself.
    if (state.incumbent && *state.incumbent < results.front()) points.push_back(told(state, *state.incumbent));
    for (const auto& result : results) points.push_back(told(state, result));
    const auto injected = std::ranges::find_if(results, &CmaesResult::injected);  // the best of them
    if (injected != results.end() && !(state.incumbent && *state.incumbent < *injected)) state.incumbent = *injected;
    state.distribution.tell(points);
    if (keeps_points()) state.margin.correct(state.distribution);
  }

  // An injected point that is too far away to have been drawn is told as one nearer, in its direction.
  [[nodiscard]] static std::vector<double> told(const CmaesState& state, const CmaesResult& result) {
    auto point = result.drawn ? result.point : state.margin.narrowed(state.distribution, result.point);
    if (!result.injected) return point;
    const auto n = static_cast<double>(point.size());
    const double farthest = std::sqrt(n) + 2 * n / (n + 2);
    const double part = std::min(1.0, farthest / state.distribution.distance(point));
    for (std::size_t i = 0; i < point.size(); ++i) {
      const double mean = state.distribution.mean()[i];
      point[i] = mean + part * (point[i] - mean);
    }
    return point;
  }

  [[nodiscard]] bool shrunk(const CmaesState& state) const {
    double widest = 0;
    for (std::size_t i = 0; i < axes_.size(); ++i) widest = std::max(widest, state.distribution.deviation(i));
    return widest < 1e-9;
  }

  [[nodiscard]] CmaesState fresh(std::size_t population, std::vector<double> mean,
                                 std::optional<CmaesResult> incumbent) const {
    std::vector<UnitScale> scales;
    for (const auto& axis : axes_) scales.push_back(axis.scale);
    CmaesMargin margin(std::move(scales), 1 / static_cast<double>(axes_.size() * population));
    return {Cmaes(std::move(mean), options_.sigma0), std::move(margin), population, std::move(incumbent)};
  }

  CmaesOptions options_;
  std::uint64_t identity_ = 0;
  space::SearchSpace space_;
  Direction direction_ = Direction::minimize;
  std::uint64_t seed_ = 0;
  std::size_t finished_ = 0;
  std::vector<Axis> axes_;
  Generations<CmaesResult, CmaesState> generations_;
  std::optional<CmaesResult> stranger_;  // the best trial that CMA-ES has not drawn
};

}  // namespace hpo::search

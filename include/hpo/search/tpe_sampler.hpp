#pragma once
/// \file  Tree-structured Parzen estimators: values that are likelier among the good trials than among the others.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <hpo/core/philox.hpp>
#include <hpo/search/observations.hpp>
#include <hpo/search/parzen_mixture.hpp>
#include <hpo/search/random_sampler.hpp>
#include <hpo/search/sampler.hpp>
#include <hpo/search/tpe_split.hpp>

namespace hpo::search {

struct TpeOptions {
  std::int64_t startup_trials = 10;  ///< complete or pruned trials before the model is used; random until then
  std::int64_t candidates = 24;      ///< drawn from the good trials' density; the best ratio wins
  double prior_weight = 1.0;         ///< of the wide kernel, against 1 for a trial
  bool constant_liar = true;         ///< running trials count as bad, so that parallel workers keep apart
};

/// All unconditional parameters are drawn together, from the trials that have all of them; a conditional one by itself,
/// from the trials that have it. Pruned trials count, failed ones do not.
///
/// Shapes   n trials, d parameters: O(candidates * n * d) a call, and O(n * d) for what changed since the last one.
/// Source   Bergstra et al., NIPS 2011; the multivariate variant and its constants are Optuna 5's default. Where that
///          takes only trials whose ranges are exactly today's, this takes every trial whose values lie in them.
class TpeSampler {
 public:
  TpeSampler() = default;
  explicit TpeSampler(TpeOptions options) : options_(options) {}

  [[nodiscard]] space::Assignment sample(const SampleRequest& request) {
    PhiloxStream random = request.random();
    seen_.update(request);
    if (seen_.ranked().size() < static_cast<std::size_t>(options_.startup_trials))
      return assign(request, [&](const space::ParamSpec& spec) { return draw_uniform(spec.distribution, random); });

    split(request);
    std::vector<const Column*> joint;
    for (const auto& spec : request.space.params)
      if (const auto* column = seen_.column(spec); column != nullptr && !spec.condition) joint.push_back(column);
    const auto point = best_candidate(joint, random);
    return assign(request, [&](const space::ParamSpec& spec) {
      const auto* column = seen_.column(spec);
      const auto place = std::ranges::find(joint, column);
      if (place != joint.end()) return point[static_cast<std::size_t>(place - joint.begin())];
      return best_candidate({&column, 1}, random)[0];
    });
  }

 private:
  // On all trials of the study; each group of columns then takes the rows that have its values.
  void split(const SampleRequest& request) {
    const auto ranked = seen_.ranked();
    good_.clear();
    bad_.clear();
    const auto best = best_ranks(seen_.ranks(), tpe_gamma(ranked.size()));
    auto next = best.begin();
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      const bool good = next != best.end() && *next == i;
      if (good) ++next;
      (good ? good_ : bad_).push_back(ranked[i]);
    }
    if (!options_.constant_liar) return;
    const auto trials = request.history.trials();
    for (const std::size_t row : request.history.unfinished())
      if (trials[row].state == TrialState::running && trials[row].number != request.number) bad_.push_back(row);
    std::ranges::sort(bad_);
  }

  static std::vector<std::size_t> having(std::span<const std::size_t> rows, std::span<const Column* const> columns) {
    std::vector<std::size_t> kept;
    for (const std::size_t row : rows)
      if (std::ranges::none_of(columns, [&](const Column* column) { return std::isnan(column->z[row]); }))
        kept.push_back(row);
    return kept;
  }

  std::vector<double> best_candidate(std::span<const Column* const> columns, PhiloxStream& random) const {
    if (columns.empty()) return {};
    const ParzenMixture good(columns, having(good_, columns), options_.prior_weight);
    const ParzenMixture bad(columns, having(bad_, columns), options_.prior_weight);
    std::vector<double> best, candidate(columns.size());
    double highest = -std::numeric_limits<double>::infinity();
    for (std::int64_t i = 0; i < options_.candidates; ++i) {
      good.draw(random, candidate);
      const double score = good.log_density(candidate) - bad.log_density(candidate);
      if (best.empty() || score > highest) {
        highest = score;
        best = candidate;
      }
    }
    return best;
  }

  TpeOptions options_;
  Observations seen_;
  std::vector<std::size_t> good_, bad_;  // rows, ascending
};

static_assert(Sampler<TpeSampler>);

}  // namespace hpo::search

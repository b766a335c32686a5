#pragma once
/// \file  Tree-structured Parzen estimators: values that are likelier among the good trials than among the others.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/search/sampling/hyperband_brackets.hpp>
#include <hpo/search/sampling/observations.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/sampling/trial_rank.hpp>
#include <hpo/search/tpe/parzen_mixture.hpp>
#include <hpo/search/tpe/weights.hpp>

namespace hpo::search {

struct TpeOptions {
  std::int64_t startup_trials = 10;    ///< complete or pruned trials before the model is used; random until then
  std::int64_t candidates = 24;        ///< drawn from the good trials' density; the best ratio wins
  double prior_weight = 1.0;           ///< of the wide kernel, against 1 for a trial
  bool constant_liar = true;           ///< running trials count as bad, so that parallel workers keep apart
  std::optional<bool> multivariate{};  ///< parameters are drawn together; nothing: if there is one objective
  bool group = false;                  ///< conditional ones too: those that the same trials have
  TpeGamma gamma = TpeGamma::linear;   ///< how many trials are good
  bool own_bracket = false;            ///< learn from the trials of the trial's own Hyperband bracket only
};

template <class Visitor>
void describe(Visitor& v, TpeOptions& o) {
  v.field("startup_trials", o.startup_trials, "random trials before the model is used", at_least(std::int64_t{0}));
  v.field("candidates", o.candidates, "values drawn for each trial, of which the best is taken",
          at_least(std::int64_t{1}));
  v.field("prior_weight", o.prior_weight, "weight of the whole range, against 1 for each trial", above(0.0));
  v.field("constant_liar", o.constant_liar, "keep parallel trials apart from each other");
  v.field("multivariate", o.multivariate, "model parameters together; not set: with one objective, not with several");
  v.field("group", o.group, "model together those conditional parameters that the same trials have");
  v.field("gamma", o.gamma, "how the number of good trials grows, a tenth of all or a quarter of the root");
  v.field("own_bracket", o.own_bracket, "learn from the trials of the own bracket only, if hyperband prunes");
}

/// Multivariate, all unconditional parameters are drawn together, and a conditional one by itself, from the trials that
/// have it; with `group`, those conditional parameters together that the same trials have. Pruned trials count, failed
/// ones do not; trials that break their constraints are good only if there are no others.
///
/// Shapes   n trials, d parameters: O(candidates * n * d) a call, and O(n * d) for what changed since the last one.
/// Errors   ConfigError if `group` is wanted where `multivariate` is not, or `own_bracket` where there are none.
/// Source   Bergstra et al., NIPS 2011; the multivariate variant and its constants are Optuna 5's default. Where that
///          takes only trials whose ranges are exactly today's, this takes every trial for those of its values that lie
///          in them.
class TpeSampler {
 public:
  TpeSampler() = default;
  /// \param brackets of the Hyperband pruner that runs beside it, if one does.
  explicit TpeSampler(TpeOptions options, const std::optional<HyperbandOptions>& brackets = {}) : options_(options) {
    require<ConfigError>(!options.group || options.multivariate.value_or(true),
                         "sampler.group: expected false where sampler.multivariate is false, got true");
    require<ConfigError>(options.candidates >= 1, "sampler.candidates: expected 1 or more, got ", options.candidates);
    require<ConfigError>(options.prior_weight > 0, "sampler.prior_weight: expected more than 0, got ",
                         options.prior_weight);
    require<ConfigError>(!options.own_bracket || brackets,
                         "sampler.own_bracket: expected false unless pruner.name is hyperband, got true");
    if (options.own_bracket) brackets_.emplace(*brackets);
  }

  [[nodiscard]] space::Assignment sample(const SampleRequest& request) {
    PhiloxStream random = request.random();
    if (!seen_.update(request)) models_.clear();
    choose(request);
    if (rows_.size() < static_cast<std::size_t>(options_.startup_trials))
      return assign(request, [&](const space::ParamSpec& spec) { return draw_uniform(spec.distribution, random); });

    split(request);
    std::vector<double> drawn(seen_.columns().size(), std::numeric_limits<double>::quiet_NaN());
    const auto at = [&](const ParamColumn* column) -> double& {
      return drawn[static_cast<std::size_t>(column - seen_.columns().data())];
    };
    return assign(request, [&](const space::ParamSpec& spec) -> double {
      const auto* column = seen_.column(spec);
      if (!std::isnan(at(column))) return at(column);
      const auto together = together_with(*column, request);
      const auto point = best_candidate(together, request, random);
      for (std::size_t i = 0; i < together.size(); ++i) at(together[i]) = point[i];
      return at(column);
    });
  }

 private:
  struct Model {
    std::vector<const ParamColumn*> columns;
    ParzenMixture good, bad;
  };

  // The trials to learn from: those with a result, if wanted only those of the bracket.
  void choose(const SampleRequest& request) {
    rows_.clear();
    ranks_.clear();
    for (const std::size_t row : seen_.ranked()) {
      if (!in_bracket(row, request)) continue;
      rows_.push_back(row);
      ranks_.push_back(&seen_.rank(row));
    }
  }
  bool in_bracket(std::size_t row, const SampleRequest& request) const {
    const auto bracket = [&](std::int64_t number) {
      return brackets_->bracket(request.study, number, request.history);
    };
    return !brackets_ || bracket(request.history.trials()[row].number) == bracket(request.number);
  }

  // On all of these; each group of columns then takes the rows that have values there.
  void split(const SampleRequest& request) {
    good_.clear();
    bad_.clear();
    const auto best = best_ranks(ranks_, tpe_gamma(rows_.size(), options_.gamma, request.directions.size()));
    auto next = best.begin();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const bool good = next != best.end() && *next == i;
      if (good) ++next;
      (good ? good_ : bad_).push_back(rows_[i]);
    }
    if (!options_.constant_liar) return;
    const auto trials = request.history.trials();
    for (const std::size_t row : request.history.unfinished())
      if (trials[row].state == TrialState::running && trials[row].number != request.number && in_bracket(row, request))
        bad_.push_back(row);
    std::ranges::sort(bad_);
  }

  // The columns that are drawn in one go with this one, in the order of the space.
  std::vector<const ParamColumn*> together_with(const ParamColumn& column, const SampleRequest& request) const {
    if (!options_.multivariate.value_or(options_.group || request.directions.size() < 2)) return {&column};
    std::vector<const ParamColumn*> together;
    for (const auto& other : seen_.columns())
      if (options_.group ? other.group == column.group : !other.spec->condition && !column.spec->condition)
        together.push_back(&other);
    if (together.empty()) together.push_back(&column);
    return together;
  }

  static std::vector<std::size_t> having(std::span<const std::size_t> rows,
                                         std::span<const ParamColumn* const> columns) {
    std::vector<std::size_t> kept;
    for (const std::size_t row : rows)
      if (std::ranges::any_of(columns, [&](const ParamColumn* column) { return !std::isnan(column->z[row]); }))
        kept.push_back(row);
    return kept;
  }

  Model& model(std::span<const ParamColumn* const> columns, bool fading) {
    for (auto& known : models_)
      if (std::ranges::equal(known->columns, columns)) return *known;
    const auto mixture = [&](bool fades) {
      return ParzenMixture(columns, {.prior_weight = options_.prior_weight, .fading = fades});
    };
    models_.push_back(std::make_unique<Model>(Model{{columns.begin(), columns.end()}, mixture(fading), mixture(true)}));
    return *models_.back();
  }

  std::vector<double> best_candidate(std::span<const ParamColumn* const> columns, const SampleRequest& request,
                                     PhiloxStream& random) {
    auto& [unused, good, bad] = model(columns, seen_.objectives() < 2);
    good.observe(having(good_, columns));
    bad.observe(having(bad_, columns));
    const auto count = static_cast<std::size_t>(options_.candidates), d = columns.size();
    std::vector<double> points(count * d), likely(count), unlikely(count);
    for (std::size_t i = 0; i < count; ++i) good.draw(random, {&points[i * d], d});
    good.log_density(points, likely);
    bad.log_density(points, unlikely);
    std::size_t best = 0;
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < count; ++i) {
      const double score = likely[i] - unlikely[i];
      if (score <= highest || breaks_constraint(columns, {&points[i * d], d}, request)) continue;
      best = i;
      highest = score;
    }
    const auto first = points.begin() + static_cast<std::ptrdiff_t>(best * d);
    return {first, first + static_cast<std::ptrdiff_t>(d)};
  }

  // Of those constraints that compare parameters of one group; whoever asks refuses the answer if it breaks others.
  static bool breaks_constraint(std::span<const ParamColumn* const> columns, std::span<const double> point,
                                const SampleRequest& request) {
    if (request.space.constraints.empty()) return false;
    space::Assignment values = request.fixed;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto& [name, distribution, unused] = *columns[i]->spec;
      if (values.find(name) == nullptr) values.set(name, space::to_external(distribution, point[i]));
    }
    return request.space.broken(values) != nullptr;
  }

  TpeOptions options_;
  std::optional<HyperbandBrackets> brackets_;
  Observations seen_;
  std::vector<std::unique_ptr<Model>> models_;  // one for each group of columns that was needed
  std::vector<std::size_t> rows_;               // that the model learns from, ascending
  std::vector<const Rank*> ranks_;              // of these
  std::vector<std::size_t> good_, bad_;
};

static_assert(Sampler<TpeSampler>);

}  // namespace hpo::search

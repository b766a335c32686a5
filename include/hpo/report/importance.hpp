#pragma once
/// \file  Which hyperparameters mattered.
/// Layer `report`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <range/v3/view/zip.hpp>

#include <hpo/core/error.hpp>
#include <hpo/report/grid_density.hpp>
#include <hpo/search/pareto/hypervolume.hpp>
#include <hpo/search/pareto/nondominated_sort.hpp>
#include <hpo/search/pareto/reference_point.hpp>
#include <hpo/search/pareto/signed_values.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::report {

struct ImportanceOptions {
  double target_quantile = 0.1;            ///< what it takes to be in the best part of the trials: this part
  double region_quantile = 1.0;            ///< as compared with the rest of this part; 1: of all
  std::optional<std::size_t> objective{};  ///< this one alone; nothing: all, that is, to be near the Pareto front
  bool normalize = true;                   ///< so that the importances add up to 1
};

struct ParamImportance {
  std::string name{};
  double importance = 0;  ///< 0: it does not matter
  bool operator==(const ParamImportance&) const = default;
};

namespace detail {

using TrialPointers = std::vector<const storage::FrozenTrial*>;

/// Which points belong to the best part: one letter for each. Ties at its end are all in for one loss; for several,
/// whole fronts are, and of the last one those that dominate most.
[[nodiscard]] inline std::vector<char> in_best_part(const std::vector<std::vector<double>>& points, double quantile) {
  std::vector<char> in(points.size(), 1);
  const auto count = static_cast<std::size_t>(std::ceil(quantile * static_cast<double>(points.size())));
  if (count >= points.size() || count == 0) return in;
  const auto ranks = search::nondominated_ranks(points);
  std::vector<std::size_t> sorted(ranks);
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(count - 1));
  const std::size_t last = sorted[count - 1];
  std::vector<std::size_t> cut;
  std::size_t whole = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    in[i] = ranks[i] < last || (ranks[i] == last && points[i].size() == 1);
    if (ranks[i] < last) ++whole;
    if (ranks[i] == last && !in[i]) cut.push_back(i);
  }
  if (cut.empty()) return in;
  std::vector<std::vector<double>> front;
  for (const std::size_t i : cut) front.push_back(points[i]);
  for (const std::size_t i : search::hypervolume_subset(front, count - whole, search::reference_point(front)))
    in[cut[i]] = 1;
  return in;
}

/// How unlike two densities are: the Pearson divergence of `target` from `region`.
[[nodiscard]] inline double pearson_divergence(std::span<const double> target, std::span<const double> region) {
  constexpr double floor = 1e-12;
  double sum = 0;
  for (const auto [t, r] : ranges::views::zip(target, region)) {
    const double ratio = (t + floor) / (r + floor) - 1;
    sum += (r + floor) * ratio * ratio;
  }
  return sum;
}

/// The trials of the region in which the parameter had one and the same distribution.
struct Regime {
  const space::Distribution* distribution;
  std::vector<double> region{}, target{};  ///< internal values of the parameter
};

/// Before it is scaled by the size of the target.
[[nodiscard]] inline double importance_of(const std::string& name, const TrialPointers& region,
                                          const std::vector<char>& is_target) {
  std::vector<Regime> regimes;
  for (const auto [trial, good] : ranges::views::zip(region, is_target)) {
    const auto* param = trial->param(name);
    if (param == nullptr) continue;
    auto regime =
        std::ranges::find_if(regimes, [&](const Regime& r) { return *r.distribution == param->distribution; });
    if (regime == regimes.end()) regime = regimes.insert(regime, {&param->distribution});
    regime->region.push_back(param->internal);
    if (good) regime->target.push_back(param->internal);
  }
  const auto all = static_cast<double>(region.size());
  const auto best = static_cast<double>(std::ranges::count(is_target, 1));
  double importance = 0;
  for (const Regime& regime : regimes) {
    if (regime.region.size() < 2 || regime.target.empty() || space::is_single(*regime.distribution)) continue;
    const double alpha = static_cast<double>(regime.target.size()) / best;
    const double beta = static_cast<double>(regime.region.size()) / all;
    importance += alpha * alpha / beta *
                  pearson_divergence(grid_density(*regime.distribution, regime.target),
                                     grid_density(*regime.distribution, regime.region));
  }
  return importance;
}

}  // namespace detail

/// How much each hyperparameter matters for being among the best trials, most important first: how unlike its values
/// are there and in all. A conditional parameter is looked at where it exists, and counts as much as that is common;
/// so does one whose range was changed, for each range. Complete trials with finite values count. What cannot be told
/// (fewer than two trials, or all equally good) is 0 for every parameter, in the order in which they appear.
///
/// The figures say something from some 50 trials on, with five or more in the best part.
///
/// Errors   ConfigError for quantiles out of order or an objective that is not there.
/// Source   Watanabe, Bansal, Hutter: PED-ANOVA, IJCAI 2023, arXiv:2304.10255; for conditional parameters and changed
///          ranges: Conditional PED-ANOVA, arXiv:2601.20800. As Optuna's PedAnovaImportanceEvaluator.
[[nodiscard]] inline std::vector<ParamImportance> importance(std::span<const storage::FrozenTrial> trials,
                                                             std::span<const storage::Direction> directions,
                                                             const ImportanceOptions& options = {}) {
  const auto& [target_quantile, region_quantile, objective, normalize] = options;
  require<ConfigError>(target_quantile > 0 && target_quantile < region_quantile && region_quantile <= 1,
                       "importance: expected 0 < target_quantile < region_quantile <= 1, got ", target_quantile,
                       " and ", region_quantile);
  require<ConfigError>(!objective || *objective < directions.size(), "importance: objective: expected less than ",
                       directions.size(), ", got ", objective.value_or(0));
  detail::TrialPointers known, region;
  std::vector<std::vector<double>> points;
  std::vector<ParamImportance> found;
  for (const auto& trial : trials) {
    auto point = search::signed_values(trial, directions);
    if (!point) continue;
    for (const auto& param : trial.params)
      if (std::ranges::find(found, param.name, &ParamImportance::name) == found.end()) found.push_back({param.name});
    if (objective) point = std::vector{(*point)[*objective]};
    if (!std::ranges::all_of(*point, [](double x) { return std::isfinite(x); })) continue;
    known.push_back(&trial);
    points.push_back(std::move(*point));
  }
  if (known.size() < 2) return found;
  const auto in_target = detail::in_best_part(points, target_quantile);
  const auto in_region = detail::in_best_part(points, region_quantile);
  std::vector<char> is_target;  // of the region
  for (const auto [trial, counts, good] : ranges::views::zip(known, in_region, in_target)) {
    if (!counts) continue;
    region.push_back(trial);
    is_target.push_back(good);
  }
  const double share = static_cast<double>(std::ranges::count(is_target, 1)) / static_cast<double>(region.size());
  double total = 0;
  for (auto& param : found)
    total += param.importance = share * share * detail::importance_of(param.name, region, is_target);
  if (normalize && total > 0)
    for (auto& param : found) param.importance /= total;
  std::ranges::stable_sort(found, std::greater<>{}, &ParamImportance::importance);
  return found;
}

}  // namespace hpo::report

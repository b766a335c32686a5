#pragma once
/// \file  What a Gaussian process learns from: the trials of a study as points with one number each.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <hpo/core/philox.hpp>
#include <hpo/search/gp/chebyshev.hpp>
#include <hpo/search/gp/encoding.hpp>
#include <hpo/search/gp/output_transform.hpp>
#include <hpo/search/sampling/observations.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/storage/violation.hpp>

namespace hpo::search {

/// Complete trials whose values are numbers, in the order of the study; pruned and failed ones say too little. A trial
/// that lacks an active parameter of today's space, or has it outside today's range, is left out.
struct GpData {
  std::vector<std::vector<double>> points;
  std::vector<double> values;                      ///< smaller is better, standardized
  std::vector<std::vector<double>> constraints{};  ///< values of each trial's soft constraints, kept if 0 or less
  std::vector<std::vector<double>> pending;        ///< points of the running trials, but not the one that is asked for
  std::vector<std::size_t> order;  ///< places in `values`, the best first, those that break constraints last

  /// By how much a trial breaks its constraints: 0 if it keeps them, or has none.
  [[nodiscard]] double violation(std::size_t i) const {
    double sum = 0;
    for (const double value : constraints[i]) sum += std::max(value, 0.0);
    return sum;
  }

  [[nodiscard]] static GpData collect(const SampleRequest& request, const GpEncoding& encoding,
                                      const Observations& seen) {
    GpData data;
    std::vector<const ParamColumn*> columns;
    for (const auto& spec : request.space.params) columns.push_back(seen.column(spec));
    std::vector<std::vector<double>> objectives(request.directions.size());
    const auto trials = request.history.trials();
    for (std::size_t row = 0; row < trials.size(); ++row) {
      const bool done = has_result(trials[row], objectives.size());
      if (!done && (trials[row].state != TrialState::running || trials[row].number == request.number)) continue;
      auto point = encoding.encode([&](std::size_t param) { return columns[param]->z[row]; });
      if (!point) continue;
      (done ? data.points : data.pending).push_back(std::move(*point));
      if (done) data.constraints.push_back(storage::constraint_values(trials[row]));
      for (std::size_t k = 0; done && k < objectives.size(); ++k)
        objectives[k].push_back(request.directions[k] == Direction::minimize ? trials[row].values[k]
                                                                             : -trials[row].values[k]);
    }
    for (auto& objective : objectives) transform_output(objective);
    data.values = objectives.size() == 1 ? std::move(objectives.front()) : combine(request, objectives);
    data.rank();
    return data;
  }

  /// Keeps at most `count` trials: the best half, and of the others as many as fit, evenly over the study.
  void thin(std::size_t count) {
    if (values.size() <= count) return;
    std::vector<std::size_t> kept(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count / 2));
    std::vector<std::size_t> others(order.begin() + static_cast<std::ptrdiff_t>(count / 2), order.end());
    std::ranges::sort(others);
    const std::size_t room = count - kept.size();
    for (std::size_t i = 0; i < room; ++i) kept.push_back(others[i * others.size() / room]);
    std::ranges::sort(kept);
    GpData fewer;
    for (const std::size_t i : kept) {
      fewer.points.push_back(std::move(points[i]));
      fewer.values.push_back(values[i]);
      fewer.constraints.push_back(std::move(constraints[i]));
    }
    fewer.pending = std::move(pending);
    standardize(fewer.values);
    fewer.rank();
    *this = std::move(fewer);
  }

 private:
  static bool has_result(const FrozenTrial& trial, std::size_t objectives) {
    return trial.state == TrialState::complete && objectives > 0 && trial.values.size() == objectives &&
           std::ranges::none_of(trial.values, [](double value) { return std::isnan(value); });
  }

  static std::vector<double> combine(const SampleRequest& request, const std::vector<std::vector<double>>& objectives) {
    PhiloxStream random(request.seed, static_cast<std::uint64_t>(request.number), "gp-weights");
    auto values = chebyshev(objectives, draw_weights(objectives.size(), random));
    standardize(values);
    return values;
  }

  void rank() {
    order.resize(values.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return std::pair(violation(i), values[i]); });
  }
};

}  // namespace hpo::search

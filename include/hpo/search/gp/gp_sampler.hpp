#pragma once
/// \file  Bayesian optimization with a Gaussian process: for few, dear trials.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/search/gp/acquisition.hpp>
#include <hpo/search/gp/data.hpp>
#include <hpo/search/gp/encoding.hpp>
#include <hpo/search/gp/feasibility.hpp>
#include <hpo/search/gp/fit.hpp>
#include <hpo/search/gp/gaussian_process.hpp>
#include <hpo/search/gp/kernel_text.hpp>
#include <hpo/search/gp/maximize.hpp>
#include <hpo/search/qmc/qmc_sampler.hpp>
#include <hpo/search/sampling/observations.hpp>
#include <hpo/search/sampling/sampler.hpp>

namespace hpo::search {

struct GpOptions {
  std::int64_t startup_trials = 10;  ///< complete trials before the model is used; Sobol points until then
  std::int64_t max_points = 400;     ///< complete trials that the model is made of, at most
};

template <class Visitor>
void describe(Visitor& v, GpOptions& o) {
  v.field("startup_trials", o.startup_trials, "Sobol points before the model is used", at_least(std::int64_t{0}));
  v.field("max_points", o.max_points, "trials that the model is made of, at most", at_least(std::int64_t{10}));
}

/// A Gaussian process with a Matern-5/2 kernel learns the objective from the complete trials; the next trial is where
/// the expected improvement on the best of them is largest, given the running trials.
///
/// Mixed spaces are one cube (GpEncoding): choices are equal or not, steps are points of a range, what is inactive is
/// out of the way. Results are tamed before they are learned from (transform_output). With several objectives each
/// trial improves a weighted Chebyshev sum with random weights of its own; with none, all trials are Sobol points. Each
/// soft constraint (storage::constraint_values) is learned by a process of its own.
///
/// Each trial keeps its kernel (attribute `hpo:gp`), where the search for the next trial's kernel starts.
///
/// An answer that was refused is followed by the best of half as many candidates, then of a quarter, and so on.
///
/// Shapes   n complete trials, d dimensions: O(n^3 + n^2 d) a call, with n at most max_points.
/// Source   Snoek, Larochelle, Adams, NeurIPS 2012; constants as in Optuna 5's GPSampler where there is no reason.
class GpSampler {
 public:
  static constexpr std::string_view attribute = "hpo:gp";

  GpSampler() = default;
  explicit GpSampler(GpOptions options) : options_(options) {}

  [[nodiscard]] Sample sample(const SampleRequest& request) {
    seen_.update(request);
    const GpEncoding encoding(request);
    GpData data = GpData::collect(request, encoding, seen_);
    const auto enough = static_cast<std::size_t>(std::max<std::int64_t>(options_.startup_trials, 2));
    if (encoding.dimensions() == 0 || data.values.size() < enough) return startup_.sample(request);
    data.thin(static_cast<std::size_t>(options_.max_points));

    GpPoints points(encoding.categorical());
    for (const auto& point : data.points) points.add(point);
    const KernelParams kernel = fit(request, points, data.values);
    GaussianProcess process(std::move(points), data.values, kernel);
    const double best = best_mean(process, data);
    GpAcquisition acquisition(std::move(process), best, data.pending, request.seed,
                              concat("gp-pending#", request.number));
    learn_constraints(encoding, data, acquisition);
    const auto point = choose(request, encoding, acquisition, data);
    auto values = assign(request, [&](const space::ParamSpec& spec) {
      const auto place = static_cast<std::size_t>(&spec - request.space.params.data());
      const std::size_t axis = *encoding.axis_of(place);
      return encoding.axes()[axis].to_internal(point[axis]);
    });
    return {std::move(values), {{std::string(attribute), kernel_to_json(kernel)}}};
  }

 private:
  // From the kernel of the trial before, where there is one. As long as the data are few, or now and then, from afresh
  // too: the likelihood has several maxima.
  static KernelParams fit(const SampleRequest& request, const GpPoints& points, const std::vector<double>& values) {
    std::vector<KernelParams> starts;
    const auto trials = request.history.trials();
    for (std::size_t i = trials.size(); i-- > 0 && starts.empty();) {
      if (trials[i].number >= request.number) continue;
      if (auto kernel = kernel_from(trials[i].system_attrs, attribute, points.dimensions()))
        starts.push_back(*std::move(kernel));
    }
    if (starts.empty() || values.size() < 40 || request.number % 10 == 0)
      starts.push_back({std::vector<double>(points.dimensions(), 1.0), 1, 1e-3});
    return rounded(fit_kernel(points, values, starts));
  }

  // What the process believes of the best trial that keeps the constraints, so that one lucky trial of a noisy
  // objective does not set the mark. Without such a trial everything is an improvement, and keeping the constraints
  // decides.
  static double best_mean(const GaussianProcess& process, const GpData& data) {
    double best = *std::ranges::max_element(data.values) + 3;
    for (std::size_t i = 0; i < data.points.size(); ++i)
      if (data.violation(i) == 0) best = std::min(best, process.posterior(data.points[i]).mean);
    return best;
  }

  // A process for each constraint that any trial broke, from the trials that have as many constraints as the latest.
  static void learn_constraints(const GpEncoding& encoding, const GpData& data, GpAcquisition& acquisition) {
    std::size_t count = 0;
    for (const auto& values : data.constraints) count = values.empty() ? count : values.size();
    for (std::size_t k = 0; k < count; ++k) {
      GpPoints points(encoding.categorical());
      std::vector<double> values;
      for (std::size_t i = 0; i < data.points.size(); ++i) {
        if (data.constraints[i].size() != count) continue;
        points.add(data.points[i]);
        values.push_back(data.constraints[i][k]);
      }
      if (*std::ranges::max_element(values) <= 0) continue;
      const auto targets = feasibility_targets(values);
      const std::vector<KernelParams> start{{std::vector<double>(points.dimensions(), 1.0), 1, 1e-3}};
      const KernelParams kernel = fit_kernel(points, targets, start);
      acquisition.constrain(GpFeasibility(GaussianProcess(std::move(points), targets, kernel)));
    }
  }

  static std::vector<double> choose(const SampleRequest& request, const GpEncoding& encoding,
                                    GpAcquisition& acquisition, const GpData& data) {
    PhiloxStream random = request.random("gp");
    const std::uint64_t seed = random.bits64();
    GpMaximizer maximizer(encoding, acquisition, {}, data.pending);
    if (request.attempt > 0)
      return maximizer.best_candidate(std::size_t{512} >> std::min<std::int64_t>(request.attempt, 9), seed, random);
    std::vector<std::vector<double>> near;
    for (std::size_t i = 0; i < std::min<std::size_t>(data.order.size(), 5); ++i)
      near.push_back(data.points[data.order[i]]);
    return maximizer.maximize(near, seed, random);
  }

  GpOptions options_;
  QmcSampler startup_;
  Observations seen_;
};

static_assert(Sampler<GpSampler>);

}  // namespace hpo::search

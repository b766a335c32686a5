#pragma once
/// \file  Uniform sampling, on the scale of each parameter.
/// Layer `search`, tier 0.

#include <variant>

#include <hpo/core/philox.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/sampling/scale.hpp>

namespace hpo::search {

/// A uniform internal value: over the logarithm of a log range, over equally wide cells of a grid, over choices.
[[nodiscard]] inline double draw_uniform(const space::Distribution& distribution, PhiloxStream& random) {
  if (const auto* categorical = std::get_if<space::CategoricalDistribution>(&distribution))
    return static_cast<double>(random.below(categorical->choices.size()));
  const Scale scale = Scale::of(distribution);
  return scale.to_value(scale.z_low() + (scale.z_high() - scale.z_low()) * random.uniform());
}

/// Random search has no options.
struct RandomOptions {};

template <class Visitor>
void describe(Visitor&, RandomOptions&) {}

/// Independent of everything that ran before: the same trial number has the same values in every run of a study.
class RandomSampler {
 public:
  [[nodiscard]] space::Assignment sample(const SampleRequest& request) const {
    PhiloxStream random = request.random();
    return assign(request, [&](const space::ParamSpec& spec) { return draw_uniform(spec.distribution, random); });
  }
};

static_assert(Sampler<RandomSampler>);

}  // namespace hpo::search

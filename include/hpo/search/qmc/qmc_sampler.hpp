#pragma once
/// \file  Quasi-random sampling: random search without its holes and clusters.
/// Layer `search`, tier 0.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/search/math/sobol.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/sampling/scale.hpp>

namespace hpo::search {

struct QmcOptions {
  bool scramble = true;  ///< each seed has points of its own; else all studies have the same, the first in a corner
};

template <class Visitor>
void describe(Visitor& v, QmcOptions& o) {
  v.field("scramble", o.scramble, "give each seed points of its own");
}

/// The trial's number is the index of its point in a Sobol sequence, so that nothing is counted anywhere and any
/// number of workers visits the same points. Every parameter that can vary has a dimension, used where it is active.
/// An answer that was refused is replaced by the same point of a sequence scrambled in another way.
///
/// Best at a power of two of trials: the values of each parameter are then as evenly spread as so many can be.
class QmcSampler {
 public:
  QmcSampler() = default;
  explicit QmcSampler(QmcOptions options) : options_(options) {}

  [[nodiscard]] space::Assignment sample(const SampleRequest& request) {
    std::vector<std::size_t> dimension;  // of each parameter
    std::size_t dimensions = 0;
    for (const auto& spec : request.space.params)
      dimension.push_back(space::is_single(spec.distribution) ? dimensions : dimensions++);
    prepare(request, dimensions);
    return assign(request, [&](const space::ParamSpec& spec) {
      const auto place = static_cast<std::size_t>(&spec - request.space.params.data());
      return value_at_fraction(spec.distribution,
                               sequence_.coordinate(static_cast<std::uint64_t>(request.number), dimension[place]));
    });
  }

 private:
  // The sequence of the last call is kept, to save time.
  void prepare(const SampleRequest& request, std::size_t dimensions) {
    if (sequence_.dimensions() == dimensions && seed_ == request.seed && attempt_ == request.attempt) return;
    seed_ = request.seed;
    attempt_ = request.attempt;
    sequence_ =
        options_.scramble || attempt_ > 0 ? Sobol(dimensions, seed_, concat("qmc#", attempt_)) : Sobol(dimensions);
  }

  QmcOptions options_;
  Sobol sequence_{0};
  std::uint64_t seed_ = 0;
  std::int64_t attempt_ = 0;
};

static_assert(Sampler<QmcSampler>);

}  // namespace hpo::search

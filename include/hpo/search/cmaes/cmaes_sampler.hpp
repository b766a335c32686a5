#pragma once
/// \file  CMA-ES as a sampler: numeric parameters that belong together, also where they depend on each other.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/core/philox.hpp>
#include <hpo/search/cmaes/cmaes_replay.hpp>
#include <hpo/search/cmaes/mirrored_normal.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/tpe/tpe_sampler.hpp>
#include <hpo/storage/attributes.hpp>

namespace hpo::search {

/// Numeric unconditional parameters are drawn by CMA-ES, one or more of them; categorical and conditional ones by TPE,
/// to fit them. Where there is not exactly one objective, all values are random.
///
/// Trials that break their constraints count as worse than all others. The state is computed from the history alone
/// (CmaesReplay), so that a study goes on as if it had never stopped. Enqueued trials are learned from, too.
class CmaesSampler {
 public:
  CmaesSampler() = default;
  explicit CmaesSampler(CmaesOptions options) : options_(options), replay_(options) {}

  [[nodiscard]] Sample sample(const SampleRequest& request) {
    if (request.directions.size() != 1) return RandomSampler{}.sample(request);
    if (replay_.update(request)) others_ = others(request.space);
    const auto& axes = replay_.axes();
    const bool injected =
        std::ranges::any_of(axes, [&](const auto& axis) { return request.fixed.find(axis.name) != nullptr; });
    if (request.number < options_.startup_trials && !injected) return RandomSampler{}.sample(request);
    if (axes.empty()) return tpe_.sample(request);

    const auto point = draw(request);
    auto chosen = evaluated(point);
    for (const auto& [name, value] : request.fixed) chosen.set(name, value);
    if (!others_.params.empty()) {
      const Sample about_others = tpe_.sample(narrowed(request, others_, chosen));
      for (const auto& [name, value] : about_others.values) chosen.set(name, value);
    }
    const auto all = narrowed(request, request.space, chosen);
    return {assign(all, [](const space::ParamSpec&) { return 0.0; }), remembered(point, injected)};
  }

 private:
  static SampleRequest narrowed(const SampleRequest& request, const space::SearchSpace& space,
                                const space::Assignment& fixed) {
    return {.space = space,
            .history = request.history,
            .directions = request.directions,
            .seed = request.seed,
            .number = request.number,
            .fixed = fixed,
            .attempt = request.attempt,
            .study = request.study};
  }

  /// What CMA-ES does not draw, and the parameters on which that depends.
  [[nodiscard]] space::SearchSpace others(const space::SearchSpace& space) const {
    std::vector<std::string> wanted;
    space::SearchSpace rest;
    for (auto spec = space.params.rbegin(); spec != space.params.rend(); ++spec) {  // children before their parents
      const bool drawn =
          std::ranges::find(replay_.axes(), spec->name, &CmaesReplay::Axis::name) != replay_.axes().end();
      const bool parent = std::ranges::find(wanted, spec->name) != wanted.end();
      if (!parent && (drawn || space::is_single(spec->distribution))) continue;
      if (spec->condition) wanted.push_back(spec->condition->parent);
      rest.params.push_back(*spec);
    }
    std::ranges::reverse(rest.params);
    return rest;
  }

  // A point of the distribution, in the box if that comes to pass soon. The cells of a grid take in what lies outside.
  [[nodiscard]] std::vector<double> draw(const SampleRequest& request) const {
    const auto& axes = replay_.axes();
    const bool margin = replay_.keeps_points();
    const auto bounded = [&](std::size_t i) { return !(margin && axes[i].scale.on_grid()); };
    const auto inside = [&](const std::vector<double>& point) {
      for (std::size_t i = 0; i < axes.size(); ++i)
        if (bounded(i) && !(point[i] >= 0 && point[i] <= 1)) return false;
      return true;
    };
    auto point = replay_.state().distribution.point(first_normal(request));
    PhiloxStream random = request.random("cmaes");
    std::vector<double> z(axes.size());
    for (std::size_t tries = 0; tries < 10 * axes.size() && !inside(point); ++tries) {
      for (double& x : z) x = random.normal();
      point = replay_.state().distribution.point(z);
    }
    for (std::size_t i = 0; i < axes.size(); ++i)
      if (bounded(i)) point[i] = std::clamp(point[i], 0.0, 1.0);
    return point;
  }

  // Blocks of the length of a generation. An answer in place of a refused one is by itself.
  [[nodiscard]] std::vector<double> first_normal(const SampleRequest& request) const {
    const std::size_t dimensions = replay_.axes().size();
    const auto index = static_cast<std::uint64_t>(std::max<std::int64_t>(request.number - options_.startup_trials, 0));
    if (request.attempt == 0) return mirrored_normal(request.seed, index, replay_.population(), dimensions);
    PhiloxStream random = request.random("cmaes.first");
    std::vector<double> z(dimensions);
    for (double& x : z) x = random.normal();
    return z;
  }

  [[nodiscard]] space::Assignment evaluated(const std::vector<double>& point) const {
    const auto& state = replay_.state();
    const auto place = state.margin.widened(state.distribution, point);
    space::Assignment values;
    for (std::size_t i = 0; i < place.size(); ++i) {
      const auto& axis = replay_.axes()[i];
      values.set(axis.name, space::to_external(axis.distribution, axis.scale.to_internal(place[i])));
    }
    return values;
  }

  [[nodiscard]] storage::Attributes remembered(const std::vector<double>& point, bool injected) const {
    storage::Attributes attrs{{std::string(cmaes_keys::generation), storage::json_text(replay_.generation())}};
    if (injected)
      attrs.emplace(cmaes_keys::injected, storage::json_text(true));
    else if (replay_.keeps_points()) {
      std::string text;
      for (const double x : point) text += (text.empty() ? "[" : ", ") + storage::json_text(x);
      attrs.emplace(cmaes_keys::point, text + "]");
    }
    return attrs;
  }

  CmaesOptions options_;
  CmaesReplay replay_;
  space::SearchSpace others_;
  TpeSampler tpe_;
};

static_assert(Sampler<CmaesSampler>);

}  // namespace hpo::search

#pragma once
/// \file  A sampler that options name at run time.
/// Layer `search`, tier 0.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/cmaes/cmaes_sampler.hpp>
#include <hpo/search/default_sampler.hpp>
#include <hpo/search/gp/gp_sampler.hpp>
#include <hpo/search/grid/grid_sampler.hpp>
#include <hpo/search/nsga2/nsga2_sampler.hpp>
#include <hpo/search/qmc/qmc_sampler.hpp>
#include <hpo/search/sampling/hyperband_brackets.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/tpe/tpe_sampler.hpp>

namespace hpo::search {

/// A sampler's name and the options of each: those of the one that is named count, and no others are read or written.
struct SamplerOptions {
  std::string name = "tpe";
  TpeOptions tpe{};
  RandomOptions random{};
  GpOptions gp{};
  QmcOptions qmc{};
  GridOptions grid{};
  CmaesOptions cmaes{};
  Nsga2Options nsga2{};
};

template <class Visitor>
void describe(Visitor& v, SamplerOptions& o) {
  describe_choice(v, "name", o.name, "how values are chosen", NamedOptions("tpe", o.tpe),
                  NamedOptions("random", o.random), NamedOptions("gp", o.gp), NamedOptions("qmc", o.qmc),
                  NamedOptions("grid", o.grid), NamedOptions("cmaes", o.cmaes), NamedOptions("nsga2", o.nsga2));
}

/// One of the samplers; a Sampler itself.
class AnySampler {
 public:
  AnySampler() = default;
  template <class One>
    requires(!std::same_as<One, AnySampler> && Sampler<One>)
  explicit(false) AnySampler(One sampler) : kind_(std::move(sampler)) {}

  [[nodiscard]] Sample sample(const SampleRequest& request) {
    return std::visit([&](auto& sampler) -> Sample { return sampler.sample(request); }, kind_);
  }

  /// How many answers there are: of a grid that can be counted.
  [[nodiscard]] std::optional<std::uint64_t> size(const space::SearchSpace& space) const {
    const auto* grid = std::get_if<GridSampler>(&kind_);
    return grid == nullptr ? std::nullopt : grid->size(space);
  }

 private:
  std::variant<RandomSampler, TpeSampler, GpSampler, QmcSampler, GridSampler, CmaesSampler, Nsga2Sampler> kind_;
};

static_assert(Sampler<AnySampler>);

/// The sampler that is named, with its options.
/// \param brackets of the pruner that runs beside it, if that is Hyperband.
/// Errors   ConfigError if no sampler has that name, or options contradict each other.
[[nodiscard]] inline AnySampler make_sampler(const SamplerOptions& options,
                                             const std::optional<HyperbandOptions>& brackets = {}) {
  if (options.name == "tpe") return TpeSampler(options.tpe, brackets);
  if (options.name == "random") return RandomSampler{};
  if (options.name == "gp") return GpSampler(options.gp);
  if (options.name == "qmc") return QmcSampler(options.qmc);
  if (options.name == "grid") return GridSampler(options.grid);
  if (options.name == "cmaes") return CmaesSampler(options.cmaes);
  if (options.name == "nsga2") return Nsga2Sampler(options.nsga2);
  const OneOf known = one_of({"tpe", "random", "gp", "qmc", "grid", "cmaes", "nsga2"});
  fail<ConfigError>("sampler.name: expected ", known.check(options.name), ", got '", options.name, "'");
}

}  // namespace hpo::search

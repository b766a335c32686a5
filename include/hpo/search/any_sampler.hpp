#pragma once
/// \file  A sampler that options name at run time.
/// Layer `search`, tier 0.

#include <concepts>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/search/random_sampler.hpp>
#include <hpo/search/sampler.hpp>

namespace hpo::search {

struct SamplerOptions {
  std::string name = "random";
};

template <class Visitor>
void describe(Visitor& v, SamplerOptions& o) {
  v.field("name", o.name, "how values are chosen", one_of({"random"}));
}

/// One of the samplers; a Sampler itself.
class AnySampler {
 public:
  AnySampler() = default;
  template <class One>
    requires(!std::same_as<One, AnySampler> && Sampler<One>)
  explicit(false) AnySampler(One sampler) : kind_(std::move(sampler)) {}

  [[nodiscard]] space::Assignment sample(const SampleRequest& request) {
    return std::visit([&](auto& sampler) { return sampler.sample(request); }, kind_);
  }

 private:
  std::variant<RandomSampler> kind_;
};

static_assert(Sampler<AnySampler>);

/// Errors   ConfigError if no sampler has that name.
[[nodiscard]] inline AnySampler make_sampler(const SamplerOptions& options) {
  if (options.name == "random") return RandomSampler{};
  fail<ConfigError>("sampler.name: expected ", one_of({"random"}).check(options.name), ", got ", options.name);
}

}  // namespace hpo::search

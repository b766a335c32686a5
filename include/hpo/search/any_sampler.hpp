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
#include <hpo/search/tpe_sampler.hpp>

namespace hpo::search {

struct SamplerOptions {
  std::string name = "tpe";
  std::int64_t startup_trials = TpeOptions{}.startup_trials;
  std::int64_t candidates = TpeOptions{}.candidates;
  double prior_weight = TpeOptions{}.prior_weight;
  bool constant_liar = TpeOptions{}.constant_liar;
};

template <class Visitor>
void describe(Visitor& v, SamplerOptions& o) {
  v.field("name", o.name, "how values are chosen", one_of({"tpe", "random"}));
  v.field("startup_trials", o.startup_trials, "tpe: random trials before the model is used", at_least(std::int64_t{0}));
  v.field("candidates", o.candidates, "tpe: values drawn for each trial, of which the best is taken",
          at_least(std::int64_t{1}));
  v.field("prior_weight", o.prior_weight, "tpe: weight of the whole range, against 1 for each trial", above(0.0));
  v.field("constant_liar", o.constant_liar, "tpe: keep parallel trials apart from each other");
}

/// One of the samplers; a Sampler itself.
class AnySampler {
 public:
  AnySampler() = default;
  template <class One>
  requires(!std::same_as<One, AnySampler> && Sampler<One>) explicit(false) AnySampler(One sampler)
      : kind_(std::move(sampler)) {}

  [[nodiscard]] Sample sample(const SampleRequest& request) {
    return std::visit([&](auto& sampler) -> Sample { return sampler.sample(request); }, kind_);
  }

 private:
  std::variant<RandomSampler, TpeSampler> kind_;
};

static_assert(Sampler<AnySampler>);

/// Errors   ConfigError if no sampler has that name.
[[nodiscard]] inline AnySampler make_sampler(const SamplerOptions& options) {
  if (options.name == "random") return RandomSampler{};
  const auto expected = one_of({"tpe", "random"}).check(options.name);
  require<ConfigError>(expected.empty(), "sampler.name: expected ", expected, ", got '", options.name, "'");
  return TpeSampler({.startup_trials = options.startup_trials,
                     .candidates = options.candidates,
                     .prior_weight = options.prior_weight,
                     .constant_liar = options.constant_liar});
}

}  // namespace hpo::search

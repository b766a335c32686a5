#pragma once
/// \file  The Sampler concept: what a trial runs with.
/// Layer `search`, tier 0.

#include <concepts>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/function_ref.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/storage/history.hpp>

namespace hpo::search {

using storage::Direction;
using storage::FrozenTrial;
using storage::History;
using storage::TrialState;

/// What a sampler may look at. `history` may hold the trial that is being asked for, as one of the running.
struct SampleRequest {
  const space::SearchSpace& space;
  const History& history;
  std::vector<Direction> directions = {Direction::minimize};  ///< of each objective; empty if there is none
  std::uint64_t seed = 0;
  std::int64_t number = 0;         ///< of the trial
  const space::Assignment& fixed;  ///< values that must be used, if the parameter is active
  std::int64_t attempt = 0;        ///< how many answers for this trial were refused: each attempt is another answer
  std::string_view study = {};     ///< name of the study

  /// Of the only objective, or the first.
  [[nodiscard]] Direction direction() const { return directions.empty() ? Direction::minimize : directions.front(); }

  /// The random numbers of this trial and attempt: the same at any number of workers.
  [[nodiscard]] PhiloxStream random(std::string_view purpose = "sampler") const {
    const auto trial = static_cast<std::uint64_t>(number);
    if (attempt == 0) return {seed, trial, purpose};
    return {seed, trial, concat(purpose, '#', attempt)};
  }
};

/// What a sampler answers. The attributes become system attributes of the trial: what a sampler must know of a trial
/// later, such as its generation.
struct Sample {
  space::Assignment values;
  storage::Attributes system_attrs{};

  // Implicit: most samplers have nothing to remember.
  Sample(space::Assignment chosen, storage::Attributes remembered = {})  // NOLINT
      : values(std::move(chosen)), system_attrs(std::move(remembered)) {}

  bool operator==(const Sample&) const = default;
};

/// Chooses the values of a trial.
///
/// Meaning the compiler cannot check (hpo/testing/sampler_contract.hpp does):
///   - the answer holds every active parameter and no other, in the order of the space, each inside its distribution;
///   - it depends on the request alone: what a sampler remembers between calls only saves time;
///   - any number of objectives is answered, if need be at random.
template <class S>
concept Sampler = std::movable<S> && requires(S sampler, const SampleRequest& request) {
  { sampler.sample(request) } -> std::convertible_to<Sample>;
};

/// Walks the space in order and asks `draw(spec)` for an internal value, where one is needed: not for an inactive
/// parameter, a fixed one, or one that has a single value.
[[nodiscard]] inline space::Assignment assign(const SampleRequest& request,
                                              FunctionRef<double(const space::ParamSpec&)> draw) {
  space::Assignment values;
  for (const auto& spec : request.space.params) {
    if (!request.space.active(spec, values)) continue;
    if (const auto* fixed = request.fixed.find(spec.name)) {
      values.set(spec.name, space::to_external(spec.distribution, space::to_internal(spec.distribution, *fixed)));
      continue;
    }
    double internal = 0;
    if (!space::is_single(spec.distribution))
      internal = draw(spec);
    else if (const auto* real = std::get_if<space::FloatDistribution>(&spec.distribution))
      internal = real->low;
    else if (const auto* whole = std::get_if<space::IntDistribution>(&spec.distribution))
      internal = static_cast<double>(whole->low);
    values.set(spec.name, space::to_external(spec.distribution, internal));
  }
  return values;
}

}  // namespace hpo::search

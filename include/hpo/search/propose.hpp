#pragma once
/// \file  Values for a trial that keep the constraints and were not tried before.
/// Layer `search`, tier 0.

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <hpo/core/error.hpp>
#include <hpo/search/batch_view.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/seen_configurations.hpp>
#include <hpo/search/study_options.hpp>
#include <hpo/space/enumerate.hpp>

namespace hpo::search {

/// A sampler with finitely many answers, which attempts go through one after the other: a grid.
template <class S>
concept FiniteSampler = Sampler<S> && requires(const S& sampler, const space::SearchSpace& space) {
  { sampler.size(space) } -> std::convertible_to<std::optional<std::uint64_t>>;
};

/// What a study refuses: values that break a constraint and, unless repetition is allowed, those that a trial has had.
class Refusals {
 public:
  /// \param seen nullptr if a configuration may be evaluated again.
  Refusals(const space::SearchSpace& space, const History& history, std::int64_t number, const SeenConfigurations* seen)
      : space_(space), history_(history), number_(number), seen_(seen) {}

  [[nodiscard]] bool refuses(const space::Assignment& values) {
    const auto* broken = space_.broken(values);
    if (broken != nullptr) {
      broken_ = broken;
      return true;
    }
    return seen_ != nullptr && seen_->contains(history_, values, number_);
  }

  /// The last constraint that was broken, or nullptr.
  [[nodiscard]] const space::Constraint* broken() const { return broken_; }

 private:
  const space::SearchSpace& space_;
  const History& history_;
  std::int64_t number_;
  const SeenConfigurations* seen_;
  const space::Constraint* broken_ = nullptr;
};

namespace detail {

/// The first configuration that is not refused, by going through all of them; nothing if there are too many for that.
/// Errors   ExhaustedError if each is refused.
[[nodiscard]] inline std::optional<space::Assignment> first_left(const SampleRequest& request, Refusals& refusals) {
  constexpr std::int64_t most = 1'000'000;
  std::int64_t visited = 0;
  std::optional<space::Assignment> left;
  const bool all = space::enumerate(request.space, request.fixed, [&](const space::Assignment& values) {
    if (!refusals.refuses(values)) left = values;
    return !left && ++visited < most;
  });
  if (all)
    fail<ExhaustedError>("study '", request.study, "': each of the ", visited,
                         " configurations of the space has been evaluated, or breaks a constraint; widen the space, or "
                         "allow duplicates");
  return left;
}

}  // namespace detail

/// Asks the sampler until an answer is not refused; then, unless it is a grid, at random; then goes through all there
/// are. Every attempt has random numbers of its own, so that the result depends on the request alone.
///
/// Errors   ExhaustedError if no configuration is left; ConfigError if none was found that keeps the constraints.
template <Sampler Sm>
[[nodiscard]] Sample propose(Sm& sampler, SampleRequest request, Refusals refusals) {
  constexpr std::int64_t by_the_sampler = 16, at_random = 4096;
  std::optional<std::uint64_t> size;
  if constexpr (FiniteSampler<Sm>) size = sampler.size(request.space);
  const std::int64_t own = size ? static_cast<std::int64_t>(*size) : by_the_sampler;
  for (; request.attempt < own; ++request.attempt) {
    Sample sample = sampler.sample(request);
    if (!refusals.refuses(sample.values)) return sample;
  }
  if (size)
    fail<ExhaustedError>("study '", request.study, "': each of the ", *size,
                         " points of the grid has been evaluated, or breaks a constraint");
  for (; request.attempt < own + at_random; ++request.attempt) {
    Sample sample = RandomSampler{}.sample(request);
    if (!refusals.refuses(sample.values)) return sample;
  }
  if (auto left = detail::first_left(request, refusals)) return Sample(std::move(*left));
  fail<ConfigError>("study '", request.study, "': expected values that keep ",
                    refusals.broken() == nullptr ? std::string("every constraint")
                                                 : "the constraint '" + refusals.broken()->text() + "'",
                    ", got none in ", request.attempt, " attempts; loosen it, or narrow the ranges");
}

/// A sampler with what a study remembers for it, which only saves time: the configurations that were tried, and the
/// history as of the last whole batch.
template <Sampler Sm>
class Proposals {
 public:
  explicit Proposals(Sm sampler) : sampler_(std::move(sampler)) {}

  /// Values for the trial of that number.
  /// \param wanted   values that must be used, even if a trial had them.
  /// Errors   as of propose().
  [[nodiscard]] Sample next(const space::SearchSpace& space, const History& history, const StudyOptions& options,
                            std::int64_t number, const space::Assignment& wanted) {
    seen_.update(history);
    const bool repeats = options.duplicates == Duplicates::allow || !wanted.empty();
    const History& learned = options.batch > 0 ? batch_.update(history, batch_begin(history, options.batch)) : history;
    return propose(sampler_,
                   {.space = space,
                    .history = learned,
                    .directions = options.directions,
                    .seed = options.seed,
                    .number = number,
                    .fixed = wanted,
                    .study = options.name},
                   Refusals(space, history, number, repeats ? nullptr : &seen_));
  }

 private:
  Sm sampler_;
  SeenConfigurations seen_;
  BatchView batch_;
};

}  // namespace hpo::search

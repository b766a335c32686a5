#pragma once
/// \file  What every Sampler must do and the compiler cannot see: obeys_sampler_contract(make_sampler).
/// Layer `testing`. No torch.

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <hpo/search/sampling/sampler.hpp>

#include <hpo/testing/check.hpp>

namespace hpo::testing {

/// Every kind of parameter, one of them conditional, one with a single value.
[[nodiscard]] inline space::SearchSpace every_kind() {
  space::SearchSpace space{
      {{"optim.lr", space::FloatDistribution{1e-5, 1e-1, true}},
       {"x", space::FloatDistribution{-5, 10}},
       {"dropout", space::FloatDistribution{0, 0.5, false, 0.05}},
       {"layers", space::IntDistribution{1, 3}},
       {"width", space::IntDistribution{32, 512, true}, space::Condition{.parent = "layers", .at_least = 2}},
       {"batch", space::IntDistribution{8, 64, false, 8}},
       {"pooling", space::CategoricalDistribution{{std::string("cls"), std::string("mean"), std::string("max")}}},
       {"bias", space::CategoricalDistribution{{true, false}}},
       {"fixed", space::FloatDistribution{0.5, 0.5}}}};
  space.normalize();
  return space;
}

inline void fits_space(const space::SearchSpace& space, const space::Assignment& values) {
  std::size_t active = 0;
  for (const auto& spec : space.params) {
    const auto* value = values.find(spec.name);
    DOCTEST_REQUIRE((value != nullptr) == space.active(spec, values));
    if (value == nullptr) continue;
    ++active;
    DOCTEST_CHECK(space::contains(spec.distribution, space::to_internal(spec.distribution, *value)));
  }
  DOCTEST_CHECK(values.size() == active);
}

[[nodiscard]] inline storage::FrozenTrial trial_of(const space::SearchSpace& space, const space::Assignment& values,
                                                   std::int64_t number, storage::TrialState state, double value) {
  storage::FrozenTrial trial{.id = number + 1, .number = number, .state = state};
  if (state == storage::TrialState::complete) trial.values = {value};
  if (state == storage::TrialState::pruned) trial.intermediate = {{1, value}};
  for (const auto& [name, v] : values) {
    const auto& distribution = space.find(name)->distribution;
    trial.params.push_back({name, distribution, space::to_internal(distribution, v)});
  }
  return trial;
}

/// What kinds of samplers need not have in common.
struct SamplerContractOptions {
  bool seeded = true;  ///< another seed gives other values
  std::vector<storage::Direction> directions{storage::Direction::minimize};
};

/// The values of an answer, and the attributes as a trial that was told would have them.
template <class S>
[[nodiscard]] search::Sample answer(S&& sampler, const search::SampleRequest& request) {
  return sampler.sample(request);
}

[[nodiscard]] inline storage::FrozenTrial told(const space::SearchSpace& space, const search::Sample& sample,
                                               std::int64_t number, storage::TrialState state,
                                               std::vector<double> values) {
  auto trial = trial_of(space, sample.values, number, state, values.empty() ? 0 : values.front());
  if (state == storage::TrialState::complete) trial.values = std::move(values);
  trial.system_attrs = sample.system_attrs;
  return trial;
}

/// In bounds; the same again from a new sampler on the same history, whatever the order of arrival was.
template <class Make>
void depends_on_the_request_alone(Make make, const SamplerContractOptions& options) {
  const auto space = every_kind();
  const space::Assignment nothing;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  using storage::TrialState;
  const auto request = [&](const storage::History& history, std::int64_t number, std::uint64_t seed = 7) {
    return search::SampleRequest{.space = space,
                                 .history = history,
                                 .directions = options.directions,
                                 .seed = seed,
                                 .number = number,
                                 .fixed = nothing};
  };
  auto sampler = make();
  storage::History history;
  std::vector<storage::FrozenTrial> trials;
  for (std::int64_t number = 0; number < 60; ++number) {
    const auto sample = answer(sampler, request(history, number));
    fits_space(space, sample.values);
    const auto again = answer(make(), request(history, number));
    DOCTEST_CHECK(again.values == sample.values);
    DOCTEST_CHECK(again.system_attrs == sample.system_attrs);
    const auto state = number % 7 == 3   ? TrialState::failed
                       : number % 5 == 2 ? TrialState::pruned
                                         : TrialState::complete;
    const double x = std::get<double>(*sample.values.find("x"));
    std::vector<double> values;
    for (std::size_t i = 0; i < options.directions.size(); ++i)
      values.push_back(number % 11 == 4 ? nan : (x - static_cast<double>(i)) * (x - static_cast<double>(i)));
    trials.push_back(told(space, sample, number, state, values));
    history.put(trials.back());
  }
  storage::History late;  // all running at first, then finished in another order
  for (auto trial : trials) {
    trial.state = TrialState::running;
    trial.values.clear();
    late.put(trial);
  }
  auto early_bird = make();
  static_cast<void>(answer(early_bird, request(late, 60)));
  for (std::size_t i = 0; i < trials.size(); ++i) {
    late.put(trials[(i * 23) % trials.size()]);
    if (i % 9 == 0) static_cast<void>(answer(early_bird, request(late, 60)));
  }
  const auto next = answer(sampler, request(history, 60)).values;
  DOCTEST_CHECK(answer(early_bird, request(late, 60)).values == next);
  if (options.seeded) DOCTEST_CHECK_FALSE(answer(make(), request(history, 60, 8)).values == next);
  DOCTEST_CHECK_FALSE(answer(make(), request(history, 61)).values == next);
  auto refused = request(history, 60);
  refused.attempt = 1;
  const auto other = answer(make(), refused);
  fits_space(space, other.values);
  DOCTEST_CHECK_FALSE(other.values == next);

  // What is fixed is used, with its consequences for what is active.
  const space::Assignment fixed{{"layers", std::int64_t{1}}, {"x", 1.25}, {"width", std::int64_t{64}}};
  const auto with_fixed = answer(sampler, search::SampleRequest{.space = space,
                                                                .history = history,
                                                                .directions = options.directions,
                                                                .seed = 7,
                                                                .number = 61,
                                                                .fixed = fixed})
                              .values;
  fits_space(space, with_fixed);
  DOCTEST_CHECK(std::get<double>(*with_fixed.find("x")) == 1.25);
  DOCTEST_CHECK(with_fixed.find("width") == nullptr);

  // Spaces in which nothing is to be chosen.
  const space::SearchSpace single{
      {{"a", space::IntDistribution{3, 3}}, {"b", space::CategoricalDistribution{{std::string("only")}}}}};
  fits_space(single, answer(sampler, search::SampleRequest{.space = single,
                                                           .history = history,
                                                           .directions = options.directions,
                                                           .seed = 7,
                                                           .number = 60,
                                                           .fixed = nothing})
                         .values);
  const space::SearchSpace empty;
  DOCTEST_CHECK(answer(sampler, search::SampleRequest{.space = empty,
                                                      .history = history,
                                                      .directions = options.directions,
                                                      .seed = 7,
                                                      .number = 60,
                                                      .fixed = nothing})
                    .values.empty());
}

/// Histories in which nothing is to be learned: all failed, all NaN, all equal, pruned without a value.
template <class Make>
void survives_dull_histories(Make make, const SamplerContractOptions& options) {
  const auto space = every_kind();
  const space::Assignment nothing;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  using storage::TrialState;
  auto sampler = make();
  for (const auto& [state, value] : {std::pair{TrialState::failed, 0.0}, std::pair{TrialState::complete, nan},
                                     std::pair{TrialState::complete, 1.0}, std::pair{TrialState::pruned, nan}}) {
    for (const bool with_values : {false, true}) {
      storage::History dull;
      for (std::int64_t number = 0; number < 30; ++number) {
        const auto sample = answer(make(), search::SampleRequest{.space = space,
                                                                 .history = dull,
                                                                 .directions = options.directions,
                                                                 .seed = 7,
                                                                 .number = number,
                                                                 .fixed = nothing});
        dull.put(told(space, with_values ? sample : search::Sample(space::Assignment{}), number, state,
                      std::vector<double>(options.directions.size(), value)));
      }
      const search::SampleRequest request{
          .space = space, .history = dull, .directions = options.directions, .seed = 7, .number = 30, .fixed = nothing};
      const auto values = answer(make(), request).values;
      fits_space(space, values);
      DOCTEST_CHECK(answer(sampler, request).values == values);  // what it remembers of another history does not matter
    }
  }
}

/// `make()` gives a new sampler. Runs the contract for one objective, for two, and for none.
template <class Make>
void obeys_sampler_contract(Make make, SamplerContractOptions options = {}) {
  using storage::Direction;
  for (const auto& directions : {std::vector{Direction::minimize},
                                 std::vector{Direction::maximize, Direction::minimize}, std::vector<Direction>{}}) {
    DOCTEST_CAPTURE(directions.size());
    options.directions = directions;
    depends_on_the_request_alone(make, options);
    survives_dull_histories(make, options);
  }
}

}  // namespace hpo::testing

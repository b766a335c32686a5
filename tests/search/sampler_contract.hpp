#pragma once
/// \file  What every Sampler promises, run on each of them.

#include <cmath>
#include <limits>
#include <string>

#include <hpo/search/sampler.hpp>

#include "../check.hpp"

namespace hpo::test {

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
    REQUIRE((value != nullptr) == space.active(spec, values));
    if (value == nullptr) continue;
    ++active;
    CHECK(space::contains(spec.distribution, space::to_internal(spec.distribution, *value)));
  }
  CHECK(values.size() == active);
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

/// `make()` gives a new sampler.
template <class Make>
void obeys_sampler_contract(Make make) {
  const auto space = every_kind();
  const space::Assignment nothing;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  using storage::TrialState;

  // In bounds, the same again from a new sampler on the same history, whatever the order of arrival was.
  auto sampler = make();
  storage::History history;
  std::vector<storage::FrozenTrial> trials;
  for (std::int64_t number = 0; number < 60; ++number) {
    const search::SampleRequest request{space, history, storage::Direction::minimize, 7, number, nothing};
    const auto values = sampler.sample(request);
    fits_space(space, values);
    CHECK(make().sample(request) == values);
    const auto state = number % 7 == 3   ? TrialState::failed
                       : number % 5 == 2 ? TrialState::pruned
                                         : TrialState::complete;
    const double x = std::get<double>(*values.find("x"));
    trials.push_back(trial_of(space, values, number, state, number % 11 == 4 ? nan : x * x));
    history.put(trials.back());
  }
  storage::History late;  // all running at first, then finished in another order
  for (auto trial : trials) {
    trial.state = TrialState::running;
    late.put(trial);
  }
  auto early_bird = make();
  static_cast<void>(early_bird.sample({space, late, storage::Direction::minimize, 7, 60, nothing}));
  for (std::size_t i = 0; i < trials.size(); ++i) {
    late.put(trials[(i * 23) % trials.size()]);
    if (i % 9 == 0) static_cast<void>(early_bird.sample({space, late, storage::Direction::minimize, 7, 60, nothing}));
  }
  const auto next = sampler.sample({space, history, storage::Direction::minimize, 7, 60, nothing});
  CHECK(early_bird.sample({space, late, storage::Direction::minimize, 7, 60, nothing}) == next);
  CHECK_FALSE(make().sample({space, history, storage::Direction::minimize, 8, 60, nothing}) == next);
  CHECK_FALSE(make().sample({space, history, storage::Direction::minimize, 7, 61, nothing}) == next);

  // What is fixed is used, with its consequences for what is active.
  const space::Assignment fixed{{"layers", std::int64_t{1}}, {"x", 1.25}, {"width", std::int64_t{64}}};
  const auto with_fixed = sampler.sample({space, history, storage::Direction::minimize, 7, 61, fixed});
  fits_space(space, with_fixed);
  CHECK(std::get<double>(*with_fixed.find("x")) == 1.25);
  CHECK(with_fixed.find("width") == nullptr);

  // Histories in which nothing is to be learned.
  for (const auto& [state, value] : {std::pair{TrialState::failed, 0.0}, std::pair{TrialState::complete, nan},
                                     std::pair{TrialState::complete, 1.0}, std::pair{TrialState::pruned, nan}}) {
    storage::History dull;
    for (std::int64_t number = 0; number < 30; ++number) dull.put(trial_of(space, {}, number, state, value));
    const search::SampleRequest request{space, dull, storage::Direction::maximize, 7, 30, nothing};
    const auto values = make().sample(request);
    fits_space(space, values);
    CHECK(sampler.sample(request) == values);  // what it remembers of another history does not matter
  }

  // Spaces in which nothing is to be chosen.
  const space::SearchSpace single{
      {{"a", space::IntDistribution{3, 3}}, {"b", space::CategoricalDistribution{{std::string("only")}}}}};
  fits_space(single, sampler.sample({single, history, storage::Direction::minimize, 7, 60, nothing}));
  CHECK(sampler.sample({space::SearchSpace{}, history, storage::Direction::minimize, 7, 60, nothing}).empty());
}

}  // namespace hpo::test

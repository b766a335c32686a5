// A sampler of a user's own, held to what every sampler must do; no torch.
// [sampler]
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/testing/sampler_contract.hpp>

using namespace hpo;

/// Keeps about half of the best trial's values and draws the others anew.
struct HalfOfTheBest {
  space::Assignment sample(const search::SampleRequest& request) const {
    const storage::FrozenTrial* best = nullptr;
    const double sign = request.direction() == search::Direction::minimize ? 1 : -1;
    for (const auto& trial : request.history.trials()) {
      if (trial.state != storage::TrialState::complete || trial.values.empty() || std::isnan(trial.values[0])) continue;
      const auto rank = [&](const storage::FrozenTrial& t) { return std::pair(sign * t.values[0], t.number); };
      if (best == nullptr || rank(trial) < rank(*best)) best = &trial;
    }
    PhiloxStream random = request.random();
    return search::assign(request, [&](const space::ParamSpec& spec) {
      if (best != nullptr && random.below(2) == 0)
        for (const auto& param : best->params)
          if (param.name == spec.name && space::contains(spec.distribution, param.internal)) return param.internal;
      return search::draw_uniform(spec.distribution, random);
    });
  }
};

TEST_CASE("my sampler obeys the contract") {
  testing::obeys_sampler_contract([] { return HalfOfTheBest{}; });
}
// [sampler]

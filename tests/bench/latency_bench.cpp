// What does one trial cost that a study with a history asks for? One JSON line per size: medians in milliseconds of
// ask(), of reading its values, of tell(), and of the three together; 20 parameters.
//   latency_bench [SAMPLER=tpe] [URL=memory] [FINISHED=1000] [TRIALS=50] [HISTORY=random|converged]
// URL is memory or a file, which is filled first if it has fewer trials. latency.py compares with Optuna.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/search/study.hpp>
#include <hpo/storage/any_storage.hpp>

#include "options_argument.hpp"

namespace hpo {
namespace {

using Clock = std::chrono::steady_clock;

space::SearchSpace twenty_params() {
  using namespace std::string_literals;
  space::SearchSpace space;
  for (int i = 0; i < 8; ++i) space.params.push_back({concat("log", i), space::FloatDistribution{1e-5, 1e-1, true}});
  for (int i = 0; i < 6; ++i) space.params.push_back({concat("flt", i), space::FloatDistribution{0, 1}});
  for (int i = 0; i < 3; ++i) space.params.push_back({concat("int", i), space::IntDistribution{1, 16}});
  space.params.push_back({"cat0", space::CategoricalDistribution{{"a"s, "b"s}}});
  space.params.push_back({"cat1", space::CategoricalDistribution{{"a"s, "b"s, "c"s}}});
  space.params.push_back({"cat2", space::CategoricalDistribution{{"a"s, "b"s, "c"s, "d"s}}});
  return space;
}

/// Reads each value by name, as a trainer would.
double value(const space::SearchSpace& space, const search::Trial& trial) {
  double sum = 0;
  for (const auto& spec : space.params) {
    if (spec.name.starts_with("log"))
      sum += std::pow(std::log10(trial.real(spec.name)) + 3, 2);
    else if (spec.name.starts_with("flt"))
      sum += std::pow(trial.real(spec.name) - 0.3, 2);
    else if (spec.name.starts_with("int"))
      sum += 0.1 * std::abs(static_cast<double>(trial.integer(spec.name)) - 4);
    else
      sum += trial.word(spec.name) == "b" ? 0 : 0.5;
  }
  return sum;
}

/// Finished trials: anywhere, or around the optimum as a sampler leaves them behind after long.
template <class Study>
void fill(storage::AnyStorage& storage, const Study& study, std::int64_t from, std::int64_t to, bool converged) {
  const auto now = storage::now();
  storage.atomically([&] {
    for (std::int64_t number = from; number < to; ++number) {
      PhiloxStream random(17, static_cast<std::uint64_t>(number), "fill");
      storage::FrozenTrial trial{.state = storage::TrialState::complete, .started = now, .completed = now};
      space::Assignment values;
      for (const auto& spec : study.space().params) {
        double internal = search::draw_uniform(spec.distribution, random);
        if (converged && !std::holds_alternative<space::CategoricalDistribution>(spec.distribution)) {
          const auto scale = search::Scale::of(spec.distribution);
          const double middle = scale.z_low() + 0.4 * (scale.z_high() - scale.z_low());
          internal = scale.to_value(middle + 0.03 * random.normal() * (scale.z_high() - scale.z_low()));
        }
        trial.params.push_back({spec.name, spec.distribution, internal});
        values.set(spec.name, space::to_external(spec.distribution, internal));
      }
      trial.values = {value(study.space(), search::Trial(trial, values))};
      static_cast<void>(storage.create_trial(study.id(), std::move(trial)));
    }
  });
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void run(std::string_view sampler, std::string_view url, std::int64_t finished, int trials, bool converged) {
  storage::AnyStorage storage(url);
  search::Study study(storage, {.name = "b", .seed = 1}, twenty_params(),
                      search::make_sampler(bench::sampler_argument(sampler)));
  fill(storage, study, static_cast<std::int64_t>(study.trials().size()), finished, converged);
  std::vector<double> ask, read, tell, total;
  double first = 0;
  for (int i = 0; i <= trials; ++i) {
    const auto t0 = Clock::now();
    const auto trial = study.ask();
    const auto t1 = Clock::now();
    const double result = value(study.space(), trial);
    const auto t2 = Clock::now();
    study.tell(trial, result);
    const auto t3 = Clock::now();
    const auto ms = [](auto a, auto b) { return std::chrono::duration<double, std::milli>(b - a).count(); };
    if (i == 0) {  // takes in the whole history
      first = ms(t0, t3);
      continue;
    }
    ask.push_back(ms(t0, t1));
    read.push_back(ms(t1, t2));
    tell.push_back(ms(t2, t3));
    total.push_back(ms(t0, t3));
  }
  std::printf(
      "{\"sampler\": \"%s\", \"finished\": %lld, \"ask\": %.4f, \"read\": %.4f, \"tell\": %.4f, \"total\": %.4f, "
      "\"first\": %.2f}\n",
      std::string(sampler).c_str(), static_cast<long long>(finished), median(ask), median(read), median(tell),
      median(total), first);
}

}  // namespace
}  // namespace hpo

int main(int argc, char** argv) try {
  const auto argument = [&](int i, const char* otherwise) { return i < argc ? argv[i] : otherwise; };
  hpo::run(argument(1, "tpe"), argument(2, "memory"), std::stoll(argument(3, "1000")), std::stoi(argument(4, "50")),
           std::string_view(argument(5, "random")) == "converged");
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}

#pragma once
/// \file  Functions on which samplers are compared, all to be minimized; each with its space and its least value.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/search/trial.hpp>

namespace hpo::bench {

struct Objective {
  std::string_view name;
  double least = 0;
  space::SearchSpace space;
  std::function<double(const search::Trial&)> value;
};

inline space::SearchSpace box(std::size_t dimensions, double low, double high) {
  space::SearchSpace space;
  for (std::size_t i = 0; i < dimensions; ++i)
    space.params.push_back({"x" + std::to_string(i), space::FloatDistribution{low, high}});
  return space;
}

inline std::vector<double> point(const search::Trial& trial) {
  std::vector<double> x;
  for (const auto& [name, value] : trial.params()) x.push_back(*space::number(value));
  return x;
}

inline double branin(const search::Trial& trial) {
  using std::numbers::pi;
  const double x = trial.real("x1"), y = trial.real("x2");
  const double b = 5.1 / (4 * pi * pi), c = 5 / pi, s = 1 / (8 * pi);
  return std::pow(y - b * x * x + c * x - 6, 2) + 10 * (1 - s) * std::cos(x) + 10;
}

inline double hartmann6(const search::Trial& trial) {
  constexpr double alpha[4] = {1.0, 1.2, 3.0, 3.2};
  constexpr double a[4][6] = {
      {10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
  constexpr double p[4][6] = {{1312, 1696, 5569, 124, 8283, 5886},
                              {2329, 4135, 8307, 3736, 1004, 9991},
                              {2348, 1451, 3522, 2883, 3047, 6650},
                              {4047, 8828, 8732, 5743, 1091, 381}};
  const auto x = point(trial);
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double distance = 0;
    for (std::size_t j = 0; j < 6; ++j) distance += a[i][j] * std::pow(x[j] - 1e-4 * p[i][j], 2);
    sum -= alpha[i] * std::exp(-distance);
  }
  return sum;
}

inline double rosenbrock(const search::Trial& trial) {
  const auto x = point(trial);
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
  return sum;
}

/// Ackley's function with its least value at `optimum`.
inline double ackley(const std::vector<double>& x, const std::array<double, 10>& optimum) {
  double squares = 0, waves = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double d = x[i] - optimum[i];
    squares += d * d;
    waves += std::cos(2 * std::numbers::pi * d);
  }
  const auto n = static_cast<double>(x.size());
  return -20 * std::exp(-0.2 * std::sqrt(squares / n)) - std::exp(waves / n) + 20 + std::numbers::e;
}

/// A mixed and conditional one, like the settings of a trainer: u and v say how far learning rate and width are off.
inline double condmix(const search::Trial& trial) {
  const std::string &opt = trial.word("opt"), &act = trial.word("act");
  const auto layers = trial.integer("layers");
  const double u = std::log10(trial.real("lr")) - (opt == "sgd" ? -1 : opt == "adam" ? -3 : -3.5);
  const double v = std::log2(static_cast<double>(trial.integer("width")) / 128);
  double f = 0.5 * u * u + 0.3 * u * v + 0.2 * v * v + 0.05 * std::pow(static_cast<double>(layers) - 3, 2);
  f += act == "gelu" ? 0 : act == "relu" ? 0.05 : 0.2;
  if (opt == "sgd")
    f += 0.1 + 4 * std::pow(trial.real("momentum") - 0.9, 2);
  else if (opt == "adam")
    f += 4 * std::pow(trial.real("beta1") - 0.9, 2);
  else
    f += 0.15;
  return f + (layers >= 3 ? 2 * std::pow(trial.real("dropout") - 0.2, 2) : 0.1);
}

inline space::SearchSpace condmix_space() {
  using namespace std::string_literals;
  return {{{"opt", space::CategoricalDistribution{{"sgd"s, "adam"s, "rmsprop"s}}},
           {"lr", space::FloatDistribution{1e-5, 1, true}},
           {"layers", space::IntDistribution{1, 5}},
           {"width", space::IntDistribution{8, 512, true}},
           {"act", space::CategoricalDistribution{{"relu"s, "tanh"s, "gelu"s}}},
           {"momentum", space::FloatDistribution{0, 0.99}, space::Condition{.parent = "opt", .any_of = {"sgd"s}}},
           {"beta1", space::FloatDistribution{0.5, 0.999}, space::Condition{.parent = "opt", .any_of = {"adam"s}}},
           {"dropout", space::FloatDistribution{0, 0.6, false, 0.05},
            space::Condition{.parent = "layers", .at_least = 3}}}};
}

inline const std::vector<Objective>& objectives() {
  static constexpr std::array<double, 10> center{}, shifted{12, -9, 17, -21, 6, -14, 19, -5, 10, -18};
  static const std::vector<Objective> all{
      {"branin",
       0.39788735772973816,
       {{{"x1", space::FloatDistribution{-5, 10}}, {"x2", space::FloatDistribution{0, 15}}}},
       branin},
      {"hartmann6", -3.322368011391339, box(6, 0, 1), hartmann6},
      {"rosenbrock5", 0, box(5, -5, 10), rosenbrock},
      {"ackley10", 0, box(10, -32.768, 32.768), [](const search::Trial& t) { return ackley(point(t), center); }},
      {"ackley10s", 0, box(10, -32.768, 32.768), [](const search::Trial& t) { return ackley(point(t), shifted); }},
      {"condmix", 0, condmix_space(), condmix}};
  return all;
}

[[nodiscard]] inline const Objective& find_objective(std::string_view name) {
  std::string known;
  for (const auto& each : objectives()) {
    if (each.name == name) return each;
    known += concat(known.empty() ? "" : ", ", each.name);
  }
  fail<ConfigError>("objective: expected one of ", known, ", got '", name, "'");
}

}  // namespace hpo::bench

// Mirrors include/hpo/search/parzen_mixture.hpp and observations.hpp.
#include <hpo/search/parzen_mixture.hpp>

#include "../check.hpp"

namespace hpo::search {
namespace {

/// A column that holds these internal values, and all its rows.
struct Sample {
  space::ParamSpec spec;
  Column column;
  std::vector<std::size_t> rows;

  Sample(space::Distribution distribution, const std::vector<double>& values)
      : spec{"x", std::move(distribution)}, column(spec) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      column.z.push_back(std::numeric_limits<double>::quiet_NaN());
      column.kept.emplace_back();
      column.set(i, values[i]);
      rows.push_back(i);
    }
  }
  Sample(const Sample&) = delete;
};

double density(const Sample& sample, double x) {
  const Column* const columns[] = {&sample.column};
  const double point[] = {x};
  return std::exp(ParzenMixture(columns, sample.rows, 1.0).log_density(point));
}

double normal(double x, double mean, double sigma) {
  return std::exp(-0.5 * std::pow((x - mean) / sigma, 2)) / (sigma * std::sqrt(2 * std::numbers::pi));
}
double cdf(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

TEST_SUITE("search/parzen_mixture") {
  TEST_CASE("two observations on a line: the density is the sum worked out by hand") {
    const Sample sample(space::FloatDistribution{0, 10}, {7, 3});
    // Widths 4 and 4 (one neighbour each), the prior at 5 with width 10; equal weights.
    const auto part = [](double x, double mean, double sigma) {
      return normal(x, mean, sigma) / (cdf((10 - mean) / sigma) - cdf((0 - mean) / sigma));
    };
    for (const double x : {0.0, 2.5, 9.0})
      CHECK(density(sample, x) == doctest::Approx((part(x, 7, 4) + part(x, 3, 4) + part(x, 5, 10)) / 3).epsilon(1e-12));
  }
  TEST_CASE("a log range is a line in logarithms") {
    const Sample sample(space::FloatDistribution{1e-4, 1, true}, {1e-2});
    const double low = std::log(1e-4), range = -low, z = std::log(1e-2);
    const double sigma = range / 2;  // the farther bound; both lie half a range away
    const auto part = [&](double x, double mean, double s) {
      return normal(x, mean, s) / (cdf((0 - mean) / s) - cdf((low - mean) / s));
    };
    CHECK(density(sample, 1e-3) ==
          doctest::Approx((part(std::log(1e-3), z, sigma) + part(std::log(1e-3), low / 2, range)) / 2).epsilon(1e-12));
  }
  TEST_CASE("whole numbers have the probability of their cell, and the cells make one") {
    const Sample sample(space::IntDistribution{1, 4}, {2, 2});
    // Bounds 0.5 and 4.5; both widths are lifted to 4 / (2 + 2) = 1.
    const auto part = [](double x, double mean, double sigma) {
      return (cdf((x + 0.5 - mean) / sigma) - cdf((x - 0.5 - mean) / sigma)) /
             (cdf((4.5 - mean) / sigma) - cdf((0.5 - mean) / sigma));
    };
    CHECK(density(sample, 3) == doctest::Approx((2 * part(3, 2, 1) + part(3, 2.5, 4)) / 3).epsilon(1e-12));
    CHECK(density(sample, 1) + density(sample, 2) + density(sample, 3) + density(sample, 4) ==
          doctest::Approx(1).epsilon(1e-12));
    const Sample on_log(space::IntDistribution{1, 4, true}, {2, 4, 1});
    CHECK(density(on_log, 1) + density(on_log, 2) + density(on_log, 3) + density(on_log, 4) ==
          doctest::Approx(1).epsilon(1e-12));
    const Sample stepped(space::FloatDistribution{0, 0.5, false, 0.25}, {0.25});
    CHECK(density(stepped, 0) + density(stepped, 0.25) + density(stepped, 0.5) == doctest::Approx(1).epsilon(1e-12));
  }
  TEST_CASE("choices: one for the observed, a little for each") {
    const Sample sample(space::CategoricalDistribution{{true, false, std::int64_t{7}}}, {1, 1, 2});
    // 4 kernels: 1/4 for each choice plus 1 for the observed, over 1 + 3/4; the prior 1/3.
    const double hit = 1.25 / 1.75, miss = 0.25 / 1.75;
    CHECK(density(sample, 0) == doctest::Approx((3 * miss + 1.0 / 3) / 4).epsilon(1e-12));
    CHECK(density(sample, 1) == doctest::Approx((2 * hit + miss + 1.0 / 3) / 4).epsilon(1e-12));
    CHECK(density(sample, 2) == doctest::Approx((hit + 2 * miss + 1.0 / 3) / 4).epsilon(1e-12));
  }
  TEST_CASE("several columns multiply inside each kernel, weights fade with age") {
    std::vector<double> xs, ks;
    for (int i = 0; i < 30; ++i) {
      xs.push_back(i % 10);
      ks.push_back(i % 2);
    }
    Sample x(space::FloatDistribution{0, 10}, xs), k(space::CategoricalDistribution{{true, false}}, ks);
    const Column* const columns[] = {&x.column, &k.column};
    const ParzenMixture mixture(columns, x.rows, 1.0);
    const auto weights = tpe_weights(30, 1.0);
    double total = 0, sum = 0;
    for (const double w : weights) total += w;
    const auto& kernels = mixture.columns()[0];
    for (std::size_t i = 0; i <= 30; ++i) {
      const double mean = kernels.means()[i], sigma = kernels.sigmas()[i];
      const double part = normal(4.2, mean, sigma) / (cdf((10 - mean) / sigma) - cdf(-mean / sigma));
      const double floor = 1.0 / 31, choice = i == 30 ? 0.5 : ((ks[i] == 1 ? 1 : 0) + floor) / (1 + 2 * floor);
      sum += weights[i] / total * part * choice;
    }
    const double point[] = {4.2, 1};
    CHECK(std::exp(mixture.log_density(point)) == doctest::Approx(sum).epsilon(1e-12));
  }
  TEST_CASE("draws follow the density") {
    const Sample sample(space::IntDistribution{1, 4}, {2, 2, 3});
    const Sample word(space::CategoricalDistribution{{true, false, std::int64_t{7}}}, {1, 1, 2});
    const Column* const columns[] = {&sample.column, &word.column};
    const ParzenMixture mixture(columns, sample.rows, 1.0);
    PhiloxStream random(1, 2, "draws");
    std::map<std::pair<double, double>, int> counts;
    constexpr int n = 40000;
    double point[2];
    for (int i = 0; i < n; ++i) {
      mixture.draw(random, point);
      ++counts[{point[0], point[1]}];
    }
    for (double a = 1; a <= 4; ++a)
      for (double b = 0; b < 3; ++b) {
        const double at[] = {a, b}, p = std::exp(mixture.log_density(at));
        const int drawn = counts[{a, b}];
        CHECK(std::abs(drawn - n * p) < 4.5 * std::sqrt(n * p * (1 - p)));
      }
  }
  TEST_CASE("nothing observed: the prior alone") {
    CHECK(density(Sample(space::FloatDistribution{0, 1}, {}), 0.5) ==
          doctest::Approx(normal(0.5, 0.5, 1) / (cdf(0.5) - cdf(-0.5))).epsilon(1e-12));
    CHECK(density(Sample(space::CategoricalDistribution{{true, false}}, {}), 1) == doctest::Approx(0.5));
  }
}

}  // namespace
}  // namespace hpo::search

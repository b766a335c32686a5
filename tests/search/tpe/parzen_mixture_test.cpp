// Mirrors include/hpo/search/tpe/parzen_mixture.hpp and observations.hpp.
#include <hpo/search/tpe/parzen_mixture.hpp>

#include <map>
#include <memory>
#include <set>

#include <hpo/search/sampling/random_sampler.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

/// A column that holds these internal values, and all its rows.
struct Sample {
  space::ParamSpec spec;
  ParamColumn column;
  std::vector<std::size_t> rows;

  Sample(space::Distribution distribution, const std::vector<double>& values)
      : spec{"x", std::move(distribution)}, column(spec) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      column.z.push_back(column.choices > 0 || std::isnan(values[i]) ? values[i] : column.scale.to_z(values[i]));
      rows.push_back(i);
    }
  }
  Sample(const Sample&) = delete;
};

ParzenMixture mixture_of(std::span<const ParamColumn* const> columns, std::span<const std::size_t> rows) {
  ParzenMixture mixture(columns);
  mixture.observe(rows);
  return mixture;
}

double density(const Sample& sample, double x) {
  const ParamColumn* const columns[] = {&sample.column};
  const double point[] = {x};
  return std::exp(mixture_of(columns, sample.rows).log_density(point));
}

double normal(double x, double mean, double sigma) {
  return std::exp(-0.5 * std::pow((x - mean) / sigma, 2)) / (sigma * std::sqrt(2 * std::numbers::pi));
}
double cdf(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

TEST_SUITE("search/tpe/parzen_mixture") {
  TEST_CASE("two observations on a line: the density is the sum worked out by hand") {
    const Sample sample(space::FloatDistribution{0, 10}, {7, 3});
    // Widths 4 and 4 (one neighbor each), the prior at 5 with width 10; equal weights.
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
    const ParamColumn* const columns[] = {&x.column, &k.column};
    const auto mixture = mixture_of(columns, x.rows);
    const auto weights = tpe_weights(30, 1.0);
    double total = 0, sum = 0;
    for (const double w : weights) total += w;
    for (std::size_t i = 0; i <= 30; ++i) {
      const auto [mean, sigma] = mixture.normal(i, 0);
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
    const ParamColumn* const columns[] = {&sample.column, &word.column};
    const auto mixture = mixture_of(columns, sample.rows);
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
  TEST_CASE("a value that a trial lacks is the prior's") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const Sample x(space::FloatDistribution{0, 10}, {3, nan, 7}), k(space::IntDistribution{1, 4}, {nan, 2, 2});
    const Sample c(space::CategoricalDistribution{{true, false}}, {1, 1, nan});
    const ParamColumn* const columns[] = {&x.column, &k.column, &c.column};
    const auto mixture = mixture_of(columns, x.rows);
    const auto line = [](double mean, double sigma) {  // at 4
      return normal(4, mean, sigma) / (cdf((10 - mean) / sigma) - cdf(-mean / sigma));
    };
    const auto cell = [](double mean, double sigma) {  // at 3
      return (cdf((3.5 - mean) / sigma) - cdf((2.5 - mean) / sigma)) /
             (cdf((4.5 - mean) / sigma) - cdf((0.5 - mean) / sigma));
    };
    const double prior = line(5, 10) * cell(2.5, 4) * 0.5;
    // Two observations each: widths 4, 4 on the line; 4 / 4 for the cells; 1/3 to each choice and 1 to the observed.
    const double hit = (1 + 1.0 / 3) / (1 + 2.0 / 3);
    const double sum = line(3, 4) * cell(2.5, 4) * hit + line(5, 10) * cell(2, 1) * hit + line(7, 4) * cell(2, 1) * 0.5;
    const double point[] = {4, 3, 1};
    CHECK(std::exp(mixture.log_density(point)) == doctest::Approx((sum + prior) / 4).epsilon(1e-12));
  }
  TEST_CASE("thousands of kernels, far and near: as the naive sum, and the same at once as one by one") {
    PhiloxStream random(5, 6, "many");
    for (const double spread : {1.0, 0.02}) {
      std::vector<std::unique_ptr<Sample>> samples;
      std::vector<const ParamColumn*> columns;
      const auto value = [&](const space::Distribution& distribution) {
        if (std::holds_alternative<space::CategoricalDistribution>(distribution))
          return draw_uniform(distribution, random);
        const Scale scale = Scale::of(distribution);
        const double u = std::clamp(0.4 + spread * (random.uniform() - 0.4), 0.0, 1.0);
        return scale.to_value(scale.z_low() + u * (scale.z_high() - scale.z_low()));
      };
      for (int i = 0; i < 9; ++i) {
        space::Distribution distribution = space::FloatDistribution{1e-3, 10, i % 2 == 0};
        if (i == 3) distribution = space::IntDistribution{1, 16};
        if (i == 5) distribution = space::CategoricalDistribution{{true, false, std::int64_t{7}}};
        if (i == 7) distribution = space::IntDistribution{8, 2000, true};
        std::vector<double> values;
        for (int row = 0; row < 3000; ++row) values.push_back(value(distribution));
        samples.push_back(std::make_unique<Sample>(distribution, values));
        columns.push_back(&samples.back()->column);
      }
      const auto mixture = mixture_of(columns, samples[0]->rows);
      std::vector<double> points, together(29);
      for (std::size_t i = 0; i < together.size(); ++i)
        for (const auto& sample : samples) points.push_back(value(sample->spec.distribution));
      mixture.log_density(points, together);
      for (std::size_t i = 0; i < together.size(); ++i) {
        const std::span<const double> point(&points[i * columns.size()], columns.size());
        CHECK(mixture.log_density(point) == together[i]);
        double sum = 0;
        for (std::size_t k = 0; k <= 3000; ++k) {
          double log = std::log(mixture.weights()[k]);
          for (std::size_t d = 0; d < columns.size(); ++d) {
            const auto& scale = columns[d]->scale;
            if (columns[d]->choices > 0) {
              const double floor = 1.0 / 3001, one = columns[d]->z[std::min<std::size_t>(k, 2999)] == point[d] ? 1 : 0;
              log += k == 3000 ? std::log(1.0 / 3) : std::log((one + floor) / (1 + 3 * floor));
              continue;
            }
            const auto [mean, sigma] = mixture.normal(k, d);
            const auto mass = [&, m = mean, s = sigma](double low, double high) {
              return log_normal_mass((low - m) / s, (high - m) / s);
            };
            const double z = scale.to_z(point[d]);
            log -= mass(scale.z_low(), scale.z_high());
            if (scale.step > 0)
              log += mass(scale.to_z(point[d] - 0.5), scale.to_z(point[d] + 0.5));
            else
              log -= 0.5 * std::pow((z - mean) / sigma, 2) + std::log(sigma * std::sqrt(2 * std::numbers::pi));
          }
          sum += std::exp(log);
        }
        CHECK(together[i] == doctest::Approx(std::log(sum)).epsilon(1e-12));
      }
    }
  }
  TEST_CASE("a mixture that was kept while trials came and went is a new one, to the last bit") {
    PhiloxStream random(8, 9, "kept");
    std::vector<double> xs, ks, cs;
    for (int i = 0; i < 400; ++i) {
      xs.push_back(i % 13 == 5 ? std::numeric_limits<double>::quiet_NaN() : random.uniform());
      ks.push_back(static_cast<double>(1 + random.below(i < 200 ? 300 : 9)));
      cs.push_back(static_cast<double>(random.below(3)));
    }
    const Sample x(space::FloatDistribution{0, 1}, xs), k(space::IntDistribution{1, 300, true}, ks);
    const Sample c(space::CategoricalDistribution{{true, false, std::int64_t{7}}}, cs);
    const ParamColumn* const columns[] = {&x.column, &k.column, &c.column};
    ParzenMixture kept(columns);
    std::set<std::size_t> rows;
    std::vector<double> points, before(16), after(16);
    for (int i = 0; i < 16; ++i) {
      points.push_back(random.uniform());
      points.push_back(static_cast<double>(1 + random.below(300)));
      points.push_back(static_cast<double>(random.below(3)));
    }
    for (int step = 0; step < 120; ++step) {
      const std::size_t changes = step % 17 == 16 ? 150 : 1 + random.below(4);
      for (std::size_t i = 0; i < changes; ++i) {
        const std::size_t row = random.below(400);
        if (!rows.insert(row).second && random.below(3) == 0) rows.erase(row);
      }
      const std::vector<std::size_t> sorted(rows.begin(), rows.end());
      kept.observe(sorted);
      kept.log_density(points, before);
      mixture_of(columns, sorted).log_density(points, after);
      CHECK(before == after);
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

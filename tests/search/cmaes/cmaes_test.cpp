// Mirrors include/hpo/search/cmaes/cmaes.hpp.
#include <hpo/search/cmaes/cmaes.hpp>

#include <filesystem>
#include <functional>
#include <string>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/philox.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using Vector = std::vector<double>;

const Json& record() {
  static const Json json =
      Json::parse(read_file<DataError>(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity/cmaes.json"));
  return json;
}

/// Points until one is better than `target`, at most `limit`.
std::size_t points_needed(const std::function<double(const Vector&)>& f, std::size_t dimensions, double target,
                          std::size_t limit, std::uint64_t seed) {
  Cmaes state(Vector(dimensions, 3.0), 1.0);
  PhiloxStream random(seed, 0, "test");
  const std::size_t population = cmaes_population(dimensions);
  for (std::size_t used = population; used <= limit; used += population) {
    std::vector<Vector> points(population, Vector(dimensions));
    for (auto& point : points) {
      for (double& z : point) z = random.normal();
      point = state.point(point);
    }
    std::ranges::sort(points, {}, f);
    if (f(points.front()) < target) return used;
    state.tell(points);
  }
  return limit + 1;
}

TEST_SUITE("search/cmaes/cmaes") {
  TEST_CASE("constants for 2 dimensions and 6 points, by hand") {
    CHECK(cmaes_population(1) == 4);
    CHECK(cmaes_population(2) == 6);
    CHECK(cmaes_population(5) == 8);
    CHECK(cmaes_population(10) == 10);
    const CmaesConstants k(2, 6);  // ln 3.5 - ln i: 1.2528, 0.5596, 0.1542, -0.1335, -0.3567, -0.5390
    CHECK(k.mu == 3);
    CHECK(k.weights[0] == doctest::Approx(0.637043).epsilon(1e-5));
    CHECK(k.weights[1] == doctest::Approx(0.284570).epsilon(1e-5));
    CHECK(k.weights[2] == doctest::Approx(0.078387).epsilon(1e-5));
    CHECK(k.mu_eff == doctest::Approx(2.028611).epsilon(1e-5));
    CHECK(k.c_sigma == doctest::Approx(4.028611 / 9.028611).epsilon(1e-5));
    CHECK(k.d_sigma == doctest::Approx(1 + 4.028611 / 9.028611).epsilon(1e-5));  // mu_eff - 1 < d + 1
    CHECK(k.c_c == doctest::Approx((4 + 1.0143055) / (6 + 2.028611)).epsilon(1e-5));
    CHECK(k.c_1 == doctest::Approx(2 / (3.3 * 3.3 + 2.028611)).epsilon(1e-5));
    CHECK(k.c_mu == doctest::Approx(2 * (0.25 + 2.028611 + 0.492948 - 2) / (16 + 2.028611)).epsilon(1e-5));
    CHECK(k.expected_norm == doctest::Approx(1.254273).epsilon(1e-5));
  }
  TEST_CASE("constants and generations are those of a separate implementation") {
    for (const auto& run : record()["runs"]) {
      const auto mean = run["mean"].get<Vector>();
      CAPTURE(mean.size());
      Cmaes state(mean, run["sigma"].get<double>());
      const auto& expected = run["constants"];
      const CmaesConstants k(mean.size(), run["generations"][0]["points"].size());
      for (std::size_t i = 0; i < k.weights.size(); ++i)
        CHECK(k.weights[i] == doctest::Approx(expected["weights"][i].get<double>()).epsilon(1e-12));
      CHECK(k.mu == expected["mu"].get<std::size_t>());
      for (const auto& [name, value] : {std::pair{"mueff", k.mu_eff}, std::pair{"csigma", k.c_sigma},
                                        std::pair{"dsigma", k.d_sigma}, std::pair{"cc", k.c_c}, std::pair{"c1", k.c_1},
                                        std::pair{"cmu", k.c_mu}, std::pair{"chi", k.expected_norm}}) {
        CAPTURE(name);
        CHECK(value == doctest::Approx(expected[name].get<double>()).epsilon(1e-12));
      }
      for (const auto& generation : run["generations"]) {
        state.tell(generation["points"].get<std::vector<Vector>>());
        CAPTURE(state.generation());
        CHECK(state.sigma() == doctest::Approx(generation["sigma"].get<double>()).epsilon(1e-10));
        for (std::size_t i = 0; i < mean.size(); ++i) {
          CHECK(std::as_const(state).mean()[i] == doctest::Approx(generation["mean"][i].get<double>()).epsilon(1e-10));
          for (std::size_t j = 0; j < mean.size(); ++j)
            CHECK(state.covariance()(i, j) ==
                  doctest::Approx(generation["covariance"][i][j].get<double>()).epsilon(1e-9));
        }
      }
    }
  }
  TEST_CASE("a point stands for its normal vector: distance is its length") {
    Cmaes state({0.1, 0.2, 0.3}, 0.5);
    state.tell(std::vector<Vector>{{0.9, 0.2, 0.4}, {0.5, 0.1, 0.2}, {0.1, 0.4, 0.3}, {-0.4, 0.2, 0.9}});
    CHECK(state.distance(state.point(Vector{1, 2, -2})) == doctest::Approx(3));
    CHECK(state.point(Vector{0, 0, 0}) == Vector(state.mean().begin(), state.mean().end()));
  }
  TEST_CASE("it finds the bottom of an ellipsoid and of Rosenbrock's valley in as many points as is known") {
    const auto ellipsoid = [](const Vector& x) {
      double sum = 0;
      for (std::size_t i = 0; i < x.size(); ++i)
        sum += std::pow(1e6, static_cast<double>(i) / static_cast<double>(x.size() - 1)) * x[i] * x[i];
      return sum;
    };
    const auto rosenbrock = [](const Vector& x) {
      double sum = 0;
      for (std::size_t i = 0; i + 1 < x.size(); ++i)
        sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
      return sum;
    };
    int valleys = 0;  // one run in five or so ends in its other minimum
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      CHECK(points_needed(ellipsoid, 8, 1e-8, 10000, seed) < 4500);
      valleys += points_needed(rosenbrock, 5, 1e-8, 10000, seed) < 4500;
    }
    CHECK(valleys >= 5);
  }
  TEST_CASE("generations without a difference, and points that are all the same, leave it usable") {
    Cmaes state({0.5, 0.5}, 0.1);
    for (int generation = 0; generation < 300; ++generation) state.tell(std::vector<Vector>(6, Vector{0.4, 0.4}));
    CHECK(std::isfinite(state.sigma()));
    for (const double x : state.point(Vector{1, 1})) CHECK(std::isfinite(x));
  }
}

}  // namespace
}  // namespace hpo::search

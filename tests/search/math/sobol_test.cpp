// Mirrors include/hpo/search/math/sobol.hpp.
#include <hpo/search/math/sobol.hpp>

#include <cmath>
#include <set>

#include "../../check.hpp"

namespace hpo::search {
namespace {

/// Whether of the first 2^m points each box of 2^-a times 2^-(m-a) in two dimensions holds one, for every a.
bool is_net(const Sobol& sequence, std::size_t first, std::size_t second, std::uint32_t m, std::uint32_t t = 0) {
  const std::uint64_t count = std::uint64_t{1} << m;
  for (std::uint32_t a = 0; a + t <= m; ++a) {
    std::vector<int> boxes(count >> t);
    const auto rows = std::uint64_t{1} << a, columns = std::uint64_t{1} << (m - t - a);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto x = static_cast<std::uint64_t>(sequence.coordinate(i, first) * static_cast<double>(rows));
      const auto y = static_cast<std::uint64_t>(sequence.coordinate(i, second) * static_cast<double>(columns));
      ++boxes[x * columns + y];
    }
    for (const int points : boxes)
      if (points != 1 << t) return false;
  }
  return true;
}

/// Centered L2 discrepancy (Hickernell 1998): 0 for a perfectly even set.
template <class Point>
double discrepancy(std::size_t n, std::size_t d, Point&& point) {
  std::vector<std::vector<double>> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = point(i);
  double single = 0, pairs = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double product = 1;
    for (std::size_t k = 0; k < d; ++k) {
      const double c = std::abs(x[i][k] - 0.5);
      product *= 1 + 0.5 * c - 0.5 * c * c;
    }
    single += product;
    for (std::size_t j = 0; j < n; ++j) {
      product = 1;
      for (std::size_t k = 0; k < d; ++k)
        product *=
            1 + 0.5 * std::abs(x[i][k] - 0.5) + 0.5 * std::abs(x[j][k] - 0.5) - 0.5 * std::abs(x[i][k] - x[j][k]);
      pairs += product;
    }
  }
  const auto count = static_cast<double>(n);
  return std::sqrt(std::pow(13.0 / 12, static_cast<double>(d)) - 2 / count * single + pairs / (count * count));
}

TEST_SUITE("search/math/sobol") {
  TEST_CASE("the first points, worked out by hand from the definition") {
    const Sobol sequence(3);
    const double expected[8][3] = {{0, 0, 0},
                                   {0.5, 0.5, 0.5},
                                   {0.25, 0.75, 0.75},
                                   {0.75, 0.25, 0.25},
                                   {0.125, 0.625, 0.375},
                                   {0.625, 0.125, 0.875},
                                   {0.375, 0.375, 0.625},
                                   {0.875, 0.875, 0.125}};
    for (std::uint64_t i = 0; i < 8; ++i)
      for (std::size_t d = 0; d < 3; ++d) CHECK(sequence.coordinate(i, d) == expected[i][d]);
  }
  TEST_CASE("each dimension visits each of 2^m intervals once, scrambled or not, beyond the table too") {
    for (const auto& sequence : {Sobol(300), Sobol(300, 5, "net")})
      for (std::size_t d = 0; d < sequence.dimensions(); ++d)
        for (const std::uint64_t count : {16U, 256U}) {
          std::set<std::uint64_t> seen;
          for (std::uint64_t i = 0; i < count; ++i)
            seen.insert(static_cast<std::uint64_t>(sequence.coordinate(i, d) * static_cast<double>(count)));
          CHECK(seen.size() == count);
        }
  }
  TEST_CASE("the first two dimensions are a (0, m, 2)-net, scrambled or not") {
    CHECK(is_net(Sobol(2), 0, 1, 8));
    for (std::uint64_t seed = 0; seed < 5; ++seed) CHECK(is_net(Sobol(2, seed, "net"), 0, 1, 8));
    CHECK_FALSE(is_net(Sobol(4, 1, "net"), 0, 3, 8));  // not every pair is perfect
    CHECK(is_net(Sobol(4, 1, "net"), 0, 3, 8, 3));
  }
  TEST_CASE("a seed gives its own sequence, a dimension does not depend on how many there are") {
    const Sobol one(2, 1, "a"), more(9, 1, "a"), other_seed(2, 2, "a"), other_purpose(2, 1, "b");
    CHECK(one.point(5)[1] == more.point(5)[1]);
    CHECK(one.point(5) != other_seed.point(5));
    CHECK(one.point(5) != other_purpose.point(5));
    CHECK(one.point(0) != one.point(1));
  }
  TEST_CASE("scrambled points are uniformly distributed over seeds") {
    double sum = 0, squares = 0;
    constexpr int seeds = 2000;
    for (int seed = 0; seed < seeds; ++seed) {
      const double x = Sobol(1, static_cast<std::uint64_t>(seed), "uniform").coordinate(3, 0);
      sum += x;
      squares += x * x;
    }
    CHECK(std::abs(sum / seeds - 1.0 / 2) < 0.025);
    CHECK(std::abs(squares / seeds - 1.0 / 3) < 0.025);
  }
  TEST_CASE("more even than random points") {
    for (const std::size_t d : {2U, 6U, 12U}) {
      const Sobol plain(d), scrambled(d, 3, "even");
      PhiloxStream random(3, 0, "uneven");
      const double chance = discrepancy(256, d, [&](std::size_t) {
        std::vector<double> x(d);
        for (auto& value : x) value = random.uniform();
        return x;
      });
      CHECK(discrepancy(256, d, [&](std::size_t i) { return plain.point(i); }) < 0.6 * chance);
      CHECK(discrepancy(256, d, [&](std::size_t i) { return scrambled.point(i); }) < 0.6 * chance);
    }
  }
}

}  // namespace
}  // namespace hpo::search

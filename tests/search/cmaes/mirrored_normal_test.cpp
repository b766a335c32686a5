// Mirrors include/hpo/search/cmaes/mirrored_normal.hpp.
#include <hpo/search/cmaes/mirrored_normal.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

TEST_SUITE("search/cmaes/mirrored_normal") {
  TEST_CASE("pairs are opposite, directions of a block orthogonal, blocks different") {
    const auto z = [](std::uint64_t index) { return mirrored_normal(1, index, 10, 5); };
    for (std::uint64_t i = 0; i < 10; i += 2) {
      const auto a = z(i), b = z(i + 1);
      for (std::size_t j = 0; j < 5; ++j) CHECK(a[j] == -b[j]);
      for (std::uint64_t k = 0; k < i; k += 2) CHECK(std::abs(dot(a, z(k))) < 1e-12);
    }
    CHECK(z(0) != z(10));
    CHECK(z(3) == z(3));
    CHECK(mirrored_normal(2, 3, 10, 5) != z(3));
  }
  TEST_CASE("more directions than dimensions, blocks of odd length, one dimension") {
    CHECK(mirrored_normal(1, 4, 6, 2) != mirrored_normal(1, 0, 6, 2));  // the second group of orthogonal ones
    CHECK(mirrored_normal(1, 6, 7, 3).size() == 3);                     // one without an opposite
    CHECK(mirrored_normal(1, 0, 4, 1)[0] == -mirrored_normal(1, 1, 4, 1)[0]);
  }
  TEST_CASE("each is standard normal: mean 0, variance 1, fourth moment 3, coordinates uncorrelated") {
    for (const std::uint64_t place : {0U, 3U, 8U}) {
      double sum = 0, squares = 0, fourth = 0, product = 0;
      constexpr int blocks = 20000;
      for (std::uint64_t block = 0; block < blocks; ++block) {
        const auto z = mirrored_normal(9, block * 9 + place, 9, 4);
        sum += z[1];
        squares += z[1] * z[1];
        fourth += std::pow(z[1], 4);
        product += z[1] * z[2];
      }
      CHECK(std::abs(sum / blocks) < 0.03);
      CHECK(squares / blocks == doctest::Approx(1).epsilon(0.04));
      CHECK(fourth / blocks == doctest::Approx(3).epsilon(0.12));
      CHECK(std::abs(product / blocks) < 0.03);
    }
  }
}

}  // namespace
}  // namespace hpo::search

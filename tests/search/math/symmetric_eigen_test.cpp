// Mirrors include/hpo/search/math/symmetric_eigen.hpp.
#include <hpo/search/math/symmetric_eigen.hpp>

#include <algorithm>

#include <hpo/core/philox.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/math/symmetric_eigen") {
  TEST_CASE("two by two, by hand") {
    SquareMatrix a(2);
    a(0, 0) = a(1, 1) = 2;
    a(0, 1) = a(1, 0) = 1;
    auto [values, vectors] = symmetric_eigen(a);
    std::ranges::sort(values);
    CHECK(values[0] == doctest::Approx(1));
    CHECK(values[1] == doctest::Approx(3));
    CHECK(std::abs(vectors(0, 0)) == doctest::Approx(std::sqrt(0.5)));
  }
  TEST_CASE("any symmetric matrix comes back from its parts, whose vectors are orthonormal") {
    PhiloxStream random(3, 0, "test");
    for (const std::size_t n : {1U, 2U, 3U, 8U, 25U, 60U}) {
      SquareMatrix a(n);
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i; j < n; ++j) a(i, j) = a(j, i) = n == 8 && i != j ? 0.0 : random.normal();
      const auto [values, vectors] = symmetric_eigen(a);
      double worst = 0, slanted = 0;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
          double entry = 0, product = 0;
          for (std::size_t k = 0; k < n; ++k) {
            entry += vectors(i, k) * values[k] * vectors(j, k);
            product += vectors(k, i) * vectors(k, j);
          }
          worst = std::max(worst, std::abs(entry - a(i, j)));
          slanted = std::max(slanted, std::abs(product - (i == j ? 1.0 : 0.0)));
        }
      CHECK(worst < 1e-12 * static_cast<double>(n + 10));
      CHECK(slanted < 1e-13 * static_cast<double>(n + 10));
    }
  }
  TEST_CASE("eigenvalues of very different size keep their digits; zero is no trouble") {
    SquareMatrix a(3);  // diag(1e12, 1, 1e-12), its first two axes turned
    const double c = std::cos(0.3), s = std::sin(0.3);
    a(0, 0) = c * c * 1e12 + s * s;
    a(1, 1) = s * s * 1e12 + c * c;
    a(0, 1) = a(1, 0) = c * s * (1e12 - 1);
    a(2, 2) = 1e-12;
    auto values = symmetric_eigen(a).values;
    std::ranges::sort(values);
    CHECK(values[0] == doctest::Approx(1e-12).epsilon(1e-12));
    CHECK(values[2] == doctest::Approx(1e12).epsilon(1e-12));
    CHECK(symmetric_eigen(SquareMatrix(4)).values == std::vector<double>(4));
  }
}

}  // namespace
}  // namespace hpo::search

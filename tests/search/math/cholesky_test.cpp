// Mirrors include/hpo/search/math/cholesky.hpp.
#include <hpo/search/math/cholesky.hpp>

#include <vector>

#include <hpo/core/philox.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

/// B B^T + 0.1 I of random numbers.
std::vector<std::vector<double>> positive_definite(std::size_t n) {
  PhiloxStream random(1, n, "matrix");
  std::vector<std::vector<double>> b(n, std::vector<double>(n)), a = b;
  for (auto& row : b)
    for (auto& value : row) value = random.normal();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) a[i][j] = dot(b[i].data(), b[j].data(), n) + (i == j ? 0.1 : 0);
  return a;
}

Cholesky factor(const std::vector<std::vector<double>>& a) {
  Cholesky factor;
  for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(factor.append({a[i].data(), i + 1}));
  return factor;
}

TEST_SUITE("search/math/cholesky") {
  TEST_CASE("a small one by hand") {
    const auto l = factor({{4, 2}, {2, 5}});
    CHECK(l.row(0)[0] == 2);
    CHECK(l.row(1)[0] == 1);
    CHECK(l.row(1)[1] == 2);
    CHECK(l.log_determinant() == doctest::Approx(std::log(16)));
  }
  TEST_CASE("both solutions and the inverse undo the matrix") {
    for (const std::size_t n : {1U, 2U, 7U, 40U}) {
      const auto a = positive_definite(n);
      const auto l = factor(a);
      std::vector<double> x(n, 1.0), b(n, 0.0);
      for (std::size_t i = 0; i < n; ++i) b[i] = dot(a[i].data(), x.data(), n);
      l.solve_lower(b);
      l.solve_upper(b);
      for (std::size_t i = 0; i < n; ++i) CHECK(b[i] == doctest::Approx(1).epsilon(1e-8));
      const auto inverse = l.inverse();
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          CHECK(dot(a[i].data(), inverse.data() + j * n, n) + 1 == doctest::Approx(i == j ? 2 : 1).epsilon(1e-8));
    }
  }
  TEST_CASE("a row that makes the matrix indefinite is refused and leaves no trace") {
    auto l = factor({{1}});
    CHECK_FALSE(l.append(std::vector<double>{2, 1}));
    CHECK_FALSE(l.append(std::vector<double>{1, 1}));
    CHECK(l.size() == 1);
    CHECK(l.append(std::vector<double>{0.6, 1}));
    CHECK(l.row(1)[1] == doctest::Approx(0.8));
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/search/pruners/signed_rank.hpp.
#include <hpo/search/pruners/signed_rank.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using Numbers = std::vector<double>;

void check(const Numbers& differences, double greater, double less) {
  CHECK(signed_rank_test(differences, Alternative::greater) == doctest::Approx(greater).epsilon(1e-12));
  CHECK(signed_rank_test(differences, Alternative::less) == doctest::Approx(less).epsilon(1e-12));
}

Numbers series(int n, double shift) {
  Numbers numbers;
  for (int i = 0; i < n; ++i) numbers.push_back((i * 37 % 101 - shift) / 8);
  return numbers;
}

TEST_SUITE("search/pruners/signed_rank") {
  // The numbers are those of scipy 1.10.1: wilcoxon(d, alternative=..., zero_method="zsplit").pvalue
  TEST_CASE("few differences: the exact distribution") {
    check({2.34, -2.26}, 0.5, 0.75);
    check({0.72, -0.27, -0.15}, 0.625, 0.625);
    check({0.08, -1.72, 0.07, -0.57, 3.62}, 0.5, 0.59375);
    check({0.53, -0.05, 0.02, -0.37, -0.76, -0.09, 0.78, 0.06}, 0.52734375, 0.52734375);
    check(series(25, 45.25), 0.37549647688865662, 0.63450539112091064);
    check(series(50, 45.25), 0.15224033043490959, 0.85002269640613015);
  }
  TEST_CASE("more than fifty: the normal distribution") {
    check(series(51, 45.25), 0.16715545665786447, 0.83284454334213553);
    check(series(80, 45.25), 0.082124345397921017, 0.91787565460207898);
    check(series(51, 45), 0.15233554296211371, 0.84766445703788629);  // with ties
    check(series(80, 45), 0.072733970966280259, 0.9272660290337198);  // and a zero
  }
  TEST_CASE("zeros are split, and ask for the normal distribution; so nothing but zeros says nothing") {
    check({1, 0}, 0.18554668476134878, 0.81445331523865128);
    check({0, 0, 0}, 0.5, 0.5);
    check({0, 1, 2, -3, 0, 5}, 0.20019040157603984, 0.79980959842396016);
    check({0, 0, 1, 1, 1, -1, 2, -2, 3, 3, 4}, 0.040491934596872788, 0.95950806540312716);
    check({}, 1, 1);
  }
  TEST_CASE("few differences with ties: the cautious side of a statistic between two whole numbers") {
    check({1, 2, 2, -3, 4, 5, -2}, 0.1875, 0.8515625);
    check({0.5, 0.5, 0.5, -0.5}, 0.3125,
          0.875);  // W+ = 7.5 of 10 (scipy 1.10 cuts to 7 for `less` too, later ones do not)
    check({-0.5, -0.5, -0.5, 0.5}, 0.875, 0.3125);
  }
  TEST_CASE("ranks: ties share the mean, zeros give half") {
    const auto ranks = signed_ranks(Numbers{0, -1, 1, 2, 0});
    CHECK(ranks.plus == 1.5 / 2 * 2 + 3.5 + 5);
    CHECK(ranks.zeros == 2);
    CHECK(ranks.tie_cubes == 12);
    CHECK(signed_rank_tail(3, 0) == 1);
    CHECK(signed_rank_tail(3, 6) == 0.125);
    CHECK(signed_rank_tail(3, 7) == 0);
  }
}

}  // namespace
}  // namespace hpo::search

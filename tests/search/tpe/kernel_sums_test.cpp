// Mirrors include/hpo/search/tpe/kernel_sums.hpp and lanes.hpp.
#include <hpo/search/tpe/kernel_sums.hpp>

#include <hpo/core/philox.hpp>

#include "../../check.hpp"

namespace hpo::search {
namespace {

struct NoTable {
  [[nodiscard]] const double* row(std::size_t, std::uint32_t) const { return nullptr; }
};

template <class Vector>
std::vector<double> exps(std::vector<double> powers) {
  Lanes<Vector> lanes;
  lanes.load(powers.data());
  for (auto& part : lanes.part) Lanes<Vector>::exp(part);
  lanes.store(powers.data());
  return powers;
}

TEST_SUITE("search/tpe/kernel_sums") {
  TEST_CASE("e to a power of 0 or less, within 2 units in the last place") {
    PhiloxStream random(1, 2, "exp");
    for (int i = 0; i < 2000; ++i) {
      std::vector<double> powers;
      for (std::size_t lane = 0; lane < lane_count; ++lane) powers.push_back(-std::pow(10, 6 * random.uniform() - 3.2));
      powers[0] = 0;
      powers[1] = -700 * random.uniform();
      const auto got = exps<PairOfDoubles>(powers);
      for (std::size_t lane = 0; lane < lane_count; ++lane) {
        const double truth = std::exp(std::max(powers[lane], -700.0));
        CHECK(std::abs(got[lane] - truth) <= 2 * (std::nextafter(truth, 2) - truth));
      }
    }
  }
  TEST_CASE("wide and narrow vectors give the same to the last bit") {
    constexpr std::size_t kernels = 500, reals = 5;
    PhiloxStream random(3, 4, "kernels");
    std::vector<double> normals, constants, weights(kernels, 1.0 / kernels), places;
    for (std::size_t k = 0; k < kernels; ++k) {
      constants.push_back(random.uniform());
      for (std::size_t d = 0; d < reals; ++d) {
        normals.push_back(random.uniform());
        normals.push_back(1 + (k + 1 < kernels ? 30 * random.uniform() : 0));
      }
    }
    for (std::size_t i = 0; i < 2 * reals * lane_count; ++i) places.push_back(random.uniform());
    const KernelView view{.kernels = kernels,
                          .reals = reals,
                          .places = normals.data(),
                          .constants = constants.data(),
                          .weights = weights.data()};
    NoTable table;
    std::vector<double> chosen(2 * lane_count), narrow(2 * lane_count);
    log_kernel_sums(view, places, table, chosen);
    log_sums<PairOfDoubles>(view, places, table, narrow);
    CHECK(chosen == narrow);
  }
}

}  // namespace
}  // namespace hpo::search

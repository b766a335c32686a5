// Mirrors include/hpo/search/pareto/better.hpp.
#include <hpo/search/pareto/better.hpp>

#include <limits>

#include "../../check.hpp"

namespace hpo::search {
namespace {

using storage::Direction;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

static_assert(better(1, 2, Direction::minimize) && !better(2, 1, Direction::minimize));
static_assert(better(2, 1, Direction::maximize) && !better(1, 2, Direction::maximize));

TEST_SUITE("search/pareto/better") {
  TEST_CASE("equals are not better, and NaN is better than nothing") {
    for (const auto direction : {Direction::minimize, Direction::maximize}) {
      CHECK_FALSE(better(1, 1, direction));
      CHECK_FALSE(better(nan, 1, direction));
      CHECK_FALSE(better(1, nan, direction));
      CHECK_FALSE(better(nan, nan, direction));
    }
  }
}

}  // namespace
}  // namespace hpo::search

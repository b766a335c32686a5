// Mirrors include/hpo/search/pareto/better.hpp.
#include <hpo/search/pareto/better.hpp>

#include <limits>

#include "../../check.hpp"

namespace hpo::search {
namespace {
using storage::Direction;

static_assert(better(1, 2, Direction::minimize) && !better(2, 1, Direction::minimize));
static_assert(better(2, 1, Direction::maximize) && !better(1, 2, Direction::maximize));

TEST_SUITE("search/pareto/better") {
  TEST_CASE("no value is better than its equal, and none is better than NaN or NaN than it") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const auto direction : {Direction::minimize, Direction::maximize}) {
      CHECK(!better(1, 1, direction));
      CHECK(!better(nan, 1, direction));
      CHECK(!better(1, nan, direction));
    }
  }
}

}  // namespace
}  // namespace hpo::search

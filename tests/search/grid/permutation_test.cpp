// Mirrors include/hpo/search/grid/permutation.hpp.
#include <hpo/search/grid/permutation.hpp>

#include <cmath>
#include <map>
#include <set>

#include "../../check.hpp"

namespace hpo::search {
namespace {

TEST_SUITE("search/grid/permutation") {
  TEST_CASE("everything once, and back again, at any size") {
    for (const std::uint64_t size : {1ULL, 2ULL, 3ULL, 4ULL, 5ULL, 16ULL, 17ULL, 100ULL, 1000ULL, 1025ULL}) {
      const Permutation order(size, 7);
      std::set<std::uint64_t> seen;
      for (std::uint64_t i = 0; i < size; ++i) {
        seen.insert(order(i));
        CHECK(order(i) < size);
        CHECK(order.inverse(order(i)) == i);
      }
      CHECK(seen.size() == size);
    }
    for (const std::uint64_t size : {std::uint64_t{1} << 32, (std::uint64_t{1} << 63) - 5, std::uint64_t{1} << 63}) {
      const Permutation order(size, 7);
      for (const std::uint64_t i : {std::uint64_t{0}, std::uint64_t{12345}, size - 1}) {
        CHECK(order(i) < size);
        CHECK(order.inverse(order(i)) == i);
      }
    }
  }
  TEST_CASE("every order of three is equally likely") {
    std::map<std::uint64_t, int> counts;
    for (std::uint64_t seed = 0; seed < 6000; ++seed) {
      const Permutation order(3, seed);
      ++counts[order(0) * 9 + order(1) * 3 + order(2)];
    }
    CHECK(counts.size() == 6);
    for (const auto& [which, count] : counts) CHECK(std::abs(count - 1000) < 130);
  }
}

}  // namespace
}  // namespace hpo::search

// Mirrors include/hpo/core/philox.hpp.
#include <hpo/core/philox.hpp>
#include "../check.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace hpo {
namespace {

TEST_SUITE("core/philox") {
  TEST_CASE("philox4x32-10 gives the known answers of its authors") {
    // Source: the known-answer vectors published with the paper (Random123, kat_vectors).
    CHECK(philox4x32({0, 0, 0, 0}, 0) == std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffff) ==
          std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822) ==
          std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  }
  TEST_CASE("a stream depends on its seed, trial and purpose and on nothing else") {
    PhiloxStream first(1, 2, "shuffle"), again(1, 2, "shuffle");
    PhiloxStream seed(2, 2, "shuffle"), trial(1, 3, "shuffle"), purpose(1, 2, "dropout");
    const auto a = first.bits64();
    CHECK(a == again.bits64());
    CHECK(a != seed.bits64());
    CHECK(a != trial.bits64());
    CHECK(a != purpose.bits64());
  }
  TEST_CASE("uniform, normal and below have the moments they should") {
    PhiloxStream random(7, 0, "moments");
    constexpr int n = 200'000;
    double sum = 0, square = 0, uniform = 0;
    std::array<int, 3> counts{};
    for (int i = 0; i < n; ++i) {
      const double z = random.normal(), u = random.uniform();
      sum += z;
      square += z * z;
      uniform += u;
      CHECK_MESSAGE((u >= 0 && u < 1), u);
      ++counts[random.below(3)];
    }
    CHECK(sum / n == doctest::Approx(0).epsilon(0.01).scale(1));
    CHECK(square / n == doctest::Approx(1).epsilon(0.02));
    CHECK(uniform / n == doctest::Approx(0.5).epsilon(0.01));
    for (const int count : counts) CHECK(count == doctest::Approx(n / 3.0).epsilon(0.02));
  }
  TEST_CASE("shuffle permutes, reproducibly") {
    std::vector<int> order(100), other(100);
    std::iota(order.begin(), order.end(), 0);
    other = order;
    PhiloxStream a(1, 1, "s"), b(1, 1, "s");
    shuffle(order, a);
    CHECK(order != other);
    shuffle(other, b);
    CHECK(order == other);
    std::sort(order.begin(), order.end());
    for (int i = 0; i < 100; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  }
}

}  // namespace
}  // namespace hpo

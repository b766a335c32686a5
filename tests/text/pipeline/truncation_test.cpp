// Mirrors include/hpo/text/pipeline/truncation.hpp.
#include <hpo/text/pipeline/truncation.hpp>

#include <string>
#include <vector>

#include "../../check.hpp"

namespace hpo::text {
namespace {

[[nodiscard]] std::string windows(std::size_t size, std::size_t kept, std::size_t stride, Side side) {
  std::string out;
  for (const Window& window : make_windows(size, kept, stride, side))
    out += concat("[", window.begin, ",", window.end, ")");
  return out;
}

TEST_SUITE("text/pipeline/truncation") {
  TEST_CASE("windows cover everything and share the stride") {
    CHECK(windows(10, 4, 0, Side::right) == "[0,4)[4,8)[8,10)");
    CHECK(windows(10, 4, 2, Side::right) == "[0,4)[2,6)[4,8)[6,10)");
    CHECK(windows(10, 4, 1, Side::left) == "[6,10)[3,7)[0,4)");
    CHECK(windows(9, 4, 1, Side::left) == "[5,9)[2,6)[0,3)");
    CHECK(windows(4, 4, 3, Side::right) == "[0,4)");
    CHECK(windows(0, 0, 0, Side::right) == "[0,0)");
    CHECK(windows(5, 0, 0, Side::right) == "[0,0)[0,5)");
    CHECK_THROWS_AS((void)windows(5, 2, 2, Side::right), TokenizerError);
    for (std::size_t size = 1; size < 40; ++size)
      for (std::size_t kept = 1; kept < size; ++kept)
        for (std::size_t stride = 0; stride < kept; ++stride) {
          const auto all = make_windows(size, kept, stride, Side::right);
          REQUIRE(all.front().begin == 0);
          REQUIRE(all.back().end == size);
          for (std::size_t i = 1; i < all.size(); ++i) REQUIRE(all[i].begin == all[i - 1].end - stride);
        }
  }

  TEST_CASE("longest first takes from the longer text; the odd token stays with it") {
    using Kept = std::pair<std::size_t, std::size_t>;
    const auto longest = [](std::size_t a, std::optional<std::size_t> b, std::size_t room) {
      return kept_lengths(a, b, room, Truncation::longest_first);
    };
    CHECK(longest(3, 4, 10) == Kept{3, 4});
    CHECK(longest(3, 20, 10) == Kept{3, 7});
    CHECK(longest(20, 3, 10) == Kept{7, 3});
    CHECK(longest(20, 30, 11) == Kept{5, 6});
    CHECK(longest(30, 20, 11) == Kept{6, 5});
    CHECK(longest(20, std::nullopt, 6) == Kept{6, 0});
    CHECK(longest(20, 5, 0) == Kept{0, 0});
  }

  TEST_CASE("one text alone gives what it can") {
    using Kept = std::pair<std::size_t, std::size_t>;
    CHECK(kept_lengths(20, 5, 10, Truncation::only_first) == Kept{5, 5});
    CHECK(kept_lengths(5, 20, 10, Truncation::only_second) == Kept{5, 5});
    CHECK(kept_lengths(5, std::nullopt, 10, Truncation::only_second) == Kept{5, 0});
    CHECK_THROWS_WITH_AS(
        (void)kept_lengths(5, 20, 10, Truncation::only_first),
        "truncation: max_length: the first text has 5 tokens, expected more than the 15 that are too many",
        TokenizerError);
    CHECK_THROWS_AS((void)kept_lengths(15, std::nullopt, 10, Truncation::only_second), TokenizerError);
  }
}

}  // namespace
}  // namespace hpo::text

// Mirrors include/hpo/train/answer_tokens.hpp.
#include <hpo/train/answer_tokens.hpp>

#include <vector>

#include "rows.hpp"

#include "../check.hpp"

namespace hpo::train {
namespace {
using Place = std::optional<std::pair<std::int64_t, std::int64_t>>;

TEST_SUITE("train/answer_tokens") {
  // [CLS] who ? [SEP] re ##d cat sat [SEP], the window's part of "a red cat sat on": [2,13)
  const std::vector<test::Offset> offsets = {{0, 0}, {0, 3}, {3, 4}, {0, 0}, {2, 4}, {4, 5}, {6, 9}, {10, 13}, {0, 0}};
  const std::vector<std::int8_t> sequence = {-1, 0, 0, -1, 1, 1, 1, 1, -1};
  Place place(std::int64_t begin, std::int64_t end) { return answer_tokens(offsets, sequence, 1, begin, end); }

  TEST_CASE("whole words, several pieces, and parts of a piece") {
    CHECK(place(6, 9) == Place({6, 6}));
    CHECK(place(2, 9) == Place({4, 6}));
    CHECK(place(3, 5) == Place({4, 5}));
    CHECK(place(10, 11) == Place({7, 7}));
    CHECK(place(2, 13) == Place({4, 7}));
  }
  TEST_CASE("an answer that the window cuts off is not in it") {
    CHECK_FALSE(place(0, 5));
    CHECK_FALSE(place(10, 16));
    CHECK_FALSE(place(14, 16));
    CHECK_FALSE(place(0, 1));
  }
  TEST_CASE("the other text's tokens do not count, nor does a gap hold an answer") {
    CHECK(answer_tokens(offsets, sequence, 0, 0, 3) == Place({1, 1}));
    CHECK_FALSE(place(5, 6));
    CHECK_FALSE(answer_tokens(offsets, sequence, 2, 0, 3));
  }
}
}  // namespace
}  // namespace hpo::train

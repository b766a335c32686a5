// Mirrors include/hpo/train/span_decoding.hpp.
#include <hpo/train/span_decoding.hpp>

#include <vector>

#include <hpo/core/philox.hpp>

#include "../check.hpp"

namespace hpo::train {
namespace {
struct Window {
  std::vector<float> start, end;
  std::vector<std::uint8_t> context;
  operator SpanWindow() const { return {start, end, context}; }
};

DecodedSpan decode(const std::vector<SpanWindow>& windows, const SpanDecodingOptions& options = {}) {
  return decode_span(windows, options);
}

TEST_SUITE("train/span_decoding") {
  TEST_CASE("the end never precedes the start, even where the best end does") {
    const Window window{{0, 1, 9, 1}, {0, 9, 1, 2}, {0, 1, 1, 1}};
    const auto found = decode({window});
    REQUIRE(found.answer);
    CHECK(found.answer->first == 2);
    CHECK(found.answer->last == 3);
    CHECK(found.answer->score == 11.0);
  }
  TEST_CASE("only context tokens, and no answer across what is not context") {
    const Window window{{50, 5, 1, 1, 0}, {50, 0, 50, 1, 2}, {0, 1, 0, 1, 1}};
    const auto found = decode({window});
    REQUIRE(found.answer);
    CHECK(found.answer->first == 1);  // 5 + 0 beats 1 + 2; 5 + 50 would cross a separator
    CHECK(found.answer->last == 1);
  }
  TEST_CASE("an answer has at most max_answer_tokens tokens") {
    const Window window{{0, 9, 0, 0, 0}, {0, 0, 0, 1, 9}, {0, 1, 1, 1, 1}};
    CHECK(decode({window}, {.max_answer_tokens = 4}).answer->last == 4);
    CHECK(decode({window}, {.max_answer_tokens = 3}).answer->last == 3);
    CHECK(decode({window}, {.max_answer_tokens = 1}).answer->score == 9.0);
  }
  TEST_CASE("the best window wins, and the null score is the least of all windows") {
    const Window weak{{3, 1, 1}, {4, 1, 1}, {0, 1, 1}}, strong{{1, 2, 5}, {1, 2, 6}, {0, 1, 1}};
    const auto found = decode({weak, strong});
    CHECK(found.answer->window == 1);
    CHECK(found.answer->first == 2);
    CHECK(found.null_score == 2.0);
  }
  TEST_CASE("no answer wins only if it may, and by more than the threshold") {
    const Window window{{4, 1, 2}, {4, 1, 2}, {0, 1, 1}};  // null 8, best 4
    CHECK(decode({window}).answer);
    CHECK_FALSE(decode({window}, {.may_be_unanswerable = true}).answer);
    CHECK_FALSE(decode({window}, {.may_be_unanswerable = true, .null_threshold = 3.9}).answer);
    CHECK(decode({window}, {.may_be_unanswerable = true, .null_threshold = 4.0}).answer);
  }
  TEST_CASE("nothing to choose from is no answer; uneven scores are refused") {
    const Window none{{1, 2}, {1, 2}, {0, 0}};
    CHECK_FALSE(decode({none}).answer);
    CHECK_FALSE(decode({}).answer);
    const Window uneven{{1, 2}, {1}, {1, 1}};
    CHECK_THROWS_AS(static_cast<void>(decode({uneven})), ShapeError);
  }
  TEST_CASE("equals the best of all pairs on random windows") {
    PhiloxStream random(7, 0, "windows");
    for (int round = 0; round < 200; ++round) {
      Window window;
      for (int t = 0; t < 24; ++t) {
        window.start.push_back(static_cast<float>(random.normal()));
        window.end.push_back(static_cast<float>(random.normal()));
        window.context.push_back(t >= 6 && t < 20);
      }
      double best = -1e9;
      for (std::size_t first = 6; first < 20; ++first)
        for (std::size_t last = first; last < 20 && last - first < 5; ++last)
          best = std::max(best, static_cast<double>(window.start[first]) + static_cast<double>(window.end[last]));
      CHECK(decode({window}, {.max_answer_tokens = 5}).answer->score == best);
    }
  }
}
}  // namespace
}  // namespace hpo::train

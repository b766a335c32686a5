// Mirrors include/hpo/train/span_extraction.hpp, span_rows.hpp and answer_collector.hpp.
#include <hpo/train/span_extraction.hpp>

#include <cmath>
#include <limits>

#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <hpo/train/concepts.hpp>

#include "rows.hpp"

#include "../check.hpp"

namespace hpo::train {
namespace {
// Two examples; the first has two windows. Special tokens first and last, as in BERT.
// "Zoë saw a cat" is Zoë[0,3) saw[4,7) a[8,9) cat[10,13): code points, not bytes.
data::TokenStore windows() {
  return test::store_of(
      {{.ids = {1, 20, 2, 11, 12, 13, 2},
        .offsets = {{0, 0}, {0, 4}, {0, 0}, {0, 3}, {4, 7}, {8, 9}, {0, 0}},
        .sequence = {-1, 0, -1, 1, 1, 1, -1},
        .example = 0},
       {.ids = {1, 20, 2, 13, 14, 2},
        .offsets = {{0, 0}, {0, 4}, {0, 0}, {8, 9}, {10, 13}, {0, 0}},
        .sequence = {-1, 0, -1, 1, 1, -1},
        .example = 0},
       {.ids = {1, 15, 2}, .offsets = {{0, 0}, {0, 5}, {0, 0}}, .sequence = {-1, 0, -1}, .example = 1}});
}
std::vector<data::SpanExample> examples() {
  data::SpanExample asked, impossible;
  asked.context = "Zoë saw a cat";
  asked.question = "Who?";
  asked.answers = {{"Zoë", 0}};
  impossible.context = "apple";
  impossible.impossible = true;
  return {asked, impossible};
}

const auto by_f1 = [](const AnswerTally& tally) {
  return Scores{tally.overall().f1, {{"exact", tally.overall().exact}}};
};
static_assert(OffsetRows<data::TokenStore>);
static_assert(Dataset<WindowRows<data::TokenStore>>);
static_assert(AnswerScore<decltype(by_f1)>);

/// Logits [rows, T, 2], all zero but for `raised`: {row, token, side, value}.
struct Raised {
  std::int64_t row, token, side;
  double value;
};
at::Tensor logits(std::int64_t rows, std::int64_t length, const std::vector<Raised>& raised) {
  const at::Tensor tensor = at::full({rows, length, 2}, 0.0, at::kFloat);
  for (const auto& [row, token, side, value] : raised) tensor[row][token][side].fill_(value);
  return tensor;
}

struct Fixture {
  data::TokenStore store = windows();
  std::vector<data::SpanExample> all = examples();
  WindowRows<data::TokenStore> rows{store, all, data::answer_windows(store, all).windows, 0};
};

TEST_SUITE("train/span_extraction") {
  TEST_CASE("a batch holds the windows' tokens and where the answers start and end") {
    const Fixture f;
    const auto batch = f.rows.batch(std::vector<std::size_t>{2, 0}, at::kCPU);
    CHECK(at::equal(batch.starts, at::tensor({0, 3}, at::kLong)));
    CHECK(batch.tokens.input_ids.sizes() == at::IntArrayRef({2, 7}));
    CHECK(f.rows.lengths()[1] == 6);
  }
  TEST_CASE("the answer is the text of the best span over all windows, in any order of batches") {
    Fixture f;
    AnswerCollector collector(f.rows, {});
    // Window 1: "a cat" scores 5 + 6; window 0: "Zoë" 4 + 4. Token 1 is the question's and may not win with 50.
    collector.add(std::vector<std::size_t>{2}, logits(1, 3, {}), {});
    collector.add(std::vector<std::size_t>{1, 0},
                  logits(2, 7, {{0, 3, 0, 5}, {0, 4, 1, 6}, {0, 1, 0, 50}, {1, 3, 0, 4}, {1, 3, 1, 4}, {0, 0, 0, -3}}),
                  {});
    const auto answers = collector.answers();
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].first == 0);
    CHECK(answers[0].second.text == "a cat");
    CHECK(answers[0].second.begin == 8);
    CHECK(answers[0].second.end == 13);
    CHECK(answers[0].second.score == 11.0);
    CHECK(answers[0].second.null_score == -3.0);
    CHECK(answers[1].second.text == "apple");  // without a question the context is the first text
  }
  TEST_CASE("scores compare with the true answers, and no answer with none") {
    Fixture f;
    const SpanObjective objective({.may_be_unanswerable = true}, by_f1);
    auto evaluator = objective.evaluator(f.rows);
    evaluator.add(std::vector<std::size_t>{0, 1, 2},
                  logits(3, 7, {{0, 3, 0, 9}, {0, 4, 1, 9}, {0, 3, 1, 7}, {2, 0, 0, 2}, {2, 0, 1, 2}}), {});
    const Scores scores = evaluator.scores();
    CHECK(scores.metric == doctest::Approx((2.0 / 3 + 1.0) / 2));  // "Zoë saw" for "Zoë", and rightly nothing
    CHECK(scores.all[0].second == 0.5);
  }
  TEST_CASE("the loss is the mean of the two sides' cross entropies") {
    const SpanObjective objective({}, by_f1);
    const SpanBatch batch{{}, at::tensor({1}, at::kLong), at::tensor({2}, at::kLong)};
    const double side = std::log(std::exp(2.0) + 3.0) - 2.0;
    CHECK(objective.loss(logits(1, 4, {{0, 1, 0, 2}, {0, 2, 1, 2}}), batch).item<double>() == doctest::Approx(side));
    CHECK(objective.loss(logits(1, 4, {{0, 1, 0, 2}}), batch).item<double>() ==
          doctest::Approx((side + std::log(4.0)) / 2));
  }
  TEST_CASE("logits that are not finite make the metric NaN, but not the lowest ones at padding") {
    Fixture f;
    const SpanObjective objective({}, by_f1);
    auto evaluator = objective.evaluator(f.rows);
    const double lowest = std::numeric_limits<float>::lowest();
    evaluator.add(std::vector<std::size_t>{2, 1}, logits(2, 6, {{0, 4, 0, lowest}, {0, 4, 1, lowest}}), {});
    CHECK(evaluator.finite());
    evaluator.add(std::vector<std::size_t>{0}, logits(1, 7, {{0, 6, 0, std::nan("")}}), {});
    CHECK(std::isnan(evaluator.scores().metric));
  }
  TEST_CASE("a window of no example and logits of another shape are refused") {
    Fixture f;
    CHECK_THROWS_WITH_AS(WindowRows(f.store, f.all, {{0, 2, 0, 0}}, 0),
                         "train: expected windows of 2 examples, got one of example 2", DataError);
    AnswerCollector collector(f.rows, {});
    CHECK_THROWS_AS(collector.add(std::vector<std::size_t>{2}, at::full({1, 3}, 0.0), {}), ShapeError);
  }
}
}  // namespace
}  // namespace hpo::train

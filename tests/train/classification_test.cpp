// Mirrors include/hpo/train/classification.hpp, classification_scores.hpp and collate.hpp.
#include <hpo/train/classification.hpp>
#include <hpo/train/classification_scores.hpp>
#include <hpo/train/concepts.hpp>

#include <cmath>
#include <limits>

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "rows.hpp"

#include "../check.hpp"

namespace hpo::train {
namespace {
// What collate() asks of a store, and no more.
struct Archetype {
  std::span<const std::int32_t> ids(std::size_t) const { return values; }
  std::span<const std::uint8_t> type_ids(std::size_t) const { return types; }
  std::vector<std::int32_t> values = {1, 2};
  std::vector<std::uint8_t> types = {0, 1};
};
struct NoTypes {
  std::span<const std::int32_t> ids(std::size_t) const;
};
static_assert(TokenRows<data::TokenStore>);
static_assert(!TokenRows<NoTypes>);

data::TokenStore three_rows() {
  return test::store_of({{.ids = {5, 6, 7}, .types = {0, 0, 1}}, {.ids = {8}}, {.ids = {9, 10}, .types = {0, 1}}});
}

at::Tensor matrix(std::initializer_list<std::int64_t> values, std::int64_t width) {
  return at::tensor(std::vector<std::int64_t>(values), at::kLong).view({-1, width});
}

const auto by_accuracy = [](const ConfusionMatrix& counts) { return Scores{counts.accuracy(), {}}; };

static_assert(Dataset<LabelledRows<data::TokenStore>>);
static_assert(ClassificationScore<decltype(by_accuracy)>);
static_assert(ClassificationScore<MacroF1Score> && ClassificationScore<AccuracyScore>);
static_assert(std::same_as<decltype(ClassificationObjective(2, macro_f1)), ClassificationObjective<MacroF1Score>>);

TEST_SUITE("train/classification") {
  TEST_CASE("rows are padded to the longest of the batch, in the order asked for") {
    const auto store = three_rows();
    const auto batch = collate(store, std::vector<std::size_t>{2, 0}, 99);
    CHECK(at::equal(batch.input_ids, matrix({9, 10, 99, 5, 6, 7}, 3)));
    CHECK(at::equal(batch.attention_mask, matrix({1, 1, 0, 1, 1, 1}, 3)));
    CHECK(at::equal(batch.token_type_ids, matrix({0, 1, 0, 0, 0, 1}, 3)));
    CHECK(at::equal(collate(Archetype(), std::vector<std::size_t>{0}, 0).token_type_ids, matrix({0, 1}, 2)));
    CHECK(collate(store, std::vector<std::size_t>{1}, 99).input_ids.sizes() == at::IntArrayRef({1, 1}));
  }
  TEST_CASE("a part of the store has its own numbering") {
    const auto store = three_rows();
    const LabelledRows rows(store, {2, 1}, {1, 0}, 0);
    CHECK(rows.size() == 2);
    CHECK(rows.lengths()[0] == 2);
    CHECK(rows.label(0) == 1);
    const auto batch = rows.batch(std::vector<std::size_t>{1, 0}, at::kCPU);
    CHECK(at::equal(batch.labels, at::tensor({0, 1}, at::kLong)));
    CHECK(at::equal(batch.tokens.input_ids, matrix({8, 0, 9, 10}, 2)));
  }
  TEST_CASE("a part of the examples becomes rows with its labels, in one call") {
    const auto store = three_rows();
    const std::vector<data::ClassificationExample> examples{
        {.text = "a", .label = 2}, {.text = "b", .label = -1, .row = 17}, {.text = "c", .label = 0}};
    const auto rows = labelled_rows(store, examples, {2, 0}, 99);
    CHECK(rows.size() == 2);
    const auto batch = rows.batch(std::vector<std::size_t>{0, 1}, at::kCPU);
    CHECK(at::equal(batch.labels, at::tensor({0, 2}, at::kLong)));
    CHECK(at::equal(batch.tokens.input_ids, matrix({9, 10, 99, 5, 6, 7}, 3)));
    CHECK_THROWS_WITH_AS(labelled_rows(store, examples, {0, 1}, 0), "train: row 17: expected a label, got none",
                         DataError);
    CHECK_THROWS_WITH_AS(labelled_rows(store, examples, {3}, 0), "train: expected rows below 3, got 3", DataError);
    CHECK_THROWS_WITH_AS(labelled_rows(store, std::span(examples).first(2), {0}, 0),
                         "train: expected tokens of 2 examples, one row each, got 3 rows", DataError);
  }
  TEST_CASE("labels must be as many as rows, logits as wide as classes") {
    const auto store = three_rows();
    CHECK_THROWS_WITH_AS(LabelledRows(store, {0, 1}, {1}, 0), "train: expected a label for each of 2 rows, got 1",
                         DataError);
    const ClassificationObjective objective(3, by_accuracy);
    CHECK_THROWS_WITH_AS(static_cast<void>(objective.loss(at::zeros({4, 2}), {})),
                         "train: expected logits of 3 classes, got 2", ShapeError);
  }
  TEST_CASE("the loss is the mean cross entropy, and the largest logit is the prediction") {
    const ClassificationObjective objective(2, by_accuracy);
    const ClassificationBatch batch{{}, at::tensor({0, 1}, at::kLong)};
    const at::Tensor logits = at::tensor({2.0, 0.0, 1.0, 0.0}).view({2, 2}).to(at::kFloat);
    const double expected = 0.5 * (std::log1p(std::exp(-2.0)) + std::log1p(std::exp(1.0)));
    CHECK(objective.loss(logits, batch).item<double>() == doctest::Approx(expected));
    auto evaluator = objective.evaluator(0);
    evaluator.add({}, logits, batch);
    CHECK(evaluator.matrix().count(1, 0) == 1);
    CHECK(evaluator.scores().metric == 0.5);
  }
  TEST_CASE("the scores with a name tell both, and count the one that they are called after") {
    ConfusionMatrix matrix(2);  // always the majority class
    for (const std::int64_t truth : {0, 0, 0, 1}) matrix.add(truth, 0);
    const double f1 = matrix.macro_f1();
    REQUIRE(f1 < 0.5);
    CHECK(macro_f1(matrix).metric == f1);
    CHECK(macro_f1(matrix).all == std::vector<std::pair<std::string, double>>{{"macro_f1", f1}, {"accuracy", 0.75}});
    CHECK(accuracy(matrix).metric == 0.75);
    CHECK(accuracy(matrix).all == std::vector<std::pair<std::string, double>>{{"accuracy", 0.75}, {"macro_f1", f1}});
  }
  TEST_CASE("logits that are not finite make the metric NaN") {
    const ClassificationObjective objective(2, by_accuracy);
    auto evaluator = objective.evaluator(0);
    at::Tensor logits = at::zeros({1, 2});
    logits.fill_(std::numeric_limits<double>::infinity());
    evaluator.add({}, logits, {{}, at::tensor({0}, at::kLong)});
    CHECK(std::isnan(evaluator.scores().metric));
  }
}
}  // namespace
}  // namespace hpo::train

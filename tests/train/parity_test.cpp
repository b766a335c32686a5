// Training as python3-torch does it: whole runs against recorded losses.
#include <hpo/train/classification.hpp>
#include <hpo/train/fit.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <ATen/ops/tensor.h>

#include <hpo/checkpoint/weights.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>
#include <hpo/nn/bert.hpp>
#include <hpo/nn/classification_head.hpp>
#include <hpo/nn/task_model.hpp>
#include <hpo/placement/from_checkpoint.hpp>

#include "rows.hpp"

#include "../check.hpp"

namespace hpo::train {
namespace {
using Model = nn::TaskModel<nn::BertEncoder, nn::ClassificationHead>;

Json read_json(const std::filesystem::path& path) {
  return Json::parse(read_file<DataError>(path));
}
const Json& record() {
  static const Json json = read_json(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity/bert_training.json");
  return json;
}

data::TokenStore recorded_rows() {
  std::vector<test::Row> rows;
  for (const auto& ids : record()["rows"]) {
    test::Row& row = rows.emplace_back();
    row.ids = ids.get<std::vector<std::int32_t>>();
    for (std::size_t t = 0; t < row.ids.size(); ++t) row.types.push_back(t >= row.ids.size() / 2 ? 1 : 0);
  }
  return test::store_of(rows);
}

std::unique_ptr<Model> recorded_model() {
  const auto folder = hpo::test::fixture("models/bert-mini");
  auto config = nn::BertConfig::parse(read_json(folder / "config.json"));
  config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0;
  auto model = std::make_unique<Model>(
      config, nn::ClassificationOptions{.num_labels = 3, .pooling = nn::Pooling::pooler, .dropout = 0.0});
  static_cast<void>(
      placement::place(*model,
                       placement::FromCheckpoint{.weights = checkpoint::Weights::open(folder / "model.safetensors"),
                                                 .prefix = "bert",
                                                 .may_be_new = {"classifier"}},
                       at::kCPU));
  const at::NoGradGuard no_grad;
  at::Tensor weight = model->named_parameters()["classifier.weight"];
  weight.copy_(at::tensor(record()["classifier"].get<std::vector<double>>()).view_as(weight));
  model->named_parameters()["classifier.bias"].zero_();
  return model;
}

// All rows in each step, so that an evaluation after each epoch reports the loss of each step.
FitResult recorded_run(std::int64_t micro_batch_size, Precision precision = Precision::float32) {
  const auto store = recorded_rows();
  std::vector<std::size_t> numbers(store.size());
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  const LabelledRows rows(store, numbers, record()["labels"].get<std::vector<std::int64_t>>(), 0);
  const ClassificationTask task(3, [](const ConfusionMatrix& counts) { return Scores{counts.accuracy(), {}}; });
  const TrainOptions options{.epochs = record()["steps"],
                             .batch_size = 12,
                             .micro_batch_size = micro_batch_size,
                             .clip_norm = record()["max_norm"],
                             .precision = precision,
                             .optim = {.lr = record()["lr"], .weight_decay = record()["weight_decay"]},
                             .schedule = {.kind = ScheduleKind::linear, .warmup = record()["warmup"]}};
  return fit(*recorded_model(), task, rows, rows, options);
}

TEST_SUITE("train/parity") {
  TEST_CASE("the first ten losses on bert-mini equal those of python3-torch") {
    for (const std::int64_t micro_batch_size : {0, 5}) {  // accumulated gradients, too
      const FitResult result = recorded_run(micro_batch_size);
      REQUIRE(result.history.size() == 10);
      for (std::size_t i = 0; i < 10; ++i)
        CHECK(std::abs(result.history[i].train_loss - record()["losses"][i].get<double>()) < 1e-5);
      CHECK(result.history.back().train_loss < 0.5 * result.history.front().train_loss);
    }
  }
  TEST_CASE("bfloat16 products change the losses a little, and evaluations stay float32") {
    const FitResult exact = recorded_run(0), rough = recorded_run(0, Precision::bfloat16);
    double largest = 0.0;
    for (std::size_t i = 0; i < 10; ++i)
      largest = std::max(largest, std::abs(rough.history[i].train_loss - exact.history[i].train_loss));
    CHECK(largest > 1e-6);
    CHECK(largest < 0.05);
  }
}
}  // namespace
}  // namespace hpo::train

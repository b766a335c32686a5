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
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/deberta.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/placement/from_checkpoint.hpp>

#include "rows.hpp"

#include "../gpu.hpp"

namespace hpo::train {
namespace {

Json read_json(const std::filesystem::path& path) {
  return Json::parse(read_file<DataError>(path));
}

// A fixture, the script's record of a run on it, and the head that the script put on it.
struct BertRun {
  using Encoder = nn::BertEncoder;
  static constexpr const char *fixture = "models/bert-mini", *script = "bert_training";
  static nn::ClassificationOptions head() { return {.num_labels = 3, .pooling = nn::Pooling::pooler, .dropout = 0.0}; }
};
struct DebertaRun {
  using Encoder = nn::DebertaEncoder;
  static constexpr const char *fixture = "models/deberta-v3", *script = "deberta_training";
  static nn::ClassificationOptions head() {
    return {.num_labels = 3,
            .layers = 2,
            .activation = "gelu",
            .dropout = 0.0,
            .layer_names = {"pooler.dense", "classifier"}};
  }
};

template <class Run>
const Json& record() {
  static const Json json =
      read_json(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity" / concat(Run::script, ".json"));
  return json;
}

template <class Run>
data::TokenStore recorded_rows() {
  std::vector<test::Row> rows;
  for (const auto& ids : record<Run>()["rows"]) {
    test::Row& row = rows.emplace_back();
    row.ids = ids.template get<std::vector<std::int32_t>>();
    for (std::size_t t = 0; t < row.ids.size(); ++t) row.types.push_back(t >= row.ids.size() / 2 ? 1 : 0);
  }
  return test::store_of(rows);
}

template <class Run>
auto recorded_model(const at::Device& device) {
  using Encoder = typename Run::Encoder;
  const auto folder = hpo::test::fixture(Run::fixture);
  auto config = Encoder::Config::parse(read_json(folder / "config.json"));
  config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0;
  auto model = std::make_unique<nn::TaskModel<Encoder, nn::ClassificationHead>>(config, Run::head());
  static_cast<void>(
      placement::place(*model,
                       placement::FromCheckpoint{.weights = checkpoint::Weights::open(folder / "model.safetensors"),
                                                 .prefix = std::string(Encoder::prefix),
                                                 .may_be_new = {"pooler", "classifier"}},
                       device));
  const at::NoGradGuard no_grad;
  for (const auto& [name, values] : record<Run>()["head"].items()) {
    at::Tensor tensor = model->named_parameters()[name];
    tensor.copy_(at::tensor(values.template get<std::vector<double>>()).view_as(tensor));
  }
  return model;
}

// All rows in each step, so that an evaluation after each epoch reports the loss of each step.
template <class Run>
FitResult recorded_run(std::int64_t micro_batch_size, Precision precision = Precision::float32,
                       const at::Device& device = at::kCPU) {
  const auto store = recorded_rows<Run>();
  std::vector<std::size_t> numbers(store.size());
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  const LabelledRows rows(store, numbers, record<Run>()["labels"].template get<std::vector<std::int64_t>>(), 0);
  const ClassificationObjective task(3, [](const ConfusionMatrix& counts) { return Scores{counts.accuracy(), {}}; });
  const TrainOptions options{.epochs = record<Run>()["steps"],
                             .batch_size = 12,
                             .micro_batch_size = micro_batch_size,
                             .clip_norm = record<Run>()["max_norm"],
                             .precision = precision,
                             .optim = {.lr = record<Run>()["lr"], .weight_decay = record<Run>()["weight_decay"]},
                             .schedule = {.kind = ScheduleKind::linear, .warmup = record<Run>()["warmup"]}};
  return fit(*recorded_model<Run>(device), task, rows, rows, options);
}

template <class Run>
void gives_recorded_losses(const at::Device& device) {
  for (const std::int64_t micro_batch_size : {0, 5}) {  // accumulated gradients, too
    const FitResult result = recorded_run<Run>(micro_batch_size, Precision::float32, device);
    REQUIRE(result.history.size() == 10);
    for (std::size_t i = 0; i < 10; ++i)
      CHECK(std::abs(result.history[i].train_loss - record<Run>()["losses"][i].template get<double>()) < 1e-5);
    CHECK(result.history.back().train_loss < 0.5 * result.history.front().train_loss);
  }
}

TEST_SUITE("train/parity") {
  TEST_CASE_TEMPLATE("the first ten losses equal those of python3-torch", Run, BertRun, DebertaRun) {
    gives_recorded_losses<Run>(at::kCPU);
  }
  TEST_CASE_TEMPLATE("and on a GPU", Run, BertRun, DebertaRun) {
    if (!hpo::test::has_gpu()) return;
    const hpo::test::ExactProducts exact;
    gives_recorded_losses<Run>(hpo::test::gpu);
    CHECK(recorded_run<Run>(0, Precision::bfloat16, hpo::test::gpu).history.back().train_loss <
          0.5 * recorded_run<Run>(0, Precision::bfloat16, hpo::test::gpu).history.front().train_loss);
  }
  TEST_CASE("bfloat16 products change the losses a little, and evaluations stay float32") {
    const FitResult exact = recorded_run<BertRun>(0), rough = recorded_run<BertRun>(0, Precision::bfloat16);
    double largest = 0.0;
    for (std::size_t i = 0; i < 10; ++i)
      largest = std::max(largest, std::abs(rough.history[i].train_loss - exact.history[i].train_loss));
    CHECK(largest > 1e-6);
    CHECK(largest < 0.05);
  }
}
}  // namespace
}  // namespace hpo::train

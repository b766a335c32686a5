// Everything of include/hpo/nn on a GPU against the same on the CPU, in float32. Dropout's masks are addressed, so that
// training passes can be compared as well. Skipped where there is no GPU.
#include <hpo/checkpoint/folder.hpp>
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/deberta.hpp>
#include <hpo/nn/encoders/distilbert.hpp>
#include <hpo/nn/encoders/electra.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/encoders/roberta.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/heads/span_head.hpp>
#include <hpo/nn/heads/token_classification_head.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/nn/model/loss.hpp>
#include <hpo/nn/models.hpp>
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/reinitialize.hpp>
#include <hpo/testing/tensors.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/ops/zeros_like.h>

#include "../gpu.hpp"

#include "../check.hpp"

namespace hpo::nn {
namespace {

// What a pass gives, on the CPU: its output at real tokens ("output"), and a gradient for each trained parameter.
using Numbers = std::map<std::string, at::Tensor>;

TokenBatch on(const at::Device& device, const TokenBatch& batch) {
  return {batch.input_ids.to(device), batch.attention_mask.to(device), batch.token_type_ids.to(device)};
}

// `real` has the output's shape but for ones, and is 0 where it does not count.
Numbers numbers_of(const torch::nn::Module& module, const at::Tensor& output, const at::Tensor& real) {
  for (const auto& parameter : module.parameters()) parameter.mutable_grad().reset();
  const at::Tensor counted = output.masked_fill(real.eq(0), 0);
  counted.mul(test::noise(output.sizes().vec(), 3).to(output.device())).sum().backward();
  Numbers numbers{{"output", counted.detach().cpu()}};
  for (const auto& parameter : module.named_parameters())
    if (parameter.value().grad().defined()) numbers.emplace(parameter.key(), parameter.value().grad().cpu());
  return numbers;
}

template <Encoder E>
Numbers pass_of(const E& encoder, const TokenBatch& batch, Pass pass) {
  DropoutStream stream(1, 2);
  if (pass.training) pass.dropout = &stream;
  return numbers_of(encoder, encoder.forward(batch, pass), batch.attention_mask.unsqueeze(-1));
}

// The largest gradient of all: differences are shares of it.
double scale_of(const Numbers& numbers) {
  double scale = 0.0;
  for (const auto& [name, tensor] : numbers)
    if (name != "output") scale = std::max(scale, test::largest(tensor));
  return scale;
}

struct Tolerance {
  double output = 1e-4, gradient = 1e-4;  // a gradient's is a share of the largest
};

void agree(const Numbers& got, const Numbers& expected, const Tolerance& tolerance = {}) {
  const double scale = scale_of(expected);
  CHECK(got.size() == expected.size());
  for (const auto& [name, tensor] : expected) {
    REQUIRE_MESSAGE(got.contains(name), name);
    const double limit = name == "output" ? tolerance.output : tolerance.gradient * scale;
    CHECK_MESSAGE(test::largest_difference(got.at(name), tensor) <= limit, name);
  }
}

std::optional<std::filesystem::path> find(const std::string& name) {
  if (std::filesystem::exists(test::fixture(name))) return test::fixture(name);
  return test::shared("fixtures/hf/" + name);
}

template <Encoder E>
std::shared_ptr<E> loaded(const checkpoint::ModelFolder& folder, const at::Device& device) {
  auto config = E::Config::parse(folder.config());
  if constexpr (PoolingEncoder<E>) config.pooler = folder.weights().contains("pooler.dense.weight");
  config.set_dropout(0.1);
  auto encoder = std::make_shared<E>(config);
  placement::place(*encoder, placement::FromCheckpoint{.weights = folder.weights(), .prefix = std::string(E::prefix)},
                   device);
  return encoder;
}

// Rows of several lengths, long enough for windows and buckets of positions; one that no row is padded in.
template <Encoder E>
std::vector<TokenBatch> batches_for(const E& encoder) {
  const std::int64_t length = std::min<std::int64_t>(encoder.max_length(), 40);
  const auto rows = [&](const std::vector<std::int64_t>& lengths) {
    return test::token_batch(lengths, length, encoder.vocab_size(), encoder.pad_id());
  };
  return {rows({length, length / 2, 1}), rows({length, length})};
}

template <Encoder E>
void encodes_as_the_cpu(const std::string& name) {
  const auto path = find(name);
  if (!path) return;
  CAPTURE(name);
  const auto folder = checkpoint::ModelFolder::open(*path);
  const auto cpu = loaded<E>(folder, at::kCPU), gpu = loaded<E>(folder, test::gpu);
  for (const TokenBatch& batch : batches_for(*cpu)) {
    const TokenBatch there = on(test::gpu, batch);
    agree(pass_of(*gpu, there, {}), pass_of(*cpu, batch, {}));
    const auto trained = pass_of(*gpu, there, {.training = true});
    agree(trained, pass_of(*cpu, batch, {.training = true}));
    agree(pass_of(*gpu, there, {.training = true, .checkpointing = true}), trained, {0.0, 1e-6});
    agree(pass_of(*gpu, there, {.training = true, .compute_dtype = at::kBFloat16}), trained, {0.3, 0.3});
    for (E* encoder : {cpu.get(), gpu.get()}) encoder->freeze({.embeddings = true, .layers = 1});
    const auto frozen = pass_of(*gpu, there, {.training = true});
    CHECK(frozen.size() < trained.size());
    agree(frozen, pass_of(*cpu, batch, {.training = true}));
    agree(pass_of(*gpu, there, {.training = true, .checkpointing = true}), frozen, {0.0, 1e-6});
    for (E* encoder : {cpu.get(), gpu.get()})
      for (at::Tensor& parameter : encoder->parameters()) parameter.set_requires_grad(true);
  }
}

template <Head H>
void heads_agree(const typename H::Options& options) {
  constexpr std::int64_t width = 12;
  const auto numbers = [&](const at::Device& device) {
    H head(options, width);
    placement::place(head, placement::Reinitialize{.names = {"*"}, .seed = 7}, device);
    const TokenBatch batch = on(device, test::token_batch({6, 3, 1}, 6, 20, 0));
    DropoutStream stream(1, 2);
    const at::Tensor logits =
        head.forward(test::noise({3, 6, width}).to(device), batch, {.training = true, .dropout = &stream});
    return numbers_of(head, logits, logits.gt(-1e30));  // the lowest number is padding's
  };
  agree(numbers(test::gpu), numbers(at::kCPU), {1e-5, 1e-5});
}

// Loads a whole-model folder onto the GPU; its logits, on the CPU again.
template <class Model>
at::Tensor logits_of(const checkpoint::ModelFolder& folder, const TokenBatch& batch,
                     const typename Model::HeadType::Options& options) {
  Model model(Model::EncoderType::Config::parse(folder.config()), options);
  placement::place(
      model, placement::FromCheckpoint{.weights = folder.weights(), .prefix = std::string(Model::EncoderType::prefix)},
      test::gpu);
  return model.forward(on(test::gpu, batch), {}).detach().cpu();
}

TEST_SUITE("nn/cuda") {
  TEST_CASE("each family's states and gradients: evaluated, trained, checkpointed, frozen in part") {
    if (!test::has_gpu()) return;
    const test::ExactProducts exact;
    for (const char* name : {"models/bert", "models/bert-mini", "models/bert-gelu_new-nopooler"})
      encodes_as_the_cpu<BertEncoder>(name);
    for (const char* name : {"models/roberta", "models/xlm-roberta"}) encodes_as_the_cpu<RobertaEncoder>(name);
    for (const char* name : {"models/electra", "models/electra-noproj"}) encodes_as_the_cpu<ElectraEncoder>(name);
    encodes_as_the_cpu<DistilBertEncoder>("models/distilbert");
    for (const char* name :
         {"models/deberta-v3", "models/deberta-v2-noshare", "models/deberta-v2-c2p", "models/deberta-v2-conv"})
      encodes_as_the_cpu<DebertaEncoder>(name);
    for (const char* name : {"models/modernbert", "models/modernbert-bias"})
      encodes_as_the_cpu<ModernBertEncoder>(name);
  }

  TEST_CASE("heads: every pooling and depth, spans, labels of tokens, with a transform and without") {
    if (!test::has_gpu()) return;
    const test::ExactProducts exact;
    const HeadTransformOptions transform{.activation = "gelu", .bias = true, .norm_bias = true};
    for (const Pooling pooling : {Pooling::cls, Pooling::mean, Pooling::max, Pooling::pooler})
      for (const std::int64_t layers : {1, 3})
        heads_agree<ClassificationHead>({.num_labels = 4, .pooling = pooling, .layers = layers, .width = 7});
    heads_agree<ClassificationHead>({.num_labels = 4, .pooling = Pooling::mean, .transform = transform});
    heads_agree<SpanHead>({.dropout = 0.2});
    heads_agree<SpanHead>({.dropout = 0.2, .transform = transform});
    heads_agree<TokenClassificationHead>({.num_labels = 5, .dropout = 0.2});
  }

  TEST_CASE("whole models of the reference give its logits") {
    if (!test::has_gpu()) return;
    const test::ExactProducts exact;
    for (const char* family : {"bert", "roberta", "xlm-roberta", "electra", "distilbert", "deberta-v3", "modernbert"})
      for (const char* task : {"sequenceclassification", "questionanswering"}) {
        if (std::string(family) == "modernbert" && std::string(task) == "questionanswering") continue;  // not recorded
        const auto path = find(concat("heads/", family, "-", task));
        if (!path) continue;
        CAPTURE(path->string());
        const auto folder = checkpoint::ModelFolder::open(*path);
        const auto recorded = checkpoint::SafetensorsFile::open(*path / "fixture.safetensors");
        TokenBatch batch{recorded.read("input_ids"), recorded.read("attention_mask")};
        batch.token_type_ids =
            recorded.contains("token_type_ids") ? recorded.read("token_type_ids") : at::zeros_like(batch.input_ids);
        const auto type = folder.config().at("model_type").get<std::string>();
        if (recorded.contains("logits")) {
          const at::Tensor logits = visit_model(ModelsOf<ClassificationHead>{}, type, [&]<class Model>() {
            return logits_of<Model>(folder, batch, sequence_classification(folder.config()));
          });
          CHECK(test::largest_difference(logits, recorded.read("logits")) < 1e-4);
          continue;
        }
        const at::Tensor logits = visit_model(ModelsOf<SpanHead>{}, type, [&]<class Model>() {
          return logits_of<Model>(folder, batch, question_answering(folder.config()));
        });
        const at::Tensor padded = batch.attention_mask.eq(0);
        for (const auto& [side, name] : {std::pair(0, "start_logits"), std::pair(1, "end_logits")})
          CHECK(test::largest_difference(logits.select(2, side).masked_fill(padded, 0),
                                         recorded.read(name).masked_fill(padded, 0)) < 1e-4);
      }
  }

  TEST_CASE("a dropout mask is the same bits on every device") {
    if (!test::has_gpu()) return;
    DropoutStream stream(3, 0);
    for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kDouble})
      for (const std::int64_t count : {1, 3, 4, 4099, 40001}) {
        const detail::DropoutMask mask(stream.next(), 0.3);
        const at::Tensor x = test::noise({count}, 4).to(type);
        CHECK(mask(x.to(test::gpu)).cpu().equal(mask(x)));
      }
  }

  TEST_CASE("losses") {
    if (!test::has_gpu()) return;
    const at::Tensor logits = test::noise({5, 3}), labels = at::tensor({0, 2, 1, 1, 0}, at::kLong);
    const at::Tensor weights = at::tensor({1.0F, 2.0F, 0.5F}), spans = test::noise({4, 6, 2}, 2);
    const at::Tensor starts = at::tensor({0, 5, -1, 6}, at::kLong), ends = at::tensor({1, 5, 2, 9}, at::kLong);
    const auto there = [](const at::Tensor& x) { return x.to(test::gpu); };
    CHECK(test::largest_difference(classification_loss(there(logits), there(labels), there(weights), 0.1).cpu(),
                                   classification_loss(logits, labels, weights, 0.1)) < 1e-6);
    CHECK(test::largest_difference(span_loss(there(spans), there(starts), there(ends)).cpu(),
                                   span_loss(spans, starts, ends)) < 1e-6);
  }
}

}  // namespace
}  // namespace hpo::nn

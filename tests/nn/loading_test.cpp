// Loading as users meet it: files of older versions, of other tasks, with too much or too little in them, in other
// types. All fixtures hold the weights of models/bert-mini, whose outputs are recorded.
#include <hpo/checkpoint/folder.hpp>
#include <hpo/checkpoint/safetensors_writer.hpp>
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/electra.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/heads/span_head.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/testing/tensors.hpp>

#include <algorithm>

#include "../check.hpp"

namespace hpo::nn {
namespace {

using Names = std::vector<std::string>;
using Classifier = TaskModel<BertEncoder, ClassificationHead>;

checkpoint::ModelFolder folder(const std::string& name) {
  return checkpoint::ModelFolder::open(test::fixture("models/" + name));
}

BertConfig config_of(const checkpoint::ModelFolder& from, bool pooler = true) {
  auto config = BertConfig::parse(from.config());
  config.pooler = pooler;
  return config;
}

placement::FromCheckpoint policy(const checkpoint::ModelFolder& from, Names may_be_new = {}) {
  return {.weights = from.weights(), .prefix = "bert", .may_be_new = std::move(may_be_new)};
}

// How far the states of real tokens are from those recorded for bert-mini.
double off(const BertEncoder& encoder) {
  const auto recorded = checkpoint::SafetensorsFile::open(test::fixture("models/bert-mini/fixture.safetensors"));
  const TokenBatch batch{recorded.read("input_ids"), recorded.read("attention_mask"), recorded.read("token_type_ids")};
  const at::Tensor padded = batch.attention_mask.eq(0).unsqueeze(-1);
  return test::largest_difference(encoder.forward(batch, {}).masked_fill(padded, 0),
                                  recorded.read("last_hidden_state").masked_fill(padded, 0));
}

template <class Module>
std::string refusal(Module& module, const placement::FromCheckpoint& how) {
  try {
    static_cast<void>(placement::place(module, how, at::kCPU));
    return "loaded";
  } catch (const Error& error) {
    for (const auto& parameter : module.named_parameters()) CHECK_MESSAGE(parameter.value().is_meta(), parameter.key());
    return error.what();
  }
}

Names sorted(Names names) {
  std::ranges::sort(names);
  return names;
}

TEST_SUITE("nn/loading") {
  TEST_CASE("a pre-training file of an older version: prefix, gamma and beta, position ids, other heads") {
    const auto legacy = folder("bert-legacy-pretraining");
    CHECK(legacy.weights().contains("bert.embeddings.LayerNorm.gamma"));
    BertEncoder encoder(config_of(legacy));
    const auto report = placement::place(encoder, policy(legacy), at::kCPU);
    CHECK(sorted(report.unexpected) ==
          Names{"cls.predictions.bias", "cls.predictions.transform.LayerNorm.beta",
                "cls.predictions.transform.LayerNorm.gamma", "cls.predictions.transform.dense.bias",
                "cls.predictions.transform.dense.weight", "cls.seq_relationship.bias", "cls.seq_relationship.weight"});
    CHECK(report.initialized.empty());
    CHECK(off(encoder) < 1e-5);
  }

  TEST_CASE("an encoder's file into a task model: the head alone is new, and listed") {
    const auto mini = folder("bert-mini");
    Classifier model(config_of(mini), {});
    const auto report = placement::place(model, policy(mini, {"classifier"}), at::kCPU);
    CHECK(sorted(report.initialized) == Names{"classifier.bias", "classifier.weight"});
    CHECK(report.unexpected == Names{"pooler.dense.bias", "pooler.dense.weight"});  // this model has none
    CHECK(off(model.encoder()) < 1e-5);
    Classifier without(config_of(mini), {});
    CHECK(refusal(without, policy(mini)).find("2 of 39 tensors are not in it (classifier.weight, classifier.bias)") !=
          std::string::npos);
  }

  TEST_CASE("a task model's file into an encoder: the head is listed as unexpected") {
    const auto task = checkpoint::ModelFolder::open(test::fixture("heads/bert-questionanswering"));
    auto config = BertConfig::parse(task.config());
    BertEncoder encoder(config);
    const auto report = placement::place(encoder, policy(task), at::kCPU);
    CHECK(sorted(report.unexpected) == Names{"qa_outputs.bias", "qa_outputs.weight"});
    CHECK(report.filled.size() + 2 == task.weights().size());
    CHECK(test::largest_difference(encoder.named_parameters()["encoder.layer.0.output.dense.weight"],
                                   task.weights().read("bert.encoder.layer.0.output.dense.weight")) == 0.0);
    // and into the model of another task: its head is new
    Classifier model(config, {});
    const auto moved = placement::place(model, policy(task, {"classifier"}), at::kCPU);
    CHECK(sorted(moved.initialized) == Names{"classifier.bias", "classifier.weight"});
    CHECK(sorted(moved.unexpected) == Names{"qa_outputs.bias", "qa_outputs.weight"});
  }

  TEST_CASE("ModernBERT's prefix is the word model: files of the encoder and of a task model, either way") {
    const auto task = checkpoint::ModelFolder::open(test::fixture("heads/modernbert-sequenceclassification"));
    ModernBertEncoder encoder(ModernBertConfig::parse(task.config()));
    const auto report =
        placement::place(encoder, placement::FromCheckpoint{.weights = task.weights(), .prefix = "model"}, at::kCPU);
    CHECK(sorted(report.unexpected) ==
          Names{"classifier.bias", "classifier.weight", "head.dense.weight", "head.norm.weight"});
    const auto plain = folder("modernbert-bias");
    const auto head = sequence_classification(plain.config());
    TaskModel<ModernBertEncoder, ClassificationHead> model(ModernBertConfig::parse(plain.config()), head);
    const auto grown = placement::place(
        model,
        placement::FromCheckpoint{.weights = plain.weights(), .prefix = "model", .may_be_new = {"head", "classifier"}},
        at::kCPU);
    CHECK(grown.unexpected.empty());
    CHECK(grown.initialized.size() == 5);  // a layer without bias, a norm and a layer with one
  }

  TEST_CASE("a file without the pooler: an error for who needs it, new where it may be, no matter without one") {
    const auto lacking = folder("bert-missing-pooler");
    BertEncoder needs(config_of(lacking));
    CHECK(refusal(needs, policy(lacking))
              .find("2 of 39 tensors are not in it (pooler.dense.weight, pooler.dense.bias)") != std::string::npos);
    BertEncoder renews(config_of(lacking));
    const auto report = placement::place(renews, policy(lacking, {"pooler"}), at::kCPU);
    CHECK(sorted(report.initialized) == Names{"pooler.dense.bias", "pooler.dense.weight"});
    const at::Tensor weight = renews.named_parameters()["pooler.dense.weight"];
    CHECK(std::abs(weight.std().item<double>() - 0.02) < 0.003);
    BertEncoder without(config_of(lacking, false));
    CHECK(placement::place(without, policy(lacking), at::kCPU).initialized.empty());
    for (const auto* encoder : {&renews, &without}) CHECK(off(*encoder) < 1e-5);
  }

  TEST_CASE("one weight of the encoder missing is an error that names it, whatever head may be new") {
    const auto lacking = folder("bert-missing-one");
    Classifier model(config_of(lacking), {.pooling = Pooling::pooler});
    const std::string message = refusal(model, policy(lacking, {"classifier", "bert.pooler"}));
    CHECK(message.find("1 of 41 tensors are not in it (bert.encoder.layer.1.attention.self.key.weight)") !=
          std::string::npos);
    CHECK(message.find("bert-missing-one") != std::string::npos);
    CHECK(message.find("may_be_new") != std::string::npos);
    BertEncoder lenient(config_of(lacking));
    const auto report =
        placement::place(lenient, policy(lacking, {"encoder.layer.1.attention.self.key.weight"}), at::kCPU);
    CHECK(report.initialized == Names{"encoder.layer.1.attention.self.key.weight"});
    CHECK(test::largest_difference(lenient.named_parameters()["encoder.layer.1.attention.self.key.bias"],
                                   lacking.weights().read("encoder.layer.1.attention.self.key.bias")) == 0.0);
  }

  TEST_CASE("tensors that the model lacks are listed and change nothing") {
    const auto more = folder("bert-unexpected");
    BertEncoder encoder(config_of(more));
    const auto report = placement::place(encoder, policy(more), at::kCPU);
    CHECK(sorted(report.unexpected) == Names{"encoder.layer.7.output.dense.bias", "something.else"});
    CHECK(report.to_string().find("something.else") != std::string::npos);
    CHECK(off(encoder) < 1e-5);
  }

  TEST_CASE("a tensor of another shape is an error with both shapes") {
    const auto other = folder("bert-shape-mismatch");
    BertEncoder encoder(config_of(other));
    CHECK(refusal(encoder, policy(other))
              .find("embeddings.position_embeddings.weight: expected shape [48, 32], got [40, 32]") !=
          std::string::npos);
  }

  TEST_CASE("weights stored in bfloat16 and float16 fill a float32 model with the stored values") {
    const auto coarse = folder("bert-bf16");
    CHECK(coarse.weights().entry("embeddings.LayerNorm.weight").dtype.name == std::string_view("BF16"));
    const auto loaded = [](const checkpoint::ModelFolder& from) {
      auto encoder = std::make_unique<BertEncoder>(config_of(from));
      static_cast<void>(placement::place(*encoder, policy(from), at::kCPU));
      for (const auto& parameter : encoder->named_parameters()) {
        CHECK((parameter.value().scalar_type() == at::kFloat));
        CHECK_MESSAGE(
            test::largest_difference(parameter.value(), from.weights().read(parameter.key()).to(at::kFloat)) == 0.0,
            parameter.key());
      }
      return off(*encoder);
    };
    const double rounded = loaded(coarse);
    CHECK(rounded > 1e-3);
    CHECK(rounded < 0.03);  // 0.024 in the reference

    const test::TemporaryFolder half;
    checkpoint::NamedTensors tensors;
    const auto mini = folder("bert-mini");
    for (const auto& name : mini.weights().names()) tensors.emplace_back(name, mini.weights().read(name).to(at::kHalf));
    checkpoint::write_safetensors(half / "model.safetensors", tensors);
    std::filesystem::copy_file(mini.path() / "config.json", half / "config.json");
    const double rounded_less = loaded(checkpoint::ModelFolder::open(half.path()));
    CHECK(rounded_less > 0.0);
    CHECK(rounded_less < 0.005);
  }

  TEST_CASE("a file without metadata, and one in shards, load like any other") {
    for (const char* name : {"bert-no-metadata", "bert-sharded"}) {
      CAPTURE(name);
      const auto stored = folder(name);
      BertEncoder encoder(config_of(stored));
      const auto report = placement::place(encoder, policy(stored), at::kCPU);
      CHECK(report.unexpected.empty());
      CHECK(report.filled.size() == 39);
      CHECK(off(encoder) < 1e-5);
    }
    CHECK(folder("bert-sharded").weights().files().size() == 4);
  }

  TEST_CASE("a file of another family is refused, and its names are shown") {
    const auto mini = folder("bert-mini");
    ElectraEncoder electra(ElectraConfig::parse(folder("electra").config()));
    CHECK(refusal(electra, {.weights = mini.weights(), .prefix = "electra"}) != "loaded");
    ModernBertEncoder modern(ModernBertConfig::parse(folder("modernbert-bias").config()));
    const std::string message = refusal(modern, {.weights = mini.weights(), .prefix = "model"});
    CHECK(message.find("it has 38 that no tensor takes (") != std::string::npos);
  }
}

}  // namespace
}  // namespace hpo::nn

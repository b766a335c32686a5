// The numbers of the reference: outputs, losses and gradients recorded from tiny random models (tests/fixtures).
// Only real tokens are compared: what a model leaves at padding differs between versions of the reference too.
#include <hpo/checkpoint/folder.hpp>
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/deberta.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/encoders/roberta.hpp>
#include <hpo/nn/heads/span_head.hpp>
#include <hpo/nn/heads/token_classification_head.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/nn/models.hpp>
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/testing/tensors.hpp>

#include "../../check.hpp"

namespace hpo::nn {
namespace {

struct Fixture {
  checkpoint::ModelFolder folder;
  checkpoint::SafetensorsFile recorded;
  TokenBatch batch;
  at::Tensor real;  // [B, T, 1], true at real tokens

  explicit Fixture(const std::filesystem::path& path)
      : folder(checkpoint::ModelFolder::open(path)),
        recorded(checkpoint::SafetensorsFile::open(path / "fixture.safetensors")),
        batch{recorded.read("input_ids"), recorded.read("attention_mask")},
        real(batch.attention_mask.ne(0).unsqueeze(-1)) {
    if (recorded.contains("token_type_ids")) batch.token_type_ids = recorded.read("token_type_ids");
  }

  // Largest difference at real tokens.
  double off(const at::Tensor& got, const std::string& name) const {
    return test::largest_difference(got.masked_fill(real.logical_not(), 0),
                                    recorded.read(name).masked_fill(real.logical_not(), 0));
  }
};

// A folder of the repository, or of the larger collection beside the checkout; nothing if neither has it.
std::optional<std::filesystem::path> find(const std::string& name) {
  if (std::filesystem::exists(test::fixture(name))) return test::fixture(name);
  return test::shared("fixtures/hf/" + name);
}

template <Encoder E>
void check_gradients(const Fixture& fixture, const E& encoder, const std::string& prefix, const at::Tensor& loss) {
  double scale = 0;
  for (const auto& name : fixture.recorded.names())
    if (name.starts_with(prefix)) scale = std::max(scale, test::largest(fixture.recorded.read(name)));
  for (const auto& parameter : encoder.parameters()) parameter.mutable_grad().reset();
  loss.backward();
  for (const auto& parameter : encoder.named_parameters()) {
    const at::Tensor gradient = parameter.value().grad();
    const std::string name = prefix + parameter.key();
    const bool recorded = fixture.recorded.contains(name);
    if (prefix == "grad/") CHECK_MESSAGE(gradient.defined() == recorded, name);
    if (recorded)
      CHECK_MESSAGE(test::largest_difference(gradient, fixture.recorded.read(name)) < 1e-5 + 1e-4 * scale, name);
  }
}

template <Encoder E>
void equals_reference(const std::string& name) {
  const auto path = find(name);
  if (!path) return;
  const Fixture fixture(*path);
  auto config = E::Config::parse(fixture.folder.config());
  if constexpr (PoolingEncoder<E>) config.pooler = fixture.folder.weights().contains("pooler.dense.weight");
  E encoder(config);
  const auto report = placement::place(
      encoder, placement::FromCheckpoint{.weights = fixture.folder.weights(), .prefix = std::string(E::prefix)},
      at::kCPU);
  CHECK(report.unexpected.empty());

  const auto states = encoder.hidden_states(fixture.batch, {});
  for (std::size_t i = 0; i + 1 < states.size(); ++i)
    if (const std::string recorded = concat("hidden_states.", i); fixture.recorded.contains(recorded))
      CHECK_MESSAGE(fixture.off(states[i], recorded) < 1e-5, recorded);
  CHECK(fixture.off(states.back(), "last_hidden_state") < 1e-5);

  const at::Tensor mask = fixture.batch.attention_mask.unsqueeze(-1).to(at::kFloat);
  const at::Tensor count = mask.sum();
  const at::Tensor loss =
      encoder.forward(fixture.batch, {}).square().mul(mask).sum().div(count.mul(encoder.hidden_size()));
  CHECK(test::largest_difference(loss, fixture.recorded.read("loss").squeeze()) < 1e-5);
  check_gradients(fixture, encoder, "grad/", loss);

  const at::Tensor hidden = encoder.forward(fixture.batch, {});
  at::Tensor projected = hidden.mul(fixture.recorded.read("proj")).mul(mask).sum().div(count);
  bool pooled = false;
  if constexpr (PoolingEncoder<E>) {
    pooled = config.pooler;
    if (pooled) {
      const at::Tensor output = encoder.pool(hidden, {});
      CHECK(test::largest_difference(output, fixture.recorded.read("pooler_output")) < 1e-5);
      projected = projected.add(output.mul(fixture.recorded.read("proj_pool")).sum().div(fixture.batch.rows()));
    }
  }
  CHECK(pooled == fixture.recorded.contains("pooler_output"));
  CHECK(test::largest_difference(projected, fixture.recorded.read("loss_proj").squeeze()) < 1e-5);
  check_gradients(fixture, encoder, "gproj/", projected);
}

// Loads a whole-model folder into the model that its config asks for.
template <class Model>
at::Tensor logits_of(const Fixture& fixture, const typename Model::HeadType::Options& options) {
  Model model(Model::EncoderType::Config::parse(fixture.folder.config()), options);
  const auto report = placement::place(
      model,
      placement::FromCheckpoint{.weights = fixture.folder.weights(), .prefix = std::string(Model::EncoderType::prefix)},
      at::kCPU);
  CHECK(report.unexpected.empty());
  CHECK(report.filled.size() == fixture.folder.weights().size());
  return model.forward(fixture.batch, {});
}

std::string model_type(const Fixture& fixture) {
  return fixture.folder.config().at("model_type").get<std::string>();
}

TEST_SUITE("nn/encoders/parity") {
  TEST_CASE("BERT gives the reference's states, losses and gradients") {
    for (const char* name : {"models/bert", "models/bert-mini", "models/bert-gelu_new-nopooler"}) {
      CAPTURE(name);
      equals_reference<BertEncoder>(name);
    }
  }
  TEST_CASE("RoBERTa and XLM-R give the reference's states, losses and gradients") {
    for (const char* name : {"models/roberta", "models/xlm-roberta"}) {
      CAPTURE(name);
      equals_reference<RobertaEncoder>(name);
    }
  }
  TEST_CASE("ELECTRA gives the reference's states, losses and gradients, its tables narrow or wide") {
    for (const char* name : {"models/electra", "models/electra-noproj"}) {
      CAPTURE(name);
      equals_reference<ElectraEncoder>(name);
    }
  }
  TEST_CASE("DistilBERT gives the reference's states, losses and gradients; its stored position table wins") {
    equals_reference<DistilBertEncoder>("models/distilbert");
  }
  TEST_CASE("DeBERTa gives the reference's states, losses and gradients: both versions, own and shared projections") {
    for (const char* name :
         {"models/deberta-v3", "models/deberta-v2-noshare", "models/deberta-v2-c2p", "models/deberta-v2-conv"}) {
      CAPTURE(name);
      equals_reference<DebertaEncoder>(name);
    }
  }

  TEST_CASE("ModernBERT gives the reference's states, losses and gradients, with biases and without") {
    for (const char* name : {"models/modernbert", "models/modernbert-bias"}) {
      CAPTURE(name);
      equals_reference<ModernBertEncoder>(name);
    }
  }

  TEST_CASE("classification folders of the reference give its logits") {
    for (const char* name : {"bert", "roberta", "xlm-roberta", "electra", "distilbert", "deberta-v3", "modernbert"}) {
      CAPTURE(name);
      const auto path = find(concat("heads/", name, "-sequenceclassification"));
      if (!path) continue;
      const Fixture fixture(*path);
      const at::Tensor logits = visit_model(ModelsOf<ClassificationHead>{}, model_type(fixture), [&]<class Model>() {
        return logits_of<Model>(fixture, sequence_classification(fixture.folder.config()));
      });
      CHECK(test::largest_difference(logits, fixture.recorded.read("logits")) < 1e-5);
    }
  }
  TEST_CASE("question answering folders of the reference give its logits") {
    for (const char* name : {"bert", "roberta", "xlm-roberta", "electra", "distilbert", "deberta-v3"}) {
      CAPTURE(name);
      const auto path = find(concat("heads/", name, "-questionanswering"));
      if (!path) continue;
      const Fixture fixture(*path);
      const at::Tensor logits = visit_model(ModelsOf<SpanHead>{}, model_type(fixture), [&]<class Model>() {
        return logits_of<Model>(fixture, question_answering(fixture.folder.config()));
      });
      for (const auto& [side, recorded] : {std::pair(0, "start_logits"), std::pair(1, "end_logits")}) {
        const at::Tensor padded = fixture.batch.attention_mask.eq(0);
        CHECK(test::largest_difference(logits.select(2, side).masked_fill(padded, 0),
                                       fixture.recorded.read(recorded).masked_fill(padded, 0)) < 1e-5);
      }
    }
  }
  TEST_CASE("token classification folders of the reference give its logits") {
    for (const char* name : {"bert", "distilbert"}) {
      CAPTURE(name);
      const auto path = find(concat("heads/", name, "-tokenclassification"));
      if (!path) continue;
      const Fixture fixture(*path);
      const at::Tensor logits = visit_model(
          ModelsOf<TokenClassificationHead>{}, model_type(fixture),
          [&]<class Model>() { return logits_of<Model>(fixture, token_classification(fixture.folder.config())); });
      CHECK(fixture.off(logits, "logits") < 1e-5);
    }
  }
}

}  // namespace
}  // namespace hpo::nn

// Mirrors include/hpo/nn/model/task_model.hpp, models.hpp, loss.hpp.
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/heads/span_head.hpp>
#include <hpo/nn/model/loss.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/nn/models.hpp>
#include <hpo/testing/encoder_contract.hpp>

#include <cmath>

#include <ATen/ops/linear.h>

#include "../../check.hpp"

namespace hpo::nn {
namespace {

// The least a user writes: an encoder that looks ids up, and a head that owns its tensor itself.
struct Lookup : torch::nn::Module {
  struct Config {
    std::int64_t width = 6;
    static Config parse(const Json&, std::string_view) { return {}; }
  };
  static constexpr std::array model_types{std::string_view("lookup")};
  static constexpr std::string_view prefix = "lookup";
  Lookup(const Config& config, const at::TensorOptions& tensors)
      : width(config.width),
        table(register_module("table", std::make_shared<Embedding>(40, width, Embedding::Options{}, tensors))) {}
  at::Tensor forward(const TokenBatch& batch, const Pass&) const { return table->forward(batch.input_ids); }
  std::int64_t hidden_size() const { return width; }
  std::int64_t max_length() const { return 1000; }
  std::int64_t vocab_size() const { return 40; }
  std::int64_t pad_id() const { return 0; }
  std::int64_t width;
  std::shared_ptr<Embedding> table;
};
struct Direction : torch::nn::Module, placement::SelfInitializing {
  struct Options {};
  Direction(const Options&, std::int64_t width, const at::TensorOptions& tensors)
      : weight(register_parameter("direction", at::empty({1, width}, tensors))) {}
  at::Tensor forward(const at::Tensor& hidden, const TokenBatch&, const Pass&) const {
    return at::linear(hidden.mean(1), weight);
  }
  std::int64_t input_width() const { return weight.size(1); }
  void initialize_own(const std::string&, at::Tensor& tensor, PhiloxStream&) override { tensor.fill_(1.0); }
  at::Tensor weight;
};

BertConfig tiny() {
  BertConfig config;
  config.vocab_size = 40;
  config.hidden_size = 8;
  config.num_hidden_layers = 1;
  config.num_attention_heads = 2;
  config.intermediate_size = 16;
  config.max_position_embeddings = 16;
  config.initializer_range = 0.3;
  return config;
}

TEST_SUITE("nn/model/task_model") {
  TEST_CASE("the registry has the names of whole-model checkpoints, and nothing else") {
    const TaskModel<BertEncoder, ClassificationHead> model(tiny(), {});
    const auto names = model.named_parameters();
    CHECK(names.contains("bert.embeddings.word_embeddings.weight"));
    CHECK(names.contains("bert.encoder.layer.0.attention.self.query.weight"));
    CHECK(names.contains("classifier.weight"));
    CHECK(!names.contains("bert.pooler.dense.weight"));
    CHECK(names.size() == 5 + 16 + 2);
    const TaskModel<RobertaEncoder, SpanHead> spans(RobertaConfig{}, {});
    CHECK(spans.named_parameters().contains("roberta.embeddings.LayerNorm.weight"));
    CHECK(spans.named_parameters().contains("qa_outputs.weight"));
  }

  TEST_CASE("an encoder and a head of a user's own, with a tensor at the root, go through the whole template") {
    using Model = TaskModel<Lookup, Direction>;
    const auto model = test::initialized<Model>(7, Lookup::Config{.width = 5}, Direction::Options{});
    CHECK(model->named_parameters().contains("direction"));
    CHECK(model->head().weight.is_same(model->named_parameters()["direction"]));
    CHECK(test::largest_difference(model->head().weight, at::ones({1, 5})) == 0.0);
    const at::Tensor logits = model->forward(test::token_batch({3, 3}, 3, 40, 0), {});
    CHECK(logits.sizes() == at::IntArrayRef({2, 1}));
    logits.sum().backward();
    CHECK(model->head().weight.grad().defined());
    CHECK(model->encoder().table->weight.grad().defined());
  }

  TEST_CASE("a head of another width is refused with both widths") {
    const auto encoder = std::make_shared<BertEncoder>(tiny());
    const auto head = std::make_shared<ClassificationHead>(ClassificationOptions{}, 256);
    using Model = TaskModel<BertEncoder, ClassificationHead>;
    CHECK_THROWS_WITH_AS(Model(encoder, head), "TaskModel: the encoder gives 8 features, the head expects 256",
                         ShapeError);
  }

  TEST_CASE("a head that wants the pooler gets an encoder that has one, and its logits come from it") {
    using Model = TaskModel<BertEncoder, ClassificationHead>;
    const auto model =
        test::initialized<Model>(7, tiny(), ClassificationOptions{.pooling = Pooling::pooler, .dropout = 0.0});
    REQUIRE(model->encoder().has_pooler());
    const auto batch = test::token_batch({5, 3}, 5, 40, 0);
    const at::Tensor hidden = model->encoder().forward(batch, {});
    const at::Tensor expected = model->head().classify(model->encoder().pool(hidden, {}), {});
    CHECK(test::largest_difference(model->forward(batch, {}), expected) == 0.0);
    CHECK(test::largest_difference(model->forward(batch, {}), model->head().forward(hidden, batch, {})) > 0.0);
    model->forward(batch, {}).mul(test::noise({2, 2})).sum().backward();
    CHECK(test::largest(model->named_parameters()["bert.pooler.dense.weight"].grad()) > 0.0);

    using NoPooler = TaskModel<Lookup, ClassificationHead>;
    CHECK_THROWS_WITH_AS(NoPooler(Lookup::Config{}, {.pooling = Pooling::pooler}),
                         "head.pooling: expected cls, mean or max (lookup encoders have no pooler), got pooler",
                         ConfigError);
  }

  TEST_CASE("two joined by hand pool as their options say") {
    auto config = tiny();
    config.pooler = true;
    const auto encoder = test::initialized<BertEncoder>(7, config);
    const auto head =
        test::initialized<ClassificationHead>(7, ClassificationOptions{.pooling = Pooling::pooler}, std::int64_t{8});
    const TaskModel<BertEncoder, ClassificationHead> model(encoder, head);
    const auto batch = test::token_batch({5, 3}, 5, 40, 0);
    const at::Tensor pooled = encoder->pool(encoder->forward(batch, {}), {});
    CHECK(test::largest_difference(model.forward(batch, {}), head->classify(pooled, {})) == 0.0);
    const auto without = std::make_shared<BertEncoder>(tiny());
    using Model = TaskModel<BertEncoder, ClassificationHead>;
    CHECK_THROWS_WITH_AS(Model(without, head),
                         "TaskModel: the head reads the encoder's pooler, the encoder was built without one",
                         ConfigError);
    using NoPooler = TaskModel<Lookup, ClassificationHead>;
    CHECK_THROWS_AS(NoPooler(std::make_shared<Lookup>(Lookup::Config{.width = 8}, on_meta()), head), ConfigError);
  }

  TEST_CASE("the logits of a row do not depend on padding, and bfloat16 leaves them in float32") {
    using Model = TaskModel<RobertaEncoder, ClassificationHead>;
    RobertaConfig config;
    static_cast<PostNormConfig&>(config) = tiny();
    config.pad_token_id = 1;
    for (const Pooling pooling : {Pooling::cls, Pooling::mean, Pooling::max}) {
      const auto model = test::initialized<Model>(7, config, ClassificationOptions{.pooling = pooling});
      const at::Tensor narrow = model->forward(test::token_batch({6, 4}, 6, 40, 1), {});
      CHECK(test::largest_difference(narrow, model->forward(test::token_batch({6, 4}, 11, 40, 1), {})) < 1e-5);
      const at::Tensor coarse = model->forward(test::token_batch({6, 4}, 6, 40, 1), {.compute_dtype = at::kBFloat16});
      CHECK((coarse.scalar_type() == at::kFloat));
      CHECK(test::largest_difference(narrow, coarse) < 0.05);
    }
  }

  TEST_CASE("a few steps against the gradient fit four rows") {
    using Model = TaskModel<BertEncoder, ClassificationHead>;
    const auto model = test::initialized<Model>(7, tiny(), ClassificationOptions{.num_labels = 2});
    const auto batch = test::token_batch({5, 6, 4, 3}, 6, 40, 0);
    const at::Tensor labels = at::tensor({0, 1, 1, 0}, at::kLong);
    DropoutStream stream(1, 1);
    for (int step = 0; step < 60; ++step) {
      model->zero_grad();
      classification_loss(model->forward(batch, {.training = true, .dropout = &stream}), labels).backward();
      const at::NoGradGuard no_grad;
      for (auto& parameter : model->parameters()) parameter.sub_(parameter.grad(), 0.1);
    }
    CHECK(classification_loss(model->forward(batch, {}), labels).item<double>() < 0.2);
  }

  TEST_CASE("model_type picks the model, an unknown one is answered with the known") {
    using Models = ModelsOf<SpanHead>;
    CHECK(visit_model(Models{}, "bert", []<class M>() { return std::string(M::EncoderType::prefix); }) == "bert");
    CHECK(visit_model(Models{}, "xlm-roberta", []<class M>() { return std::string(M::EncoderType::prefix); }) ==
          "roberta");
    bool visited = false;
    visit_model(Models{}, "roberta",
                [&]<class M>() { visited = std::same_as<M, TaskModel<RobertaEncoder, SpanHead>>; });
    CHECK(visited);
    CHECK_THROWS_WITH_AS(
        visit_model(
            ModelsOf<SpanHead, TypeList<BertEncoder, RobertaEncoder>>{}, "robert", []<class M>() {}, "m/config.json"),
        "m/config.json: model_type: no model is called 'robert'; did you mean 'roberta'?; known: bert, roberta, "
        "xlm-roberta",
        CheckpointError);
  }

  TEST_CASE("the classification loss is the mean cross entropy, with weights and smoothing where asked") {
    const at::Tensor logits = at::tensor({2.0, 0.0, 0.0, 1.0}, at::kDouble).view({2, 2});
    const at::Tensor labels = at::tensor({0, 0}, at::kLong);
    const double first = std::log1p(std::exp(-2.0)), second = std::log1p(std::exp(1.0));
    CHECK(std::abs(classification_loss(logits, labels).item<double>() - (first + second) / 2) < 1e-12);
    const at::Tensor mixed = at::tensor({0, 1}, at::kLong);
    const double other = std::log1p(std::exp(-1.0));
    const at::Tensor weights = at::tensor({3.0, 1.0}, at::kDouble);
    CHECK(std::abs(classification_loss(logits, mixed, weights).item<double>() - (3 * first + other) / 4) < 1e-12);
    const double smooth = classification_loss(logits, labels, {}, 0.1).item<double>();
    CHECK(std::abs(smooth - ((0.95 * first + 0.05 * (2 + first)) + (0.95 * second + 0.05 * (second - 1))) / 2) < 1e-12);
  }

  TEST_CASE("the span loss is the mean of two cross entropies; padding and places cut off do not count") {
    at::Tensor logits = test::noise({2, 5, 2}).to(at::kDouble);
    const at::Tensor starts = at::tensor({1, 2}, at::kLong), ends = at::tensor({3, 7}, at::kLong);
    const auto entropy = [&](std::int64_t row, std::int64_t side, std::int64_t place) {
      const at::Tensor x = logits[row].select(1, side);
      return x.logsumexp(0).item<double>() - x[place].item<double>();
    };
    const double expected = ((entropy(0, 0, 1) + entropy(1, 0, 2)) / 2 + entropy(0, 1, 3)) / 2;
    CHECK(std::abs(span_loss(logits, starts, ends).item<double>() - expected) < 1e-12);
    const at::Tensor padded = at::cat({logits, at::full({2, 3, 2}, -1e30, at::kDouble)}, 1);
    CHECK(std::abs(span_loss(padded, starts, at::tensor({3, -1}, at::kLong)).item<double>() - expected) < 1e-12);
    CHECK(span_loss(logits, starts.add(9), ends.add(9)).item<double>() == 0.0);
  }
}

}  // namespace
}  // namespace hpo::nn

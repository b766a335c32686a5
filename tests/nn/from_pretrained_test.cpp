// Mirrors include/hpo/nn/from_pretrained.hpp, save_pretrained.hpp, check_tokenizer.hpp. Fixtures hold the weights of
// models/bert-mini.
#include <hpo/nn/check_tokenizer.hpp>
#include <hpo/nn/from_pretrained.hpp>

#include <algorithm>
#include <memory>
#include <string>

#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/roberta.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/nn/save_pretrained.hpp>
#include <hpo/text/tokenizer.hpp>

#include <hpo/testing/tensors.hpp>

#include "../check.hpp"

namespace hpo::nn {
namespace {

using Model = TaskModel<BertEncoder, ClassificationHead>;

std::string fixture(const std::string& name) {
  return test::fixture("models/" + name).string();
}

template <class Work>
std::string refusal(Work&& work) {
  try {
    static_cast<void>(work());
    return "done";
  } catch (const Error& error) {
    return error.what();
  }
}

struct Least : torch::nn::Module {  // the least that a folder can fill ...
  using EncoderType = BertEncoder;
  using HeadType = ClassificationHead;
  Least(const BertConfig&, const ClassificationOptions&);
};
struct TakesNoHead : torch::nn::Module {  // ... and what is not built like it
  using EncoderType = BertEncoder;
  using HeadType = ClassificationHead;
  explicit TakesNoHead(const BertConfig&);
};
static_assert(Pretrainable<Model> && Pretrainable<Least>);
static_assert(!Pretrainable<TakesNoHead> && !Pretrainable<BertEncoder>);
static_assert(HasEncoder<Model> && !HasEncoder<BertEncoder>);
static_assert(LimitsIds<text::Tokenizer> && !LimitsIds<Model>);

TEST_SUITE("nn/from_pretrained") {
  TEST_CASE("a folder's encoder under a new head: the stored values, and the head's initial ones by seed") {
    const auto folder = checkpoint::ModelFolder::open(fixture("bert-mini"));
    const auto model = from_pretrained<Model>(folder, {.num_labels = 3}, {.seed = 7});
    const auto weights = model->named_parameters();
    CHECK(test::largest_difference(weights["bert.encoder.layer.0.output.dense.weight"],
                                   folder.weights().read("encoder.layer.0.output.dense.weight")) == 0.0);
    REQUIRE(weights["classifier.weight"].size(0) == 3);
    const auto head = [](const std::shared_ptr<Model>& one) { return one->named_parameters()["classifier.weight"]; };
    CHECK(test::largest(head(model)) > 0.0);
    const auto by_path = from_pretrained<Model>(fixture("bert-mini"), {.num_labels = 3}, {.seed = 7});
    CHECK(test::largest_difference(head(model), head(by_path)) == 0.0);
    const auto other_seed = from_pretrained<Model>(folder, {.num_labels = 3}, {.seed = 8});
    const auto other_trial = from_pretrained<Model>(folder, {.num_labels = 3}, {.seed = 7, .trial = 1});
    CHECK(test::largest_difference(head(model), head(other_seed)) > 0.0);
    CHECK(test::largest_difference(head(model), head(other_trial)) > 0.0);
    CHECK(std::as_const(*model).head().num_labels() == 3);
  }

  TEST_CASE("what pre-training leaves out may be new: the pooler; a weight of the encoder may not") {
    const ClassificationOptions pooled{.pooling = Pooling::pooler};
    const auto model = from_pretrained<Model>(fixture("bert-missing-pooler"), pooled);
    CHECK(test::largest(model->named_parameters()["bert.pooler.dense.weight"]) > 0.0);
    CHECK(refusal([&] {
            return from_pretrained<Model>(fixture("bert-missing-one"), pooled);
          }).find("(bert.encoder.layer.1.attention.self.key.weight)") != std::string::npos);
  }

  TEST_CASE("a trained model is restored whole; as a pretrained one, a head of another shape starts anew") {
    const test::TemporaryFolder folder;
    const auto trained = from_pretrained<Model>(fixture("bert-mini"), {.num_labels = 3}, {.seed = 7});
    const auto original = checkpoint::ModelFolder::open(fixture("bert-mini"));
    save_pretrained(folder.path(), *trained, original.config(), 8192);
    const auto stored = checkpoint::ModelFolder::open(folder.path());
    CHECK(stored.config() == original.config());
    CHECK(stored.weights().files().size() > 1);
    const auto config = encoder_config<BertEncoder>(stored.config());

    Model same(config, {.num_labels = 3});
    CHECK(load_trained(same, stored.weights()).initialized.empty());
    for (const auto& parameter : same.named_parameters())
      CHECK_MESSAGE(test::largest_difference(parameter.value(), trained->named_parameters()[parameter.key()]) == 0.0,
                    parameter.key());

    Model other(config, {.num_labels = 5});
    CHECK(refusal([&] { return load_trained(other, stored.weights()); }).find("expected shape [5, 32], got [3, 32]") !=
          std::string::npos);
    const auto report = load_pretrained(other, stored.weights());
    CHECK(report.initialized == std::vector<std::string>{"classifier.weight", "classifier.bias"});
    CHECK(report.filled.size() + 2 == other.named_parameters().size());
    Model headless(config, {.num_labels = 3});
    CHECK(refusal([&] { return load_trained(headless, original.weights()); }).find("2 of 39 tensors are not in it") !=
          std::string::npos);
  }

  TEST_CASE("a tensor of two names is saved once, and one that follows from the options not at all") {
    struct Parts : torch::nn::Module, placement::SelfInitializing {
      Parts() {
        weight = register_parameter("weight", at::ones({2}));
        register_buffer("angles", at::ones({3}));
        register_buffer("mean", at::ones({4}));
      }
      [[nodiscard]] bool is_derived(const std::string& name) const override { return name == "angles"; }
      void initialize_own(const std::string&, at::Tensor&, PhiloxStream&) override {}
      at::Tensor weight;
    };
    struct Tied : torch::nn::Module {
      Tied() {
        const auto parts = register_module("parts", std::make_shared<Parts>());
        register_parameter("weight", parts->weight);
      }
    };
    std::vector<std::string> names;
    for (const auto& [name, tensor] : stored_tensors(Tied())) names.push_back(name);
    std::ranges::sort(names);
    CHECK(names.size() == 2);
    CHECK(std::ranges::count(names, "parts.mean") == 1);
    CHECK(std::ranges::count(names, "weight") + std::ranges::count(names, "parts.weight") == 1);
  }

  TEST_CASE("a folder without weights gives a model with random values, the same for the same seed") {
    const test::TemporaryFolder folder;
    std::filesystem::copy_file(fixture("bert-mini") + "/config.json", folder / "config.json");
    const auto model = from_config<Model>(folder.path(), {}, {.seed = 7});
    const auto word = [](const std::shared_ptr<Model>& one) {
      return one->named_parameters()["bert.embeddings.word_embeddings.weight"];
    };
    CHECK(test::largest_difference(word(model), word(from_config<Model>(folder.path(), {}, {.seed = 7}))) == 0.0);
    CHECK(test::largest_difference(word(model), word(from_config<Model>(folder.path(), {}, {.seed = 8}))) > 0.0);
    CHECK(refusal([&] { return from_pretrained<Model>(folder.path()); }).find("expected model.safetensors") !=
          std::string::npos);
  }

  TEST_CASE("a folder of another family is refused in one line, before anything is built") {
    using Roberta = TaskModel<RobertaEncoder, ClassificationHead>;
    const std::string where = fixture("bert-mini") + "/config.json";
    CHECK(refusal([&] { return from_pretrained<Roberta>(fixture("bert-mini")); }) ==
          where + ": model_type: expected roberta or xlm-roberta (what this model's encoder is), got bert");
    CHECK(refusal([&] { return from_config<Roberta>(fixture("bert-mini")); }).find("got bert") != std::string::npos);
    CHECK(refusal([&] { return encoder_config<BertEncoder>(Json::object()).hidden_size; }) ==
          "config.json: model_type: expected bert (what this model's encoder is), got nothing");
    CHECK(encoder_config<RobertaEncoder>({{"model_type", "xlm-roberta"}}).vocab_size == 30522);
  }

  TEST_CASE("a tokenizer with more ids than the model, and rows longer than its positions, are refused") {
    struct Ids {
      std::size_t limit;
      [[nodiscard]] std::size_t id_limit() const { return limit; }
    };
    const auto model = from_pretrained<Model>(fixture("bert-mini"));
    const auto ids = static_cast<std::size_t>(model->encoder().vocab_size());
    const auto length = model->encoder().max_length();
    CHECK_NOTHROW(check_tokenizer(*model, Ids{ids}, length));
    CHECK_THROWS_WITH_AS(
        check_tokenizer(*model, Ids{ids + 1}, length, "here"),
        concat("here: expected a tokenizer of at most ", ids, " tokens (config.json: vocab_size), got ", ids + 1)
            .c_str(),
        CheckpointError);
    CHECK_THROWS_WITH_AS(
        check_tokenizer(*model, Ids{ids}, length + 1),
        concat("encoder.max_length: expected at most ", length, " (what the model has positions for), got ", length + 1)
            .c_str(),
        ConfigError);
  }
}

}  // namespace
}  // namespace hpo::nn

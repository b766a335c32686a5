// Mirrors include/hpo/nn/model/head.hpp, classification_head.hpp, span_head.hpp, token_classification_head.hpp,
// head_transform.hpp, pooling.hpp.
#include <hpo/core/describe.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/heads/span_head.hpp>
#include <hpo/nn/heads/token_classification_head.hpp>
#include <hpo/nn/layers/pooling.hpp>
#include <hpo/nn/model/head.hpp>
#include <hpo/testing/head_contract.hpp>

#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>

#include "../../check.hpp"

namespace hpo::nn {
namespace {

struct ForgetsWidth : torch::nn::Module {  // what the concept refuses ...
  struct Options {};
  ForgetsWidth(const Options&, std::int64_t, const at::TensorOptions&);
  at::Tensor forward(const at::Tensor&, const TokenBatch&, const Pass&) const;
};
struct Archetype : ForgetsWidth {  // ... and the least it accepts
  using ForgetsWidth::ForgetsWidth;
  std::int64_t input_width() const;
};
static_assert(!Head<ForgetsWidth>);
static_assert(Head<Archetype>);
static_assert(!PooledHead<Archetype>);

struct Labeller : Archetype {  // the least head that tells classes apart
  struct Options {
    std::int64_t num_labels = 2;
  };
  Labeller(const Options&, std::int64_t, const at::TensorOptions&);
};
struct Counter : Archetype {  // ... and one that calls the number otherwise
  struct Options {
    std::int64_t classes = 2;
  };
  Counter(const Options&, std::int64_t, const at::TensorOptions&);
};
static_assert(ClassifyingHead<Labeller>);
static_assert(Head<Counter> && !ClassifyingHead<Counter> && !ClassifyingHead<Archetype>);

std::vector<std::string> names_of(const ClassificationOptions& options) {
  std::vector<std::string> names;
  for (const auto& parameter : ClassificationHead(options, 8).named_parameters()) names.push_back(parameter.key());
  std::ranges::sort(names);
  return names;
}

TEST_SUITE("nn/heads/head") {
  TEST_CASE("classification heads obey the contract, whatever the pooling and depth") {
    for (const Pooling pooling : {Pooling::cls, Pooling::mean, Pooling::max, Pooling::pooler})
      for (const std::int64_t layers : {1, 2, 3}) {
        CAPTURE(enum_name(pooling));
        CAPTURE(layers);
        test::obeys_head_contract<ClassificationHead>(
            {.num_labels = 4, .pooling = pooling, .layers = layers, .width = 7});
      }
  }

  TEST_CASE("span heads obey the contract") {
    test::obeys_head_contract<SpanHead>({.dropout = 0.2});
  }

  TEST_CASE("token classification heads obey the contract") {
    test::obeys_head_contract<TokenClassificationHead>({.num_labels = 5, .dropout = 0.2});
  }

  TEST_CASE("heads with a transform obey the contract") {
    const HeadTransformOptions transform{.activation = "gelu", .bias = true, .norm_bias = true};
    test::obeys_head_contract<ClassificationHead>({.num_labels = 4, .pooling = Pooling::mean, .transform = transform});
    test::obeys_head_contract<SpanHead>({.dropout = 0.2, .transform = transform});
    test::obeys_head_contract<TokenClassificationHead>({.dropout = 0.2, .transform = transform});
  }

  TEST_CASE("a transform is norm(act(dense(x))), called as in ModernBERT's checkpoints, for each kind of head") {
    const HeadTransformOptions transform{.norm_eps = 1e-3};
    const at::Tensor hidden = test::noise({2, 4, 12});
    const auto batch = test::token_batch({4, 4}, 4, 20, 0);
    const auto check = [&](const auto& head, const at::Tensor& states) {
      const auto parameters = head->named_parameters();
      CHECK(parameters.size() == 4);  // neither the transform's layer nor its norm has a bias
      const at::Tensor dense = at::gelu(at::linear(states, parameters["head.dense.weight"]));
      const at::Tensor expected = at::linear(at::layer_norm(dense, {12}, parameters["head.norm.weight"], {}, 1e-3),
                                             parameters["classifier.weight"], parameters["classifier.bias"]);
      CHECK(test::largest_difference(head->forward(hidden, batch, {}), expected) < 1e-6);
      CHECK(test::largest(expected) > 0.01);
    };
    check(test::initialized<ClassificationHead>(7, ClassificationOptions{.num_labels = 3, .transform = transform},
                                                std::int64_t{12}),
          hidden.select(1, 0));
    check(test::initialized<SpanHead>(7, SpanOptions{.layer_name = "classifier", .transform = transform},
                                      std::int64_t{12}),
          hidden);
    check(test::initialized<TokenClassificationHead>(7, TokenClassificationOptions{.transform = transform},
                                                     std::int64_t{12}),
          hidden);
    CHECK_THROWS_WITH_AS(HeadTransform({.activation = "thanh"}, 8),
                         doctest::Contains("head.transform.activation: expected an activation, got 'thanh'"),
                         ConfigError);
  }

  TEST_CASE("a token head's labels, and its logits at padding") {
    const TokenClassificationHead head({.num_labels = 7}, 12);
    CHECK(head.num_labels() == 7);
    CHECK(head.named_parameters().contains("classifier.bias"));
    const auto real = test::initialized<TokenClassificationHead>(7, TokenClassificationOptions{}, std::int64_t{12});
    const at::Tensor logits = real->forward(test::noise({1, 3, 12}), test::token_batch({2}, 3, 20, 0), {});
    CHECK(test::largest(logits[0][2]) == 0.0);
    CHECK(test::largest(logits[0][1]) > 0.0);
    CHECK_THROWS_WITH_AS(TokenClassificationHead({.num_labels = 0}, 8), "head.num_labels: expected 1 or more, got 0",
                         ConfigError);
  }

  TEST_CASE("pooling takes the first, the mean or the largest of real tokens") {
    const at::Tensor hidden = at::tensor({1.0, -8.0, 3.0, -2.0, 50.0, 50.0}, at::kFloat).view({1, 3, 2});
    const at::Tensor mask = at::tensor({1, 1, 0}, at::kLong).view({1, 3});
    const auto pooled = [&](Pooling pooling) { return pool(hidden, mask, pooling); };
    CHECK(test::largest_difference(pooled(Pooling::cls), at::tensor({1.0, -8.0}).view({1, 2})) == 0.0);
    CHECK(test::largest_difference(pooled(Pooling::mean), at::tensor({2.0, -5.0}).view({1, 2})) == 0.0);
    CHECK(test::largest_difference(pooled(Pooling::max), at::tensor({3.0, -2.0}).view({1, 2})) == 0.0);
    CHECK(pool(hidden, mask.mul(0), Pooling::mean).isfinite().all().item<bool>());
  }

  TEST_CASE("one layer is called as in BERT's checkpoints, two as in RoBERTa's, more between") {
    using Names = std::vector<std::string>;
    CHECK(names_of({.layers = 1}) == Names{"classifier.bias", "classifier.weight"});
    CHECK(names_of({.layers = 2}) == Names{"classifier.dense.bias", "classifier.dense.weight",
                                           "classifier.out_proj.bias", "classifier.out_proj.weight"});
    CHECK(names_of({.layers = 3}).size() == 6);
    CHECK(names_of({.layers = 2, .layer_names = {"pre_classifier", "classifier"}}) ==
          Names{"classifier.bias", "classifier.weight", "pre_classifier.bias", "pre_classifier.weight"});
  }

  TEST_CASE("the width between layers is the option's, or the encoder's") {
    const auto middle = [](std::int64_t width) {
      return ClassificationHead({.num_labels = 5, .layers = 2, .width = width}, 8)
          .named_parameters()["classifier.dense.weight"]
          .size(0);
    };
    CHECK(middle(0) == 8);
    CHECK(middle(3) == 3);
  }

  TEST_CASE("every option of a classification head changes its logits") {
    const at::Tensor hidden = test::noise({2, 4, 12});
    const auto batch = test::token_batch({4, 2}, 4, 20, 0);
    const auto logits = [&](const ClassificationOptions& options) {
      return test::initialized<ClassificationHead>(7, options, std::int64_t{12})->forward(hidden, batch, {});
    };
    const ClassificationOptions base{.layers = 2};
    const at::Tensor expected = logits(base);
    CHECK(test::largest_difference(logits({.pooling = Pooling::mean, .layers = 2}), expected) > 0.0);
    CHECK(test::largest_difference(logits({.layers = 2, .width = 5}), expected) > 0.0);
    CHECK(test::largest_difference(logits({.layers = 2, .activation = "relu"}), expected) > 0.0);
    CHECK(test::largest_difference(logits({.layers = 1}), expected) > 0.0);
    CHECK(test::largest_difference(logits({.layers = 2, .dropout = 0.9}), expected) == 0.0);  // in training alone
  }

  TEST_CASE("heads drop before each layer, in training alone") {
    const auto batch = test::token_batch({4, 2}, 4, 20, 0);
    const auto changes = [&](const auto& head) {
      DropoutStream stream(1, 1);
      const at::Tensor hidden = test::noise({2, 4, 12});
      const at::Tensor trained = head->forward(hidden, batch, {.training = true, .dropout = &stream});
      CHECK(test::largest_difference(trained, head->forward(hidden, batch, {})) > 0.0);
      return stream.position();  // masks used
    };
    CHECK(changes(test::initialized<ClassificationHead>(7, ClassificationOptions{.layers = 3, .dropout = 0.4},
                                                        std::int64_t{12})) == 3);
    CHECK(changes(test::initialized<ClassificationHead>(
              7, ClassificationOptions{.layers = 2, .dropout = 0.4, .layer_dropout = {0.0, 0.4}}, std::int64_t{12})) ==
          1);
    CHECK(changes(test::initialized<SpanHead>(7, SpanOptions{.dropout = 0.4}, std::int64_t{12})) == 1);
    CHECK(changes(test::initialized<TokenClassificationHead>(7, TokenClassificationOptions{.dropout = 0.4},
                                                             std::int64_t{12})) == 1);
  }

  TEST_CASE("options that cannot be built are refused") {
    const auto build = [](const ClassificationOptions& options) { static_cast<void>(ClassificationHead(options, 8)); };
    CHECK_THROWS_WITH_AS(build({.num_labels = 0}), "head.num_labels: expected 1 or more, got 0", ConfigError);
    CHECK_THROWS_WITH_AS(build({.layers = 0}), "head.layers: expected 1 or more, got 0", ConfigError);
    CHECK_THROWS_WITH_AS(build({.width = -1}), "head.width: expected 0 or more, got -1", ConfigError);
    CHECK_THROWS_WITH_AS(build({.layers = 2, .layer_names = {"a"}}), "head.layer_names: expected 2 names, got 1",
                         ConfigError);
    CHECK_THROWS_WITH_AS(build({.layers = 2, .layer_dropout = {0.1}}),
                         "head.layer_dropout: expected 2 probabilities, got 1", ConfigError);
    CHECK_THROWS_WITH_AS(build({.activation = "thanh"}),
                         doctest::Contains("head.activation: expected an activation, got 'thanh'"), ConfigError);
  }

  TEST_CASE("no span starts or ends at padding") {
    const auto head = test::initialized<SpanHead>(7, SpanOptions{}, std::int64_t{12});
    const auto batch = test::token_batch({4, 2}, 4, 20, 0);
    const at::Tensor logits = head->forward(test::noise({2, 4, 12}), batch, {});
    REQUIRE(logits.sizes() == at::IntArrayRef({2, 4, 2}));
    CHECK(logits[1][2][0].item<float>() == std::numeric_limits<float>::lowest());
    CHECK(logits[1].argmax(0).max().item<std::int64_t>() < 2);
    CHECK(logits.isfinite().all().item<bool>());
  }
}

}  // namespace
}  // namespace hpo::nn

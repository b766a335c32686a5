// Mirrors include/hpo/nn/layers/linear.hpp, embedding.hpp, layer_norm.hpp, scope.hpp, activation.hpp.
#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/layers/embedding.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/model/scope.hpp>
#include <hpo/testing/encoder_contract.hpp>

#include <cmath>

#include "../../check.hpp"

namespace hpo::nn {
namespace {

TEST_SUITE("nn/layers/layers") {
  TEST_CASE("Linear multiplies by the transposed weight and adds the bias") {
    Linear linear(3, 2, at::kCPU);
    at::NoGradGuard no_grad;
    linear.weight.copy_(at::arange(6).view({2, 3}));
    linear.bias.copy_(at::arange(2));
    const at::Tensor y = linear.forward(at::ones({1, 3}));
    CHECK(y[0][0].item<double>() == 3.0);
    CHECK(y[0][1].item<double>() == 13.0);
    CHECK(Linear(3, 2, {.bias = false}).parameters().size() == 1);
  }

  TEST_CASE("Linear in bfloat16 keeps weights and gradients in float32") {
    const auto linear = test::initialized<Linear>(3, std::int64_t{8}, std::int64_t{4});
    const at::Tensor y = linear->forward(test::noise({2, 8}), {.compute_dtype = at::kBFloat16});
    CHECK((y.scalar_type() == at::kBFloat16));
    y.sum().backward();
    CHECK((linear->weight.grad().scalar_type() == at::kFloat));
  }

  TEST_CASE("a member and its registered parameter stay one tensor when they leave meta") {
    Linear linear(3, 2);
    CHECK(linear.weight.is_meta());
    placement::place(linear, placement::Reinitialize{.names = {"*"}}, at::kCPU);
    CHECK(linear.weight.is_cpu());
    CHECK(linear.weight.is_same(linear.named_parameters()["weight"]));
  }

  TEST_CASE("initial values: normal weights of the stated deviation, no bias, no padding row, unit norms") {
    const auto linear =
        test::initialized<Linear>(3, std::int64_t{200}, std::int64_t{200}, Linear::Options{.init_std = 0.5});
    CHECK(std::abs(linear->weight.std().item<double>() - 0.5) < 0.01);
    CHECK(std::abs(linear->weight.mean().item<double>()) < 0.01);
    CHECK(test::largest(linear->bias) == 0.0);
    const auto table =
        test::initialized<Embedding>(3, std::int64_t{9}, std::int64_t{4}, Embedding::Options{.padding_id = 2});
    CHECK(test::largest(table->weight[2]) == 0.0);
    CHECK(test::largest(table->weight[1]) > 0.0);
    const auto norm = test::initialized<LayerNorm>(3, std::int64_t{4}, LayerNorm::Options{});
    CHECK(test::largest_difference(norm->weight, at::ones({4})) == 0.0);
    CHECK(test::largest(norm->bias) == 0.0);
  }

  TEST_CASE("Embedding looks rows up; the padding row gets no gradient; unknown ids are named") {
    const auto table =
        test::initialized<Embedding>(3, std::int64_t{5}, std::int64_t{4}, Embedding::Options{.padding_id = 1});
    const at::Tensor ids = at::tensor({1, 3, 3}, at::kLong);
    const at::Tensor rows = table->forward(ids);
    CHECK(test::largest_difference(rows[1], table->weight[3]) == 0.0);
    rows.sum().backward();
    CHECK(test::largest(table->weight.grad()[1]) == 0.0);
    CHECK(table->weight.grad()[3][0].item<double>() == 2.0);
    CHECK_THROWS_WITH_AS(static_cast<void>(table->forward(ids.add(2))), "nn.embedding: expected ids from 0 to 4, got 5",
                         ShapeError);
    CHECK_THROWS_WITH_AS(static_cast<void>(table->forward(ids.sub(4))),
                         "nn.embedding: expected ids from 0 to 4, got -3", ShapeError);
    CHECK(table->forward(ids.narrow(0, 0, 0)).size(0) == 0);
  }

  TEST_CASE("LayerNorm gives mean 0 and variance 1, with its own eps, in the weights' type") {
    const auto norm = test::initialized<LayerNorm>(3, std::int64_t{64}, LayerNorm::Options{.eps = 1e-5});
    const at::Tensor x = test::noise({2, 64});
    const at::Tensor y = norm->forward(x.to(at::kBFloat16));
    CHECK((y.scalar_type() == at::kFloat));
    CHECK(std::abs(y.mean().item<double>()) < 1e-5);
    CHECK(std::abs(y.var(-1, /*unbiased=*/false)[0].item<double>() - 1.0) < 1e-3);
    const double tiny = norm->forward(x.mul(1e-6)).abs().max().item<double>();
    CHECK(tiny < 0.01);  // variance 1e-12 against eps 1e-5
  }

  TEST_CASE("a child is registered under every level of its dotted name") {
    Scope root;
    register_at(root, "attention.self.query", std::make_shared<Linear>(2, 2));
    register_at(root, "attention.self.key", std::make_shared<Linear>(2, 2));
    register_at(root, "output", std::make_shared<Linear>(2, 2));
    CHECK(root.named_parameters().contains("attention.self.query.weight"));
    CHECK(root.named_parameters().contains("attention.self.key.bias"));
    CHECK(root.named_parameters().contains("output.weight"));
    CHECK(root.children().size() == 2);
  }

  TEST_CASE("each activation at 1.5 and -1.5") {
    struct Known {
      const char* name;
      double at_plus, at_minus;
    };
    const double erf = 1.5 * 0.5 * (1 + std::erf(1.5 / std::sqrt(2.0)));
    const double tanh = 1.5 * 0.5 * (1 + std::tanh(std::sqrt(2.0 / 3.14159265358979) * (1.5 + 0.044715 * 3.375)));
    const double sigmoid = 1 / (1 + std::exp(-1.5)), quick = 1 / (1 + std::exp(-1.702 * 1.5));
    const auto laplace = [](double x) { return 0.5 * (1 + std::erf((x - 0.707107) / (0.282095 * std::sqrt(2.0)))); };
    const auto mish = [](double x) { return x * std::tanh(std::log1p(std::exp(x))); };
    const Known known[] = {{"gelu", erf, erf - 1.5},
                           {"gelu_python", erf, erf - 1.5},
                           {"gelu_10", erf, erf - 1.5},
                           {"gelu_new", tanh, tanh - 1.5},
                           {"gelu_pytorch_tanh", tanh, tanh - 1.5},
                           {"gelu_python_tanh", tanh, tanh - 1.5},
                           {"gelu_fast", tanh, tanh - 1.5},
                           {"gelu_accurate", tanh, tanh - 1.5},
                           {"quick_gelu", 1.5 * quick, -1.5 * (1 - quick)},
                           {"relu", 1.5, 0},
                           {"relu2", 2.25, 0},
                           {"silu", 1.5 * sigmoid, -1.5 * (1 - sigmoid)},
                           {"swish", 1.5 * sigmoid, -1.5 * (1 - sigmoid)},
                           {"mish", mish(1.5), mish(-1.5)},
                           {"tanh", std::tanh(1.5), -std::tanh(1.5)},
                           {"sigmoid", sigmoid, 1 - sigmoid},
                           {"linear", 1.5, -1.5},
                           {"laplace", laplace(1.5), laplace(-1.5)}};
    CHECK(std::size(known) == activations.size());
    for (const auto& [name, at_plus, at_minus] : known) {
      CAPTURE(name);
      const at::Tensor y = activation(name, "test")(at::tensor({1.5, -1.5}, at::kDouble));
      CHECK(std::abs(y[0].item<double>() - at_plus) < 1e-6);
      CHECK(std::abs(y[1].item<double>() - at_minus) < 1e-6);
    }
    CHECK(activation("gelu_10", "test")(at::tensor({50.0}, at::kDouble)).item<double>() == 10.0);
  }

  TEST_CASE("an unknown activation is answered with the known ones") {
    CHECK_THROWS_WITH_AS(
        static_cast<void>(activation("gleu", "head.activation")),
        doctest::Contains("head.activation: expected an activation, got 'gleu'; did you mean 'gelu'?; known: gelu, "),
        ConfigError);
  }
}

}  // namespace
}  // namespace hpo::nn

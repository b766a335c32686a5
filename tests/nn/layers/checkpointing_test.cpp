// Mirrors include/hpo/nn/layers/checkpointing.hpp. Every encoder's outputs and gradients are compared in
// encoder_contract.hpp.
#include <hpo/nn/layers/checkpointing.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/testing/encoder_contract.hpp>

#include <ATen/ops/from_blob.h>

#include "../../check.hpp"

namespace hpo::nn {
namespace {

std::int64_t kept = 0;  // intermediate results that are alive

// Reads a tensor that all layers share, a number, and a tensor that may be undefined; drops out.
struct Layer : torch::nn::Module {
  explicit Layer(const at::TensorOptions& tensors = on_meta())
      : first(register_module("first", std::make_shared<Linear>(4, 4, tensors))),
        second(register_module("second", std::make_shared<Linear>(4, 4, tensors))) {}

  at::Tensor forward(const at::Tensor& x, double scale, const at::Tensor& shared, const at::Tensor& maybe,
                     const Pass& pass) const {
    ++runs;
    const at::Tensor own = at::from_blob(
        new float[4]{1, 2, 3, 4}, {4},
        [](void* memory) {
          --kept;
          delete[] static_cast<float*>(memory);
        },
        at::kFloat);
    ++kept;
    const at::Tensor y = dropout(first->forward(x, pass).mul(own).mul(shared).tanh(), 0.3, pass);
    return second->forward(maybe.defined() ? y.add(maybe) : y, pass).mul(scale).add(shared.mul(x));
  }

  std::shared_ptr<Linear> first, second;
  mutable int runs = 0;
};

struct Gradients {
  at::Tensor output, of_x, of_shared;
  std::vector<at::Tensor> of_parameters;

  bool operator==(const Gradients& other) const {
    const auto same = [](const at::Tensor& a, const at::Tensor& b) {
      return a.defined() == b.defined() && (!a.defined() || a.equal(b));
    };
    bool all = same(output, other.output) && same(of_x, other.of_x) && same(of_shared, other.of_shared);
    for (std::size_t i = 0; i < of_parameters.size(); ++i) all &= same(of_parameters[i], other.of_parameters[i]);
    return all;
  }
};

struct Stack {
  std::vector<std::shared_ptr<Layer>> layers;
  at::Tensor x = test::noise({3, 4}, 11), shared = test::noise({3, 4}, 12).set_requires_grad(true);

  explicit Stack(int count = 3) {
    for (int i = 0; i < count; ++i) layers.push_back(test::initialized<Layer>(static_cast<std::uint64_t>(20 + i)));
    layers[0]->register_module("alias", layers[0]->first);  // lists its parameters twice
  }

  at::Tensor forward(const Pass& pass) const {
    at::Tensor hidden = x;
    const at::Tensor derived = shared.exp();  // not a leaf
    for (const auto& layer : layers)
      hidden = run_layer(layer, pass, hidden, 1.5, derived, layer == layers[1] ? derived : at::Tensor());
    return hidden;
  }

  Gradients gradients(bool checkpointing, std::optional<at::ScalarType> compute_dtype = std::nullopt) const {
    DropoutStream stream(1, 2);
    const Pass pass{
        .training = true, .dropout = &stream, .compute_dtype = compute_dtype, .checkpointing = checkpointing};
    for (const auto& layer : layers) layer->zero_grad();
    x.mutable_grad().reset();
    shared.mutable_grad().reset();
    for (int micro_batch = 0; micro_batch < 2; ++micro_batch) {  // gradients add up
      const at::Tensor output = forward(pass);
      output.mul(test::noise({3, 4}, 13)).sum().backward();
    }
    Gradients found{forward(pass).detach(), x.grad(), shared.grad(), {}};
    CHECK(stream.position() == 3 * layers.size());
    for (const auto& layer : layers)
      for (const at::Tensor& parameter : layer->parameters())
        found.of_parameters.push_back(parameter.grad().defined() ? parameter.grad().clone() : at::Tensor());
    found.of_shared = found.of_shared.defined() ? found.of_shared.clone() : at::Tensor();
    found.of_x = found.of_x.defined() ? found.of_x.clone() : at::Tensor();
    return found;
  }
};

TEST_SUITE("nn/layers/checkpointing") {
  TEST_CASE("outputs and gradients are equal bit for bit, of inputs that layers share too") {
    for (const bool input_needs_gradient : {false, true})
      for (const auto type : {std::optional<at::ScalarType>(), std::optional(at::kBFloat16)}) {
        Stack stack;
        stack.x.set_requires_grad(input_needs_gradient);
        const Gradients plain = stack.gradients(false, type), checkpointed = stack.gradients(true, type);
        CHECK(plain.of_x.defined() == input_needs_gradient);
        CHECK(test::largest(plain.of_shared) > 0.0);
        for (const auto& gradient : plain.of_parameters) CHECK(test::largest(gradient) > 0.0);
        CHECK(plain == checkpointed);
      }
  }

  TEST_CASE("frozen layers get no gradient and pass it on; where nothing below is trained, nothing is recorded") {
    Stack stack;
    for (const int frozen : {0, 1, 2}) {
      CAPTURE(frozen);
      for (int i = 0; i < 3; ++i)
        for (at::Tensor& parameter : stack.layers[static_cast<std::size_t>(i)]->parameters())
          parameter.set_requires_grad(i != frozen);
      CHECK(stack.gradients(false) == stack.gradients(true));
    }
    stack.shared.set_requires_grad(false);
    for (std::size_t i : {0U, 1U})
      for (at::Tensor& parameter : stack.layers[i]->parameters()) parameter.set_requires_grad(false);
    for (at::Tensor& parameter : stack.layers[2]->parameters()) parameter.set_requires_grad(true);
    stack.layers[0]->runs = stack.layers[2]->runs = 0;
    const Gradients checkpointed = stack.gradients(true);
    CHECK(stack.layers[0]->runs == 3);
    CHECK(stack.layers[2]->runs == 5);
    CHECK(stack.gradients(false) == checkpointed);
    for (at::Tensor& parameter : stack.layers[2]->parameters()) parameter.set_requires_grad(false);
    CHECK(!stack.forward({.checkpointing = true}).requires_grad());
  }

  TEST_CASE("what a layer computes on its way is dropped after forward, and all of it after backward") {
    Stack stack;
    std::weak_ptr<Layer> layer;
    {
      const at::Tensor plain = stack.forward({});
      CHECK(kept == 3);
    }
    CHECK(kept == 0);
    at::Tensor sum = stack.forward({.checkpointing = true}).sum();
    CHECK(kept == 0);
    layer = stack.layers[0];
    stack.layers.clear();  // the graph holds its layers, as it holds tensors
    CHECK(!layer.expired());
    sum.backward();
    CHECK(kept == 0);
    sum.reset();
    CHECK(layer.expired());
  }

  TEST_CASE("the stream may be moved on or be gone by the time of backward") {
    Stack stack;
    const auto gradient = [&](bool checkpointing) {
      stack.shared.mutable_grad().reset();
      at::Tensor sum;
      {
        DropoutStream stream(5, 6);
        sum = stack.forward({.training = true, .dropout = &stream, .checkpointing = checkpointing}).square().sum();
        static_cast<void>(stack.forward({.training = true, .dropout = &stream}));
      }
      sum.backward();
      return stack.shared.grad().clone();
    };
    CHECK(gradient(false).equal(gradient(true)));
  }

  TEST_CASE("a graph that is kept is gone through twice, to the same gradients") {
    Stack stack;
    DropoutStream stream(1, 1);
    const at::Tensor sum = stack.forward({.training = true, .dropout = &stream, .checkpointing = true}).square().sum();
    const auto once = torch::autograd::grad({sum}, {stack.shared}, {}, /*retain_graph=*/true);
    CHECK(!stack.layers[0]->first->weight.grad().defined());  // grad() leaves what was not asked for alone
    const auto twice = torch::autograd::grad({sum}, {stack.shared, stack.layers[0]->first->weight});
    CHECK(once[0].equal(twice[0]));
    CHECK(test::largest(twice[1]) > 0.0);
  }

  TEST_CASE("without gradients it is a call, whatever the pass says") {
    Stack stack(2);
    const at::NoGradGuard no_grad;
    const at::Tensor output = stack.forward({.checkpointing = true});
    CHECK(!output.requires_grad());
    CHECK(output.equal(stack.forward({})));
    {
      const at::AutoGradMode again(true);
      CHECK(stack.forward({.checkpointing = true}).requires_grad());
    }
    CHECK(!at::GradMode::is_enabled());
  }

  TEST_CASE("backward leaves the mode of gradients as it was") {
    Stack stack(2);
    const at::Tensor sum = stack.forward({.checkpointing = true}).sum();
    const at::NoGradGuard no_grad;
    sum.backward();
    CHECK(!at::GradMode::is_enabled());
    CHECK(test::largest(stack.shared.grad()) > 0.0);
  }

  TEST_CASE("second derivatives, and parameters changed before backward, are refused") {
    Stack stack(2);
    const at::Tensor sum = stack.forward({.checkpointing = true}).sum();
    CHECK_THROWS_WITH_AS(static_cast<void>(torch::autograd::grad({sum}, {stack.shared}, {}, true, true)),
                         "nn.checkpointing: expected first derivatives alone to be asked for, got create_graph = true",
                         Error);
    {
      const at::NoGradGuard no_grad;
      stack.layers[1]->first->weight.add_(1.0);
    }
    CHECK_THROWS_AS(sum.backward(), c10::Error);  // as without checkpointing
  }
}

}  // namespace
}  // namespace hpo::nn

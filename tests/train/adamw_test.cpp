// Mirrors include/hpo/train/adamw.hpp, clip.hpp and parameters.hpp.
#include <hpo/train/adamw.hpp>
#include <hpo/train/clip.hpp>

#include <limits>

#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <torch/nn/module.h>

#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>

#include "../gpu.hpp"

namespace hpo::train {
namespace {

at::Tensor tensor_of(const Json& numbers, at::IntArrayRef sizes, at::ScalarType type = at::kFloat) {
  return at::tensor(numbers.get<std::vector<double>>(), at::kDouble).view(sizes).to(type);
}

double largest_difference(const at::Tensor& a, const Json& numbers) {
  return (a.detach().cpu().to(at::kDouble).contiguous().flatten() - tensor_of(numbers, {-1}, at::kDouble))
      .abs()
      .max()
      .item<double>();
}

at::Tensor parameter(const at::Tensor& values) {
  return values.clone().requires_grad_(true);
}

// A wave: values that differ everywhere, without a generator.
at::Tensor wave(at::IntArrayRef sizes, double shift) {
  return at::cos(at::arange(at::empty(sizes).numel(), at::kFloat).mul(0.37).add(shift)).view(sizes);
}

struct Tied : torch::nn::Module {
  Tied() {
    table = register_parameter("table", at::ones({4, 3}));
    register_parameter("decoder", table);
    bias = register_parameter("bias", at::zeros({4}));
    frozen = register_parameter("frozen", at::ones({2, 2}));
    frozen.requires_grad_(false);
  }
  at::Tensor table, bias, frozen;
};

/// The recorded run of tests/parity/adamw.py. \return the largest difference to it.
double difference_to_recorded_run(at::ScalarType type, bool contiguous, const at::Device& device = at::kCPU) {
  const Json record =
      Json::parse(read_file<DataError>(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity/adamw.json"));
  const auto read = [&](const Json& numbers, at::IntArrayRef sizes) {
    return tensor_of(numbers, sizes, type).to(device);
  };
  at::Tensor start = read(record["weight"], {3, 5});
  if (!contiguous) start = start.t().contiguous().t();
  const at::Tensor weight = start.detach().requires_grad_(true), bias = parameter(read(record["bias"], {5}));
  const std::vector<Parameter> parameters = {{"weight", weight, true}, {"bias", bias, false}};
  AdamW optimizer(parameters, {.lr = record["lr"], .weight_decay = record["weight_decay"]});
  double worst = 0.0;
  for (const Json& step : record["steps"]) {
    weight.mutable_grad() = read(step["weight_grad"], {3, 5});
    if (!step["bias_grad"].is_null()) bias.mutable_grad() = read(step["bias_grad"], {5});
    const double norm = gradient_norm(parameters);
    CHECK(norm == doctest::Approx(step["norm"].get<double>()).epsilon(1e-6));
    optimizer.step(step["factor"], clip_factor(norm, record["max_norm"]));
    optimizer.zero_grad();
    worst = std::max({worst, largest_difference(weight, step["weight"]), largest_difference(bias, step["bias"])});
  }
  const auto state = optimizer.state();
  REQUIRE(state.size() == 6);
  CHECK(state[0].first == "weight.exp_avg");
  worst = std::max(worst, largest_difference(state[0].second, record["exp_avg"]));
  CHECK(state[5].first == "bias.step");
  CHECK(state[5].second.item<std::int64_t>() == 4);  // without a gradient there was no step
  return std::max(worst, largest_difference(state[1].second, record["exp_avg_sq"]));
}

TEST_SUITE("train/adamw") {
  TEST_CASE("equals torch.optim.AdamW with clipping over five recorded steps") {
    CHECK(difference_to_recorded_run(at::kFloat, true) < 5e-7);   // the single pass
    CHECK(difference_to_recorded_run(at::kFloat, false) < 5e-7);  // a transposed parameter: libtorch's operators
    CHECK(difference_to_recorded_run(at::kDouble, true) < 1e-14);
    if (hpo::test::has_gpu()) CHECK(difference_to_recorded_run(at::kFloat, true, hpo::test::gpu) < 5e-7);
  }

  TEST_CASE("the single pass does not depend on the number of threads") {
    const int threads = at::get_num_threads();
    at::Tensor results[2];
    for (const int n : {1, 2}) {
      at::set_num_threads(n);
      const std::vector<Parameter> parameters = {{"w", parameter(wave({300, 1001}, 0.1))}};
      AdamW optimizer(parameters, {.lr = 0.01});
      for (int step = 0; step < 3; ++step) {
        parameters[0].tensor.mutable_grad() = wave({300, 1001}, step);
        optimizer.step(1.0, clip_factor(gradient_norm(parameters), 1.0));
      }
      results[n - 1] = parameters[0].tensor.detach();
    }
    at::set_num_threads(threads);
    CHECK(at::equal(results[0], results[1]));
  }

  TEST_CASE("a tied tensor is one parameter, a frozen one is none, and only matrices decay") {
    const Tied module;
    const auto parameters = trainable_parameters(module);
    REQUIRE(parameters.size() == 2);
    CHECK(parameters[0].name == "table");
    CHECK(parameters[0].decays);
    CHECK(parameters[1].name == "bias");
    CHECK_FALSE(parameters[1].decays);

    module.table.mutable_grad() = at::ones({4, 3});
    CHECK(gradient_norm(parameters) == doctest::Approx(std::sqrt(12.0)));
    AdamW optimizer(parameters, {.lr = 0.1, .weight_decay = 0.0});
    optimizer.step(1.0);
    CHECK(module.table[0][0].item<double>() == doctest::Approx(0.9));  // stepped once: 1 - lr
    CHECK(at::equal(module.frozen, at::ones({2, 2})));
    CHECK(at::equal(module.bias, at::zeros({4})));  // no gradient, no change
  }

  TEST_CASE("a parameter's own factor scales its learning rate, and with it what decays") {
    std::vector<Parameter> parameters{{"slow", parameter(at::ones({2, 2}))}, {"fast", parameter(at::ones({2, 2}))}};
    parameters[0].lr_scale = 0.25;
    for (const auto& each : parameters) each.tensor.mutable_grad() = at::ones({2, 2});
    AdamW(parameters, {.lr = 0.1, .weight_decay = 0.5}).step(1.0);
    const auto moved = [&](std::size_t i) { return 1.0 - parameters[i].tensor[0][0].item<double>(); };
    CHECK(moved(1) == doctest::Approx(0.1 + 0.1 * 0.5));
    CHECK(moved(0) == doctest::Approx(0.25 * moved(1)));
  }

  TEST_CASE("a tensor listed twice is refused by the optimizer and counted once by the norm") {
    const at::Tensor tensor = parameter(at::ones({4}));
    tensor.mutable_grad() = at::ones({4});
    const std::vector<Parameter> twice = {{"a", tensor}, {"b", tensor}};
    CHECK_THROWS_WITH_AS(AdamW(twice, {}),
                         "optim: b: expected every tensor once, got one that is listed before under another name",
                         ConfigError);
    CHECK(gradient_norm(twice) == doctest::Approx(2.0));
    CHECK(clip_grad_norm(twice, 1.0) == doctest::Approx(2.0));
    CHECK(tensor.grad()[0].item<double>() == doctest::Approx(0.5).epsilon(1e-5));
  }

  TEST_CASE("a parameter on the meta device is refused by name") {
    torch::nn::Module module;
    module.register_parameter("w", at::empty({2}, at::TensorOptions(at::kMeta)));
    CHECK_THROWS_WITH_AS(static_cast<void>(trainable_parameters(module)),
                         "train: w: expected a parameter with data, got one on the meta device", PlacementError);
  }

  TEST_CASE("clipping scales large gradients down, leaves small ones, and does not touch what is not finite") {
    const std::vector<Parameter> parameters = {{"a", parameter(at::zeros({3}))}, {"b", parameter(at::zeros({9000}))}};
    const auto set = [&](double a, double b) {
      parameters[0].tensor.mutable_grad() = at::full({3}, a, at::kFloat);
      parameters[1].tensor.mutable_grad() = at::full({9000}, b, at::kFloat);
    };
    set(1.0, 2.0);
    const double norm = std::sqrt(3.0 + 36000.0);
    CHECK(clip_grad_norm(parameters, 0.5) == doctest::Approx(norm));
    CHECK(gradient_norm(parameters) == doctest::Approx(0.5).epsilon(1e-5));
    set(0.1, 0.0);
    CHECK(clip_grad_norm(parameters, 1.0) == doctest::Approx(std::sqrt(0.03)));
    CHECK(parameters[0].tensor.grad()[0].item<float>() == 0.1F);
    set(std::numeric_limits<double>::infinity(), 1.0);
    CHECK(std::isinf(clip_grad_norm(parameters, 1.0)));
    CHECK(parameters[1].tensor.grad()[0].item<float>() == 1.0F);
    set(1.0, std::numeric_limits<double>::quiet_NaN());
    CHECK(std::isnan(gradient_norm(parameters)));
    CHECK(clip_factor(10.0, 0.0) == 1.0);
  }

  TEST_CASE("a saved state resumes exactly") {
    const auto grad = [](int step) { return wave({8, 6}, step); };
    const std::vector<Parameter> whole = {{"w", parameter(wave({8, 6}, 0.5))}};
    AdamW uninterrupted(whole, {.lr = 0.05});
    checkpoint::NamedTensors saved;
    at::Tensor weights;
    for (int step = 0; step < 6; ++step) {
      if (step == 3) {
        for (const auto& [name, tensor] : uninterrupted.state()) saved.emplace_back(name, tensor.clone());
        weights = whole[0].tensor.detach().clone();
      }
      whole[0].tensor.mutable_grad() = grad(step);
      uninterrupted.step(1.0);
    }
    const std::vector<Parameter> resumed = {{"w", parameter(weights)}};
    AdamW optimizer(resumed, {.lr = 0.05});
    optimizer.load_state(saved);
    for (int step = 3; step < 6; ++step) {
      resumed[0].tensor.mutable_grad() = grad(step);
      optimizer.step(1.0);
    }
    CHECK(at::equal(whole[0].tensor, resumed[0].tensor));
  }

  TEST_CASE("a state that does not fit is refused by name") {
    AdamW optimizer({{"w", parameter(at::ones({2}))}}, {});
    const checkpoint::NamedTensors stranger = {{"x.step", at::ones({1}, at::kLong)}};
    CHECK_THROWS_WITH_AS(optimizer.load_state(stranger),
                         "optim: x.step: expected the state of a trainable parameter, got one of none", ConfigError);
    const checkpoint::NamedTensors partial = {{"w.step", at::ones({1}, at::kLong)}};
    CHECK_THROWS_WITH_AS(optimizer.load_state(partial), "optim: w.exp_avg: expected it in the saved state, got none",
                         ConfigError);
    const checkpoint::NamedTensors wrong = {{"w.step", at::ones({1}, at::kLong)}, {"w.exp_avg", at::ones({3})}};
    CHECK_THROWS_AS(optimizer.load_state(wrong), ConfigError);
  }
}
}  // namespace
}  // namespace hpo::train

// Mirrors include/hpo/placement/context.hpp.
#include <hpo/placement/context.hpp>
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/refuse_meta.hpp>
#include <hpo/placement/reinitialize.hpp>

#include <stdexcept>
#include <thread>

#include <ATen/ops/dropout.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randperm.h>
#include <ATen/ops/zeros_like.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/modules/rnn.h>
#include <torch/nn/modules/transformerlayer.h>

#include <hpo/testing/placement_models.hpp>

#include "../check.hpp"

namespace hpo::placement {
namespace {

using namespace test;

TEST_SUITE("placement/context") {
  TEST_CASE("the contexts prove themselves on this libtorch") {
    CHECK_NOTHROW(prove_contexts());
  }

  TEST_CASE("stock modules are built on meta, buffers too, and nothing changes outside") {
    const auto all_meta = [](const torch::nn::Module& module) {
      const auto totals = Inventory::of(module).totals();
      return totals.tensors > 0 && totals.meta == totals.tensors;
    };
    {
      const DeviceContext on_meta_device(c10::kMeta);
      CHECK(all_meta(*torch::nn::Linear(3, 2)));
      CHECK(all_meta(*torch::nn::Embedding(torch::nn::EmbeddingOptions(5, 3).padding_idx(0))));
      CHECK(all_meta(*torch::nn::LayerNorm(torch::nn::LayerNormOptions({3}))));
      CHECK(all_meta(*torch::nn::BatchNorm1d(3)));
      CHECK(all_meta(*torch::nn::LSTM(3, 2)));
      CHECK(all_meta(*torch::nn::TransformerEncoderLayer(torch::nn::TransformerEncoderLayerOptions(4, 2))));
      CHECK(at::ones({2}, at::kCPU).is_cpu());
      CHECK(at::zeros_like(at::ones({2}, at::kCPU)).is_cpu());
      CHECK(at::ones({2}, at::kCPU).add(1).eq(2).all().item<bool>());
    }
    CHECK(torch::nn::Linear(3, 2)->weight.is_cpu());
  }

  TEST_CASE("contexts nest, end with an exception, and belong to their thread") {
    const DeviceContext outer(c10::kMeta);
    {
      const DeviceContext inner(c10::kCPU);
      CHECK(at::ones({1}).is_cpu());
    }
    CHECK(at::ones({1}).is_meta());
    bool other_is_cpu = false;
    std::thread([&] { other_is_cpu = torch::nn::Linear(2, 2)->weight.is_cpu(); }).join();
    CHECK(other_is_cpu);
    try {
      const DeviceContext inner(c10::kCPU);
      throw std::runtime_error("x");
    } catch (const std::runtime_error&) {
    }
    CHECK(at::ones({1}).is_meta());
  }

  TEST_CASE("on a real device nothing that initializes is skipped") {
    const DeviceContext on_cpu_device(c10::kCPU);
    CHECK(at::empty({3}).fill_(2).eq(2).all().item<bool>());
    CHECK(torch::nn::BatchNorm1d(3)->running_mean.eq(0).all().item<bool>());
  }

  TEST_CASE("a large stock module is built on meta without taking its memory") {
    const DeviceContext on_meta_device(c10::kMeta);
    const torch::nn::Linear huge(1LL << 22, 1LL << 22);  // 64 TiB
    CHECK(huge->weight.is_meta());
  }

  TEST_CASE("a module made of stock parts is built on meta, refused as it is, and placed by the same rules") {
    const test::TemporaryFolder folder;
    const auto build = [] {
      auto user = std::make_shared<Bag>();
      auto words = user->child("words", torch::nn::Embedding(7, 4).ptr());
      user->child(
          "body",
          torch::nn::Sequential(torch::nn::Linear(4, 4), torch::nn::LayerNorm(torch::nn::LayerNormOptions({4}))).ptr());
      user->parameter("tied", words->weight);
      user->buffer("ids", at::arange(3));
      return user;
    };
    const auto full = build();
    const auto weights = saved(folder / "w.safetensors", tensors_of(*full, {"ids", "body.1.bias"}));
    const auto model = [&] {
      const DeviceContext on_meta_device(c10::kMeta);
      return build();
    }();
    CHECK(Inventory::of(*model).totals().meta == 6);
    CHECK_THROWS_WITH_AS(place(*model, RefuseMeta{}, at::kCPU), doctest::Contains("6 of 6 tensors have no values"),
                         UnplacedError);
    CHECK_THROWS_WITH_AS(place(*model, FromCheckpoint{.weights = weights}, at::kCPU),
                         doctest::Contains("2 of 6 tensors are not in it (ids, body.1.bias)"), UnplacedError);
    const FromCheckpoint policy{
        .weights = weights,
        .may_be_new = {"ids", "body.1.bias"},
        .initializers = {{"ids", [](at::Tensor& t, PhiloxStream&) { t.copy_(at::arange(3)); }}, {"body", constant(0)}}};
    const auto report = place(*model, policy, at::kCPU);
    CHECK(report.filled.size() == 4);
    const auto before = full->named_parameters(), after = model->named_parameters();
    for (const auto& each : before)
      if (each.key() != "body.1.bias") CHECK(same_bits(each.value(), after[each.key()]));
    CHECK(after["tied"].is_same(after["words.weight"]));
    CHECK(at::equal(model->buffers().front(), at::arange(3)));
  }

  TEST_CASE("a context that is still open does not reach into place()") {
    const DeviceContext on_meta_device(c10::kMeta);
    const auto model = std::make_shared<Bag>();
    const at::Tensor flat = model->parameter("flat", at::empty({6}));
    model->buffer("view", flat.detach().narrow(0, 1, 2));
    const Initializer counts = [](at::Tensor& t, PhiloxStream&) { t.copy_(at::arange(t.numel())); };
    place(*model, Reinitialize{.names = {"*"}, .initializers = {{"flat", counts}, {"view", constant(0)}}}, at::kCPU);
    CHECK(flat[5].item<float>() == 5);
    CHECK(at::ones({1}).is_meta());
  }

  TEST_CASE("random numbers of a context follow from its seed, whatever other threads draw") {
    const auto draw = [](std::uint64_t seed) {
      const GeneratorContext random(seed);
      torch::nn::Linear layer(8, 8);
      const at::Tensor y = at::dropout(layer->forward(at::randn({4, 8})), 0.3, true);
      return y.sum().item<double>() + at::randperm(9)[2].item<double>();
    };
    const double one = draw(1), two = draw(2);
    CHECK(one != two);
    std::vector<double> again(6);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < again.size(); ++i) threads.emplace_back([&, i] { again[i] = draw(1 + i % 2); });
    for (auto& thread : threads) thread.join();
    for (std::size_t i = 0; i < again.size(); ++i) CHECK(again[i] == (i % 2 == 0 ? one : two));
    const GeneratorContext random(1);
    const DeviceContext on_meta_device(c10::kMeta);  // both at once
    CHECK(torch::nn::Linear(2, 2)->weight.is_meta());
  }
}

}  // namespace
}  // namespace hpo::placement

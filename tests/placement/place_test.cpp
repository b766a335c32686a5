// Mirrors include/hpo/placement/place.hpp.
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/place.hpp>
#include <hpo/placement/refuse_meta.hpp>
#include <hpo/placement/reinitialize.hpp>

#include <fstream>
#include <sstream>

#include <ATen/Context.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <torch/cuda.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>

#include <hpo/testing/placement_contract.hpp>
#include <hpo/testing/placement_models.hpp>

#include "../gpu.hpp"

#include "../check.hpp"

namespace hpo::placement {
namespace {

using namespace test;
using First = Criteria::First;

// What the concept refuses, and the least it accepts.
struct WithoutPlan {};
struct PlanOfAnotherKind {
  int plan(const Inventory&, const c10::Device&) const;
};
struct PlanThatChangesThePolicy {
  Plan plan(const Inventory&, const c10::Device&);
};
struct Archetype {
  Plan plan(const Inventory& inventory, const c10::Device&) const {
    Plan plan;
    plan.steps.assign(inventory.records().size(), Leave{});
    return plan;
  }
};
static_assert(!DevicePlacement<WithoutPlan>);
static_assert(!DevicePlacement<PlanOfAnotherKind>);
static_assert(!DevicePlacement<PlanThatChangesThePolicy>);
static_assert(DevicePlacement<Archetype>);

/// A policy that plans what the test says for every tensor.
struct Always {
  Step step;
  std::size_t steps_missing = 0;
  Plan plan(const Inventory& inventory, const c10::Device&) const {
    Plan plan;
    plan.steps.assign(inventory.records().size() - steps_missing, step);
    return plan;
  }
};

template <class Policy>
std::string refusal(torch::nn::Module& module, const Policy& policy, const c10::Device& device = at::kCPU) {
  const auto before = Snapshot::of(module);
  std::string message;
  try {
    place(module, policy, device);
  } catch (const PlacementError& error) {
    message = error.what();
  }
  CHECK_FALSE(message.empty());
  CHECK(message.find('\n') == std::string::npos);
  CHECK(message.find("to_empty") == std::string::npos);
  CHECK(Snapshot::of(module) == before);
  return message;
}

/// A model on meta, and the checkpoint that fills it.
struct Loadable {
  explicit Loadable(const test::TemporaryFolder& folder) : model(First::encoder, on_meta, on_meta) {
    Criteria full(First::encoder, on_cpu, on_cpu);
    place(full, Reinitialize{.names = {"*"}, .seed = 4}, at::kCPU);
    policy = FromCheckpoint{.weights = saved(folder / "w.safetensors", tensors_of(full))};
  }
  Criteria model;
  FromCheckpoint policy{.weights = checkpoint::Weights({})};
};

/// Where in this process an address comes from: the last column of /proc/self/maps.
std::string origin_of(const void* address) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream in(line);
    std::uintptr_t from = 0, to = 0;
    char dash = 0;
    in >> std::hex >> from >> dash >> to;
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    if (from <= at && at < to) return line.substr(std::min(line.size(), line.find('/')));
  }
  return "";
}

TEST_SUITE("placement/place") {
  TEST_CASE("the least policy is enough for a module that is real, and no policy can leave a tensor without values") {
    obeys_placement_contract([](const Case& each) -> RefuseMeta { return (void)each, RefuseMeta{}; });
    Criteria real(First::encoder, on_cpu, on_cpu), half(First::encoder, on_cpu, on_meta);
    fill_with_canaries(real);
    fill_with_canaries(*half.encoder);
    CHECK(place(real, Archetype{}, at::kCPU).left.size() == 7);
    CHECK(refusal(half, Archetype{})
              .find("expected the policy to fill or initialize each, got a plan that leaves them") !=
          std::string::npos);
    CHECK(refusal(half, Always{Shared{}}).find("2 of 7 tensors have no values") != std::string::npos);
    CHECK(refusal(half, Always{Fill{{"x"}}}).find("expected the plan to say which stored tensor fills it") !=
          std::string::npos);
    CHECK(refusal(half, Always{Initialize{{}, PhiloxStream(1, 1, "x")}}).find("expected an initializer, got none") !=
          std::string::npos);
    CHECK(refusal(half, Always{Leave{}, 1}).find("expected a plan of 7 steps, got 6") != std::string::npos);
  }

  TEST_CASE("a device that is not there is refused by name") {
    Criteria model(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(model);
    CHECK(refusal(model, RefuseMeta{}, at::kMeta) == "placement: expected a device with memory, got meta");
    CHECK(refusal(model, RefuseMeta{}, c10::Device(c10::DeviceType::XLA, 0)) ==
          "placement: expected a device of this libtorch, got xla:0");
    if (!torch::cuda::is_available())
      CHECK(refusal(model, RefuseMeta{}, c10::Device(at::kCUDA, 0)).find("got cuda:0") != std::string::npos);
  }

  TEST_CASE("sparse tensors and results of a computation are refused by name") {
    Bag sparse, computed;
    sparse.buffer("s", at::ones({2, 2}).to_sparse());
    CHECK_THROWS_WITH_AS(place(sparse, RefuseMeta{}, at::kCPU),
                         "placement: s: expected a dense tensor, got a sparse or opaque one", PlacementError);
    computed.buffer("c", at::ones({2}).requires_grad_() * 2);
    CHECK_THROWS_AS(place(computed, RefuseMeta{}, at::kCPU), PlacementError);
  }

  TEST_CASE("mapped memory is the file's, copied memory is not") {
    const test::TemporaryFolder folder;
    for (const Memory memory : {Memory::mapped, Memory::copied}) {
      Loadable it(folder);
      it.policy.memory = memory;
      place(it.model, it.policy, at::kCPU);
      CHECK((origin_of(it.model.encoder->scale.data_ptr()).find("w.safetensors") != std::string::npos) ==
            (memory == Memory::mapped));
    }
  }

  TEST_CASE("P7 tensors on several devices, and some on meta") {
    if (!hpo::test::has_gpu()) return;
    const test::TemporaryFolder folder;
    Loadable it(folder);
    place(*it.model.classifier, Reinitialize{.names = {"*"}}, c10::Device(at::kCUDA, 0));
    CHECK(refusal(it.model, RefuseMeta{}).find("5 of 7 tensors have no values") != std::string::npos);
    place(it.model, it.policy, c10::Device(at::kCUDA, 0));
    for (const at::Tensor& p : it.model.parameters()) CHECK(p.device() == c10::Device(at::kCUDA, 0));
    CHECK(same_bits(it.model.encoder->scale.cpu(), it.policy.weights.read("encoder.scale")));
  }

  TEST_CASE("P15 tied tensors are one tensor before and after: counted, moved, stepped and clipped once") {
    const test::TemporaryFolder folder;
    Bag model;
    const at::Tensor words =
        model.child("in", std::make_shared<Bag>())->parameter("weight", at::empty({2, 2}, on_meta));
    model.child("out", std::make_shared<Bag>())->parameter("weight", words);
    const auto report = place(
        model, FromCheckpoint{.weights = saved(folder / "w.safetensors", {{"in.weight", at::ones({2, 2})}})}, at::kCPU);
    CHECK(report.filled.size() == 1);
    CHECK(Inventory::of(model).totals().parameters == 4);
    const auto parameters = model.named_parameters();
    (parameters["in.weight"].sum() + 2 * parameters["out.weight"].sum()).backward();
    CHECK(words.grad().eq(3).all().item<bool>());
    std::vector<at::Tensor> once;  // what a trainer steps and clips: one of each record
    const auto inventory = Inventory::of(model);
    for (const auto& record : inventory.records()) once.push_back(record.tensor);
    CHECK(torch::nn::utils::clip_grad_norm_(once, 1.0) == doctest::Approx(6.0));
    torch::optim::AdamW optimizer(once, torch::optim::AdamWOptions(0.1).weight_decay(0));
    optimizer.step();
    CHECK(words.sub(0.9).abs().max().item<float>() < 1e-5F);
  }

  TEST_CASE("P18 the member and the registered tensor are one object after the move") {
    const test::TemporaryFolder folder;
    Loadable it(folder);
    const at::Tensor handle = it.model.encoder->first->weight;
    place(it.model, it.policy, at::kCPU);
    CHECK(handle.is_same(it.model.named_parameters()["encoder.first.weight"]));
    CHECK(it.model.encoder->first->weight.is_same(handle));
    CHECK(it.model.encoder->positions.is_same(it.model.named_buffers()["encoder.positions"]));
    CHECK(it.model.encoder->first->named_parameters()["weight"].is_same(handle));
  }

  TEST_CASE("P20 an optimizer that was made on meta steps the placed tensors") {
    const test::TemporaryFolder folder;
    Loadable it(folder);
    torch::optim::AdamW optimizer(it.model.parameters(), torch::optim::AdamWOptions(0.1));
    place(it.model, it.policy, at::kCPU);
    const at::Tensor before = it.model.encoder->first->weight.detach().clone();
    it.model.forward(at::randn({3, 3})).sum().backward();
    optimizer.step();
    CHECK_FALSE(at::equal(it.model.encoder->first->weight, before));
    CHECK(same_bits(it.policy.weights.read("encoder.first.weight"), before));  // and not the file
  }

  TEST_CASE("P20 a gradient accumulator recorded on meta is renewed") {
    const test::TemporaryFolder folder;
    Loadable it(folder);
    const at::Tensor recorded =
        it.model.forward(at::empty({3, 3}, on_meta));  // keeps its graph, and meta accumulators, alive
    place(it.model, it.policy, at::kCPU);
    it.model.forward(at::randn({3, 3})).sum().backward();
    CHECK(it.model.encoder->first->weight.grad().is_cpu());
  }

  TEST_CASE("P21 placing twice changes nothing; after steps, inside no-grad and with gradients too") {
    const test::TemporaryFolder folder;
    Loadable it(folder);
    place(it.model, it.policy, at::kCPU);
    it.model.forward(at::randn({3, 3})).sum().backward();
    const at::Tensor grad = it.model.encoder->scale.grad();
    const auto before = Snapshot::of(it.model);
    {
      const at::NoGradGuard no_grad;
      CHECK(place(it.model, RefuseMeta{}, at::kCPU).left.size() == 7);
    }
    CHECK(place(it.model, RefuseMeta{}, at::kCPU).to_string() == "7 left");
    CHECK(Snapshot::of(it.model) == before);
    CHECK(it.model.encoder->scale.grad().is_same(grad));
    it.model.forward(at::randn({3, 3})).sum().backward();
    CHECK(it.model.encoder->scale.requires_grad());
  }

  TEST_CASE("P21 inside inference mode the parameters stay ones that can be trained") {
    const test::TemporaryFolder folder;
    Loadable it(folder);
    {
      const c10::InferenceMode inference;
      place(it.model, it.policy, at::kCPU);
    }
    CHECK_FALSE(it.model.encoder->scale.is_inference());
    it.model.forward(at::randn({3, 3})).sum().backward();
    CHECK(it.model.encoder->scale.grad().defined());
  }

  TEST_CASE("P21 to a GPU and back, with gradients, ties and shared memory") {
    if (!hpo::test::has_gpu()) return;
    const test::TemporaryFolder folder;
    Loadable it(folder);
    place(it.model, it.policy, at::kCPU);
    const at::Tensor flat = at::ones({4});
    auto views = it.model.encoder->register_module("views", std::make_shared<Bag>());
    views->buffer("a", flat.narrow(0, 0, 2));
    views->buffer("b", flat.narrow(0, 1, 3));
    it.model.forward(at::randn({3, 3})).sum().backward();
    const auto before = Snapshot::of(it.model);
    const c10::Device gpu(at::kCUDA, 0);
    CHECK(place(it.model, RefuseMeta{}, gpu).moved.size() == 9);
    CHECK(it.model.encoder->scale.grad().device() == gpu);
    CHECK(Inventory::of(it.model).groups().size() == 8);
    it.model.forward(at::randn({3, 3}, at::TensorOptions(gpu))).sum().backward();
    place(it.model, RefuseMeta{}, at::kCPU);
    for (const auto& [name, one] : Snapshot::of(it.model).tensors) CHECK(one.bytes == before.tensors.at(name).bytes);
  }

  TEST_CASE("P22 out of memory halfway: one line that names the tensor, and the module is as it was") {
    Bag model;
    model.child("layer", std::make_shared<Affine>(2, 2, on_meta));
    model.child("large", std::make_shared<Bag>())->parameter("weight", at::empty({1LL << 24, 1LL << 24}, on_meta));
    const std::string message = refusal(model, Reinitialize{.names = {"*"}, .initializers = {{"large", constant(1)}}});
    CHECK(message.starts_with("placement: large.weight: cannot be placed on cpu: DefaultCPUAllocator: "));
    CHECK(message.ends_with("; the module is as it was"));
  }

  TEST_CASE("P22 out of a GPU's memory: one line that names the tensor, and the module is as it was") {
    if (!hpo::test::has_gpu()) return;
    Bag model;
    const at::Tensor small = model.child("layer", std::make_shared<Bag>())->parameter("weight", at::ones({2}));
    model.child("large", std::make_shared<Bag>())->buffer("table", at::ones({1}).expand({1LL << 40}));
    std::string message;
    try {
      place(model, RefuseMeta{}, hpo::test::gpu);
    } catch (const PlacementError& error) {
      message = error.what();
    }
    CHECK(message.starts_with("placement: large.table: cannot be placed on cuda:0: CUDA out of memory. "));
    CHECK(message.ends_with("; the module is as it was"));
    CHECK(message.find('\n') == std::string::npos);
    CHECK(small.is_cpu());
  }

  TEST_CASE("P22 a file that is cut while it is read: an error, and the module is as it was") {
    const test::TemporaryFolder folder;
    Loadable it(folder);
    std::filesystem::resize_file(folder / "w.safetensors", std::filesystem::file_size(folder / "w.safetensors") - 40);
    for (const Memory memory : {Memory::mapped, Memory::copied}) {
      it.policy.memory = memory;
      const auto before = Snapshot::of(it.model);
      CHECK_THROWS_AS(place(it.model, it.policy, at::kCPU), CheckpointError);
      CHECK(Snapshot::of(it.model) == before);
    }
  }

  TEST_CASE("P22 an exchange that is not kept is undone, gradients included") {
    const at::Tensor tensor = at::full({2}, 5.0).requires_grad_(), meta = at::empty({2}, on_meta);
    tensor.sum().backward();
    const at::Tensor grad = tensor.grad();
    {
      Exchange exchange;
      exchange.adopt(tensor, at::ones({2}), {});
      exchange.adopt(meta, at::ones({2}), {});
      CHECK(tensor.eq(1).all().item<bool>());
      CHECK_FALSE(meta.is_meta());
      CHECK_THROWS_AS(exchange.adopt(tensor, at::ones({3}), {}), ShapeError);
      CHECK_THROWS_AS(exchange.adopt(tensor, at::empty({2}, on_meta), {}), PlacementError);
    }
    CHECK(tensor.eq(5).all().item<bool>());
    CHECK(tensor.grad().is_same(grad));
    CHECK(meta.is_meta());
  }

  TEST_CASE("P23 the process's defaults are as they were, after success and after failure") {
    const test::TemporaryFolder folder;
    Loadable it(folder);
    const auto check = [] {
      CHECK((at::get_default_dtype_as_scalartype() == at::kFloat));
      CHECK(at::ones({1}).is_cpu());
      CHECK(at::GradMode::is_enabled());
      CHECK_FALSE(c10::InferenceMode::is_enabled());
    };
    refusal(it.model, RefuseMeta{});
    check();
    place(it.model, it.policy, at::kCPU);
    check();
  }

  TEST_CASE("P27 stock modules inside a user's module, a module given to another parent, a copy of a placed one") {
    const test::TemporaryFolder folder;
    struct User : torch::nn::Module {
      torch::nn::Sequential body{nullptr};
      User() {
        body = register_module("body", torch::nn::Sequential(torch::nn::Linear(3, 4), torch::nn::BatchNorm1d(4)));
      }
    };
    User user, again;
    const auto weights = saved(folder / "w.safetensors", tensors_of(user));
    CHECK(weights.names() == std::vector<std::string>{"body.0.bias", "body.0.weight", "body.1.bias",
                                                      "body.1.num_batches_tracked", "body.1.running_mean",
                                                      "body.1.running_var", "body.1.weight"});
    CHECK(place(again, FromCheckpoint{.weights = weights}, at::kCPU).filled.size() == 7);
    const at::Tensor x = at::randn({5, 3});
    user.eval();
    again.eval();
    CHECK(at::equal(user.body->forward(x), again.body->forward(x)));

    const auto copy = again.body->clone();  // has memory of its own
    {
      const at::NoGradGuard no_grad;
      copy->parameters().front().fill_(0);
    }
    CHECK(at::equal(user.body->forward(x), again.body->forward(x)));

    Bag parent;
    parent.child("moved", again.body.ptr());
    CHECK(Inventory::of(parent).find("moved.0.weight")->tensor.is_same(again.named_parameters()["body.0.weight"]));
    CHECK(place(parent, RefuseMeta{}, at::kCPU).left.size() == 7);
  }
}

}  // namespace
}  // namespace hpo::placement

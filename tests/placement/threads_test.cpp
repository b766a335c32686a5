// Many threads build, load and place at once: what the bug report's race did, and must not do here.
#include <hpo/placement/context.hpp>
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/reinitialize.hpp>

#include <atomic>
#include <barrier>
#include <thread>

#include <ATen/Context.h>
#include <ATen/ops/full.h>
#include <torch/nn/modules/linear.h>

#include <hpo/testing/placement_models.hpp>

#include "../check.hpp"

namespace hpo::placement {
namespace {

using namespace test;
using First = Criteria::First;

/// A stack of `layers` affine maps, the size that tells threads apart.
std::shared_ptr<Bag> stack(std::int64_t layers, std::int64_t width, const at::TensorOptions& options) {
  auto model = std::make_shared<Bag>();
  for (std::int64_t i = 0; i < layers; ++i)
    model->child("layer" + std::to_string(i), std::make_shared<Affine>(width, width, options));
  model->child("head", std::make_shared<Affine>(width, 2, options));
  return model;
}

/// What is wrong with a placed module, or "". doctest's checks are for one thread.
std::string fault(const torch::nn::Module& module, const checkpoint::Weights& weights, at::ScalarType dtype) {
  const auto inventory = Inventory::of(module);
  for (const auto& record : inventory.records()) {
    if (record.state != TensorState::real) return record.name() + " has no values";
    if (record.tensor.scalar_type() != dtype) return record.name() + " has a foreign dtype";
    if (weights.contains(record.name()) && !same_bits(record.tensor, weights.read(record.name()).to(dtype)))
      return record.name() + " differs from the file";
  }
  return "";
}

TEST_SUITE("placement/threads") {
  TEST_CASE(
      "P24 P25 threads load and place models of several sizes and types, one always fails, others build plain "
      "modules") {
    const test::TemporaryFolder folder;
    constexpr int threads = 6, rounds = 15;
    std::vector<checkpoint::Weights> weights;  // shared by all threads
    for (int size = 0; size < 3; ++size) {
      const auto full = stack(2 + size, 8 + 4 * size, on_cpu);
      fill_with_canaries(*full, 1000.0 * size);
      weights.push_back(
          saved(folder / (std::to_string(size) + ".safetensors"), tensors_of(*full, {"head.weight", "head.bias"})));
    }
    std::vector<std::string> faults(threads);
    std::vector<at::Tensor> heads(threads);
    std::atomic<bool> done = false;
    std::atomic<int> foreign = 0, built = 0;
    std::thread bystander([&] {
      while (!done) {
        const torch::nn::Linear plain(4, 4);
        const Affine own(3, 3, on_cpu);
        if (plain->weight.is_meta() || plain->weight.scalar_type() != at::kFloat || own.weight.is_meta()) ++foreign;
        ++built;
      }
    });
    std::barrier start(threads);
    std::vector<std::thread> workers;
    for (int t = 0; t < threads; ++t)
      workers.emplace_back([&, t] {
        const int size = t % 3;
        const auto dtype = t % 2 == 0 ? at::kFloat : at::kDouble;
        for (int round = 0; round < rounds && faults[static_cast<std::size_t>(t)].empty(); ++round) {
          start.arrive_and_wait();
          auto& fault_of = faults[static_cast<std::size_t>(t)];
          const auto model = stack(2 + size, 8 + 4 * size, on_meta.dtype(dtype));
          const FromCheckpoint policy{
              .weights = weights[static_cast<std::size_t>(size)],
              .may_be_new = t == 5 ? std::vector<std::string>{} : std::vector<std::string>{"head"},
              .seed = 9,
              .trial = static_cast<std::uint64_t>(t),
              .memory = round % 2 == 0 ? Memory::mapped : Memory::copied};
          try {
            place(*model, policy, at::kCPU);
            if (t == 5) fault_of = "the one that must fail did not";
            if (fault_of.empty()) fault_of = fault(*model, policy.weights, dtype);
            const at::Tensor head = model->named_parameters()["head.weight"];
            if (round > 0 && !same_bits(head, heads[static_cast<std::size_t>(t)]))
              fault_of = "the head depends on the interleaving";
            heads[static_cast<std::size_t>(t)] = head.detach().clone();
            const at::NoGradGuard no_grad;  // trains, as it were: nobody else may see it
            for (at::Tensor parameter : model->parameters()) parameter.fill_(-1);
          } catch (const PlacementError& error) {
            if (t != 5) fault_of = error.what();
          }
          const DeviceContext on_meta_device(c10::kMeta);
          if (!torch::nn::Linear(4, 4)->weight.is_meta()) fault_of = "a stock module was not on meta";
        }
        if (!faults[static_cast<std::size_t>(t)].empty()) start.arrive_and_drop();
      });
    for (auto& worker : workers) worker.join();
    done = true;
    bystander.join();
    for (const auto& each : faults) CHECK(each == "");
    CHECK(foreign == 0);
    CHECK(built > 0);
    CHECK((at::get_default_dtype_as_scalartype() == at::kFloat));
    CHECK(torch::nn::Linear(2, 2)->weight.is_cpu());
  }

  TEST_CASE("P24 threads ask one open file for mappings, views and copies") {
    const test::TemporaryFolder folder;
    const auto file = saved(folder / "w.safetensors", {{"a", at::full({1000}, 3.0)}});
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          if (!file.view("a").eq(3).all().item<bool>()) ++wrong;
          if (!file.read("a").eq(3).all().item<bool>()) ++wrong;
          checkpoint::Weights::Mapping mapping(file);
          const at::Tensor own = mapping.view("a");
          own.fill_(i);
          if (!own.eq(i).all().item<bool>()) ++wrong;
        }
      });
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
  }
}

}  // namespace
}  // namespace hpo::placement

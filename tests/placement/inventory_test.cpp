// Mirrors include/hpo/placement/inventory.hpp and inventory_table.hpp.
#include <hpo/placement/inventory.hpp>
#include <hpo/placement/inventory_table.hpp>

#include <ATen/ops/ones.h>

#include <hpo/testing/placement_models.hpp>

#include "../check.hpp"

namespace hpo::placement {
namespace {

using namespace test;

TEST_SUITE("placement/inventory") {
  TEST_CASE("every parameter and buffer at any depth, in registration order, each once") {
    Bag model;
    const at::Tensor words = model.parameter("words", at::ones({2, 3}));
    model.buffer("mean", at::ones({2}, at::kDouble));
    model.parameter("absent", at::Tensor(), false);
    auto deep = model.child("a", std::make_shared<Bag>())->child("b", std::make_shared<Bag>());
    deep->parameter("tied", words);
    deep->parameter("frozen", at::empty({4}, on_meta), false);
    deep->buffer("view", words.detach().view({6}));
    model.child("again", deep);
    const auto inventory = Inventory::of(model);
    std::vector<std::string> names;
    for (const auto& record : inventory.records()) names.push_back(record.name());
    CHECK(names == std::vector<std::string>{"words", "mean", "a.b.frozen", "a.b.view"});
    CHECK(inventory.find("words")->names == std::vector<std::string>{"words", "a.b.tied", "again.tied"});
    CHECK(inventory.find("again.frozen") == inventory.find("a.b.frozen"));
    CHECK(inventory.find("nothing") == nullptr);
    CHECK(inventory.find("a.b.view")->storage == inventory.find("words")->storage);
    CHECK(inventory.groups().size() == 3);
    CHECK(inventory.names().size() == 8);

    const Totals totals = inventory.totals();
    CHECK(totals.tensors == 4);
    CHECK(totals.parameters == 10);
    CHECK(totals.frozen_parameters == 4);
    CHECK(totals.buffer_elements == 8);
    CHECK(totals.meta == 1);
    CHECK(totals.meta_bytes == 16);
    CHECK(totals.bytes.at("float32") == 24 + 16);
    CHECK(totals.bytes.at("float64") == 16);
  }

  TEST_CASE("as a table") {
    Bag model;
    const at::Tensor words = model.parameter("words", at::ones({2, 3}));
    auto deep = model.child("deep", std::make_shared<Bag>());
    deep->parameter("tied", words);
    deep->parameter("frozen", at::empty({4}, on_meta.dtype(at::kHalf)), false);
    deep->buffer("view", words.detach().view({6}));
    CHECK("\n" + to_string(Inventory::of(model)) == R"(
name         kind       shape   dtype    device  bytes  shared with
words        parameter  [2, 3]  float32  cpu        24  deep.tied
deep.frozen  frozen     [4]     float16  meta        8
deep.view    buffer     [6]     float32  cpu        24  memory of words
3 tensors, 10 parameters (4 frozen), 6 buffer elements, 32 bytes (float16 8, float32 24), 1 on meta (8 bytes to come)
)");
    CHECK(to_string(Inventory::of(Bag()))
              .find("0 tensors, 0 parameters (0 frozen), 0 buffer elements, 0 bytes, 0 on meta") != std::string::npos);
  }

  TEST_CASE("a module that contains itself is refused, not followed for ever") {
    auto outer = std::make_shared<Bag>();
    auto inner = outer->child("inner", std::make_shared<Bag>());
    inner->child("outer", outer);
    CHECK_THROWS_WITH_AS(static_cast<void>(Inventory::of(*outer)),
                         "placement: inner.outer.: expected a tree of modules, got a module that contains itself",
                         PlacementError);
    inner->unregister_module("outer");  // or the two keep each other alive
  }

  TEST_CASE("a tensor whose memory was given back is not real") {
    Bag model;
    const at::Tensor weight = model.parameter("weight", at::ones({64}), false);
    CHECK(Inventory::of(model).records()[0].state == TensorState::real);
    weight.storage().unsafeGetStorageImpl()->reset();
    CHECK(Inventory::of(model).records()[0].state == TensorState::released);
  }
}

}  // namespace
}  // namespace hpo::placement

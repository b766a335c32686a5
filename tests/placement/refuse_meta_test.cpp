// Mirrors include/hpo/placement/refuse_meta.hpp.
#include <hpo/placement/refuse_meta.hpp>

#include <ATen/ops/ones.h>

#include <hpo/testing/placement_contract.hpp>
#include <hpo/testing/placement_models.hpp>

#include "../check.hpp"

namespace hpo::placement {
namespace {

using namespace test;
using First = Criteria::First;

/// Refuses, leaves the module alone, and returns the names that the error has.
std::vector<std::string> refused(torch::nn::Module& module, std::string* message = nullptr) {
  const auto before = Snapshot::of(module);
  std::vector<std::string> names;
  try {
    place(module, RefuseMeta{}, at::kCPU);
  } catch (const UnplacedError& error) {
    names = error.names();
    if (message != nullptr) *message = error.what();
  }
  CHECK(Snapshot::of(module) == before);
  return names;
}

TEST_SUITE("placement/refuse_meta") {
  TEST_CASE("RefuseMeta obeys the placement contract") {
    obeys_placement_contract([](const Case&) { return RefuseMeta{}; });
  }

  TEST_CASE(
      "P1 the first parameter is real, a later one is on meta: an error that names all of them, and nothing moved") {
    Criteria model(First::classifier, on_meta, on_cpu);
    CHECK_FALSE(model.parameters().front().is_meta());  // what a look at the first parameter sees
    CHECK(refused(model) == std::vector<std::string>{"encoder.scale", "encoder.positions", "encoder.first.weight",
                                                     "encoder.first.bias", "encoder.second.weight"});
  }

  TEST_CASE("P2 the first parameter is on meta, all others are real") {
    Bag model;
    model.parameter("first", at::empty({2}, on_meta));
    model.parameter("second", at::ones({2}));
    model.child("layer", std::make_shared<Affine>(2, 2, on_cpu));
    CHECK(refused(model) == std::vector<std::string>{"first"});
    Criteria loaded(First::encoder, on_cpu, on_meta);
    CHECK(refused(loaded) == std::vector<std::string>{"classifier.weight", "classifier.bias"});
  }

  TEST_CASE("P3 only a buffer is on meta, registered or kept by the module for itself") {
    Bag model;
    model.child("layer", std::make_shared<Affine>(2, 2, on_cpu));
    auto inner = model.child("inner", std::make_shared<Bag>());
    inner->buffer("positions", at::empty({1, 8}, on_meta.dtype(at::kLong)));
    CHECK(refused(model) == std::vector<std::string>{"inner.positions"});
  }

  TEST_CASE("P4 the root module itself holds the tensor") {
    Bag model;
    model.child("layer", std::make_shared<Affine>(2, 2, on_cpu));
    model.parameter("temperature", at::empty({}, on_meta));
    CHECK(refused(model) == std::vector<std::string>{"temperature"});
  }

  TEST_CASE("P6 no parameters, no tensors at all, and optional tensors that are not there") {
    Bag empty, buffers;
    CHECK(place(empty, RefuseMeta{}, at::kCPU).to_string() == "nothing to place");
    buffers.buffer("mean", at::ones({2}));
    buffers.buffer("none", at::Tensor());
    buffers.parameter("absent", at::Tensor(), false);
    CHECK(place(buffers, RefuseMeta{}, at::kCPU).left == std::vector<std::string>{"mean"});
    buffers.buffer("later", at::empty({2}, on_meta));
    CHECK(refused(buffers) == std::vector<std::string>{"later"});
  }

  TEST_CASE("P29 the message counts, names the first, says what was expected and what to do, on one line") {
    Criteria model(First::classifier, on_meta, on_cpu);
    std::string message;
    refused(model, &message);
    CHECK(
        message ==
        "placement on cpu: 5 of 7 tensors have no values, 5 of them on the meta device (encoder.scale, "
        "encoder.positions, "
        "encoder.first.weight, encoder.first.bias, encoder.second.weight): expected values for each; load them from a "
        "checkpoint (FromCheckpoint), or name those to be written anew (Reinitialize)");
    Bag many;
    for (int i = 0; i < 20; ++i) many.parameter("p" + std::to_string(i), at::empty({1}, on_meta));
    CHECK(refused(many, &message).size() == 20);
    CHECK(message.find("20 of 20 tensors have no values, 20 of them on the meta device (p0, p1, p2, p3, p4, p5, p6, p7 "
                       "and 12 more)") != std::string::npos);
    CHECK(message.find("to_empty") == std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  }

  TEST_CASE("a tensor whose memory was given back is as good as meta") {
    Bag model;
    const at::Tensor weight = model.parameter("weight", at::ones({64}), false);
    weight.storage().unsafeGetStorageImpl()->reset();
    CHECK(refused(model) == std::vector<std::string>{"weight"});
  }
}

}  // namespace
}  // namespace hpo::placement

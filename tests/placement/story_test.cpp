// The code of docs/placement.md, run.
#include <hpo/checkpoint/safetensors_writer.hpp>
#include <hpo/checkpoint/weights.hpp>
#include <hpo/placement/context.hpp>
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/inventory_table.hpp>
#include <hpo/placement/refuse_meta.hpp>
#include <hpo/placement/reinitialize.hpp>

#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <torch/nn/modules/linear.h>

#include "../check.hpp"

namespace hpo {
namespace {

// [layer]
/// A layer that takes its device as an argument and says what its tensors hold when no file does.
struct Layer : torch::nn::Module, placement::SelfInitializing {
  Layer(std::int64_t in, std::int64_t out, const at::TensorOptions& tensors)
      : weight(register_parameter("weight", at::empty({out, in}, tensors))) {}

  void initialize_own(const std::string& name, at::Tensor& tensor, PhiloxStream& random) override {
    if (name == "weight") placement::fill_normal(tensor, 0.02, random);
  }
  at::Tensor weight;
};
// [layer]

// [model]
struct Model : torch::nn::Module {
  explicit Model(const at::TensorOptions& tensors = at::kMeta)
      : encoder(register_module("encoder", std::make_shared<Layer>(3, 4, tensors))),
        classifier(register_module("classifier", std::make_shared<Layer>(4, 2, tensors))) {}
  std::shared_ptr<Layer> encoder, classifier;
};
// [model]

/// A checkpoint with an encoder and no classifier.
std::filesystem::path pretrained(const test::TemporaryFolder& folder) {
  const auto path = folder / "model.safetensors";
  checkpoint::write_safetensors(path, {{"encoder.weight", at::ones({4, 3})}});
  return path;
}

TEST_SUITE("placement/story") {
  TEST_CASE("a model on meta is refused, with a message that helps") {
    // [refused]
    Model model;  // a shape of everything, memory for nothing
    std::string said;
    try {
      placement::place(model, placement::RefuseMeta{}, at::kCPU);
    } catch (const placement::UnplacedError& error) {
      said = error.what();
    }
    // [refused]
    CHECK(said ==
          "placement on cpu: 2 of 2 tensors have no values, 2 of them on the meta device (encoder.weight, "
          "classifier.weight): expected "
          "values for each; load them from a checkpoint (FromCheckpoint), or name those to be written anew "
          "(Reinitialize)");
  }

  TEST_CASE("the encoder from the file, the head anew because it was named") {
    const test::TemporaryFolder folder;
    const auto path = pretrained(folder);
    // [from_checkpoint]
    Model model;
    const auto report = placement::place(
        model,
        placement::FromCheckpoint{.weights = checkpoint::Weights::open(path), .may_be_new = {"classifier"}, .seed = 7},
        at::kCPU);
    // report.to_string(): "1 filled, 1 initialized (classifier.weight)"
    // [from_checkpoint]
    CHECK(report.to_string() == "1 filled, 1 initialized (classifier.weight)");
    CHECK(at::equal(model.encoder->weight, at::ones({4, 3})));
    CHECK(to_string(placement::Inventory::of(model)) ==
          R"(name               kind       shape   dtype    device  bytes  shared with
encoder.weight     parameter  [4, 3]  float32  cpu        48
classifier.weight  parameter  [2, 4]  float32  cpu        32
2 tensors, 20 parameters (0 frozen), 0 buffer elements, 80 bytes (float32 80), 0 on meta (0 bytes to come)
)");
  }

  TEST_CASE("a weight that is missing and was not named is an error, never noise") {
    const test::TemporaryFolder folder;
    const auto path = pretrained(folder);
    Model model;
    CHECK_THROWS_WITH_AS(
        placement::place(model, placement::FromCheckpoint{.weights = checkpoint::Weights::open(path)}, at::kCPU),
        doctest::Contains("1 of 2 tensors are not in it (classifier.weight): expected each; name in "
                          "may_be_new"),
        placement::UnplacedError);
    CHECK(model.encoder->weight.is_meta());  // not even the encoder was touched
  }

  TEST_CASE("a head is written anew on a model that has values, and nothing else is") {
    const test::TemporaryFolder folder;
    const auto path = pretrained(folder);
    Model model;
    placement::place(model, placement::FromCheckpoint{.weights = checkpoint::Weights::open(path), .may_be_new = {"*"}},
                     at::kCPU);
    // [reinitialize]
    placement::place(model, placement::Reinitialize{.names = {"classifier"}, .seed = 7, .trial = 12}, at::kCPU);
    // [reinitialize]
    CHECK(at::equal(model.encoder->weight, at::ones({4, 3})));
  }

  TEST_CASE("a module made of libtorch's own parts is built on meta by a context") {
    // [stock]
    struct Users : torch::nn::Module {
      torch::nn::Linear body = register_module("body", torch::nn::Linear(3, 4));
    };
    const auto model = [] {
      const placement::DeviceContext on_meta(c10::kMeta);  // for this thread, until the end of the scope
      return std::make_shared<Users>();
    }();
    placement::place(
        *model,
        placement::Reinitialize{
            .names = {"*"}, .initializers = {{"body.bias", placement::constant(0)}, {"body", placement::normal(0.02)}}},
        at::kCPU);
    // [stock]
    CHECK(model->body->bias.eq(0).all().item<bool>());
    CHECK(model->body->weight.ne(0).any().item<bool>());
  }
}

}  // namespace
}  // namespace hpo

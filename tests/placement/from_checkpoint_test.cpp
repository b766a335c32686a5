// Mirrors include/hpo/placement/from_checkpoint.hpp.
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/reinitialize.hpp>

#include <fstream>
#include <limits>

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <hpo/testing/placement_contract.hpp>
#include <hpo/testing/placement_models.hpp>
#include "poison.hpp"

#include "../check.hpp"

namespace hpo::placement {
namespace {

using namespace test;
using First = Criteria::First;

/// The message of a refusal that left the module as it was.
std::string refusal(torch::nn::Module& module, const FromCheckpoint& policy) {
  const auto before = Snapshot::of(module);
  std::string message;
  try {
    place(module, policy, at::kCPU);
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK_FALSE(message.empty());
  CHECK(message.find("to_empty") == std::string::npos);
  CHECK(message.find('\n') == std::string::npos);
  CHECK(Snapshot::of(module) == before);
  return message;
}

bool contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  MESSAGE("not in: " << text);
  return false;
}

void check_equals_file(const torch::nn::Module& module, const checkpoint::Weights& weights) {
  const auto inventory = Inventory::of(module);
  for (const auto& record : inventory.records()) {
    CAPTURE(record.name());
    if (weights.contains(record.name())) CHECK(same_bits(record.tensor, weights.read(record.name())));
  }
}

TEST_SUITE("placement/from_checkpoint") {
  TEST_CASE("FromCheckpoint obeys the placement contract, mapped and copied") {
    for (const Memory memory : {Memory::mapped, Memory::copied}) {
      obeys_placement_contract(
          [&](const Case& each) { return FromCheckpoint{.weights = each.weights, .memory = memory}; });
      obeys_placement_contract([&](const Case& each) {
        return FromCheckpoint{.weights = each.weights, .may_be_new = {"*"}, .memory = memory};
      });
    }
  }

  TEST_CASE("P5 every kind of container, and a submodule that is registered twice") {
    const TemporaryFolder folder;
    const auto build = [](const at::TensorOptions& options) {
      auto root = std::make_shared<Bag>();
      auto list = root->child("list", std::make_shared<Bag>());  // as ModuleList and Sequential name theirs
      for (const auto* name : {"0", "1"}) list->child(name, std::make_shared<Affine>(2, 2, options));
      auto parameters = root->child("parameters", std::make_shared<Bag>());  // as ParameterList does
      for (const auto* name : {"0", "1"}) parameters->parameter(name, at::empty({2}, options));
      auto twice = std::make_shared<Affine>(2, 2, options);
      root->child("a", twice);
      root->child("deep", std::make_shared<Bag>())->child("b", twice);
      return root;
    };
    const auto full = build(on_cpu);
    fill_with_canaries(*full);
    const auto weights = saved(folder / "w.safetensors", tensors_of(*full));
    const auto model = build(on_meta);
    const auto report = place(*model, FromCheckpoint{.weights = weights}, at::kCPU);
    CHECK(report.filled.size() == 8);
    check_equals_file(*model, weights);
    CHECK(Inventory::of(*model).find("deep.b.weight")->names == std::vector<std::string>{"a.weight", "deep.b.weight"});
  }

  TEST_CASE("P9 bit for bit as the file; initializers do not run on what was loaded") {
    const TemporaryFolder folder;
    Criteria full(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(full);
    {
      const at::NoGradGuard no_grad;
      full.encoder->scale[0] = std::numeric_limits<float>::quiet_NaN();
      full.encoder->scale[1] = -0.0F;
    }
    const auto weights = saved(folder / "w.safetensors", tensors_of(full));
    for (const Memory memory : {Memory::mapped, Memory::copied}) {
      Criteria model(First::classifier, on_meta, on_meta);
      const auto report =
          place(model, FromCheckpoint{.weights = weights, .may_be_new = {"*"}, .memory = memory}, at::kCPU);
      CHECK(report.filled.size() == 7);
      CHECK(report.initialized.empty());
      check_equals_file(model, weights);
    }
  }

  TEST_CASE("P10 a missing name is an error; as one that may be new it alone is initialized, its neighbor kept") {
    const TemporaryFolder folder;
    Criteria full(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(full);
    const auto weights = saved(folder / "w.safetensors", tensors_of(full, {"classifier.bias"}));
    Criteria model(First::encoder, on_meta, on_meta);
    const std::string message = refusal(model, {.weights = weights});
    CHECK(contains(message, "w.safetensors: 1 of 7 tensors are not in it (classifier.bias): expected each"));
    CHECK(contains(message, "name in may_be_new what may start anew, or use the checkpoint of this architecture"));
    const auto report = place(model, FromCheckpoint{.weights = weights, .may_be_new = {"classifier"}}, at::kCPU);
    CHECK(report.initialized == std::vector<std::string>{"classifier.bias"});
    CHECK(model.classifier->bias.eq(0).all().item<bool>());
    check_equals_file(model, weights);
  }

  TEST_CASE("a missing encoder weight is an error although a head may be new, and although it is real") {
    const TemporaryFolder folder;
    Criteria full(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(full);
    const auto weights = saved(folder / "w.safetensors", tensors_of(full, {"encoder.first.weight", "classifier.bias"}));
    Criteria on_meta_model(First::encoder, on_meta, on_meta);
    Criteria real(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(real);
    for (auto* model : {&on_meta_model, &real})
      CHECK(contains(refusal(*model, {.weights = weights, .may_be_new = {"classifier"}}),
                     "1 of 7 tensors are not in it (encoder.first.weight)"));
  }

  TEST_CASE("a tensor that may be new and has no initializer is an error that names it") {
    const TemporaryFolder folder;
    Bag model;
    model.parameter("head", at::empty({2}, on_meta));
    const auto weights = saved(folder / "w.safetensors", {});
    CHECK(contains(refusal(model, {.weights = weights, .may_be_new = {"head"}}),
                   "1 may be new and have no initializer (head)"));
    place(model, FromCheckpoint{.weights = weights, .may_be_new = {"head"}, .initializers = {{"head", constant(3)}}},
          at::kCPU);
    CHECK(model.parameters().front().eq(3).all().item<bool>());
  }

  TEST_CASE(
      "P11 unexpected names are listed; shape and type differences refused before anything is done; empty and 0-dim "
      "tensors placed") {
    const TemporaryFolder folder;
    const auto build = [](const at::TensorOptions& options) {
      auto model = std::make_shared<Bag>();
      model->parameter("point", at::empty({}, options));
      model->parameter("none", at::empty({0, 3}, options));
      model->buffer("steps", at::empty({2}, options.dtype(at::kLong)));
      return model;
    };
    const at::Tensor point = at::full({}, 1.5), none = at::zeros({0, 3}), steps = at::ones({2}, at::kLong),
                     more = at::ones({1});
    auto model = build(on_meta);
    const auto good =
        saved(folder / "g.safetensors", {{"point", point}, {"none", none}, {"steps", steps}, {"more", more}});
    const auto report = place(*model, FromCheckpoint{.weights = good}, at::kCPU);
    CHECK(report.unexpected == std::vector<std::string>{"more"});
    CHECK(report.to_string() == "3 filled, 1 unexpected in the file (more)");
    check_equals_file(*model, good);

    model = build(on_meta);
    const auto bad = saved(folder / "b.safetensors", {{"point", more}, {"none", none}, {"steps", at::ones({2})}});
    const std::string message = refusal(*model, {.weights = bad});
    CHECK(contains(message, "point: expected shape [], got [1]"));
    CHECK(contains(message, "steps: expected type int64, got F32"));
  }

  TEST_CASE("P11 a stored type that libtorch lacks is refused by the plan") {
    const TemporaryFolder folder;
    std::string bytes(8, '\0');
    const std::string header = R"({"weight":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})";
    bytes[0] = static_cast<char>(header.size());
    std::ofstream(folder / "w.safetensors", std::ios::binary) << bytes << header << "abcd";
    Bag model;
    model.parameter("weight", at::empty({4}, on_meta));
    CHECK(contains(refusal(model, {.weights = checkpoint::Weights::open(folder / "w.safetensors")}),
                   "weight: expected type float32, got F8_E4M3"));
  }

  TEST_CASE(
      "a head that is stored in another shape is an error, or starts anew if the caller says so; an encoder never "
      "does") {
    const TemporaryFolder folder;
    Criteria full(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(full);
    auto tensors = tensors_of(full, {"classifier.weight", "encoder.scale"});
    tensors.emplace_back("classifier.weight", at::ones({5, 4}));
    tensors.emplace_back("encoder.scale", at::ones({4}));
    FromCheckpoint policy{.weights = saved(folder / "w.safetensors", tensors), .may_be_new = {"classifier"}};
    Criteria model(First::encoder, on_meta, on_meta);
    CHECK(contains(refusal(model, policy), "classifier.weight: expected shape [2, 4], got [5, 4]"));
    policy.renew_mismatched = true;
    const auto report = place(model, policy, at::kCPU);
    CHECK(report.initialized == std::vector<std::string>{"classifier.weight"});
    CHECK(report.unexpected == std::vector<std::string>{"classifier.weight"});
    tensors.back().second = at::ones({5});
    policy.weights = saved(folder / "w.safetensors", tensors);
    CHECK(contains(refusal(model, policy), "encoder.scale: expected shape [4], got [5]"));
  }

  TEST_CASE("P12 nothing of a freshly allocated memory shows through, mapped, copied, converted and strided") {
    const PoisonedMemory poison;
    REQUIRE(poison.works());
    const TemporaryFolder folder;
    Criteria full(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(full);
    const auto weights = saved(folder / "w.safetensors", tensors_of(full, {"classifier.weight", "encoder.positions"}));
    for (const Memory memory : {Memory::mapped, Memory::copied})
      for (const auto dtype : {at::kFloat, at::kHalf, at::kDouble}) {
        Criteria model(First::encoder, on_meta.dtype(dtype), on_meta.dtype(dtype));
        place(model, FromCheckpoint{.weights = weights, .may_be_new = {"classifier"}, .memory = memory}, at::kCPU);
        CHECK(poison.shows_in(model) == std::vector<std::string>{});
      }
  }

  TEST_CASE("P13 a buffer that follows from the options is computed as in a model that was built with memory") {
    const TemporaryFolder folder;
    Criteria full(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(full);
    const auto weights = saved(folder / "w.safetensors", tensors_of(full, {"encoder.positions"}));
    Criteria model(First::encoder, on_meta, on_meta);
    const auto report = place(model, FromCheckpoint{.weights = weights}, at::kCPU);
    CHECK(report.initialized == std::vector<std::string>{"encoder.positions"});
    CHECK(at::equal(model.encoder->positions, at::arange(6).view({1, 6})));
  }

  TEST_CASE("P14 a derived table that is in the file is taken from the file") {
    const TemporaryFolder folder;
    Criteria full(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(full);
    const auto weights = saved(folder / "w.safetensors", tensors_of(full));
    Criteria model(First::encoder, on_meta, on_meta);
    place(model, FromCheckpoint{.weights = weights}, at::kCPU);
    CHECK(same_bits(model.encoder->positions, full.encoder->positions));
    CHECK(model.encoder->positions[0][0].item<std::int64_t>() >= 1000);
  }

  TEST_CASE("P16 tied tensors: stored under one name, the other, both equal, both different, neither") {
    const TemporaryFolder folder;
    const auto build = [] {
      auto model = std::make_shared<Bag>();
      const at::Tensor words =
          model->child("embeddings", std::make_shared<Bag>())->parameter("words", at::empty({2, 3}, on_meta));
      model->child("decoder", std::make_shared<Bag>())->parameter("weight", words);
      return model;
    };
    const at::Tensor a = at::full({2, 3}, 7.0), b = at::full({2, 3}, 8.0);
    for (const auto& tensors :
         {checkpoint::NamedTensors{{"embeddings.words", a}}, checkpoint::NamedTensors{{"decoder.weight", a}},
          checkpoint::NamedTensors{{"embeddings.words", a}, {"decoder.weight", a}}}) {
      auto model = build();
      const auto report = place(*model, FromCheckpoint{.weights = saved(folder / "w.safetensors", tensors)}, at::kCPU);
      CHECK(report.filled == std::vector<std::string>{"embeddings.words"});
      CHECK(report.unexpected.empty());
      const auto parameters = model->named_parameters();
      CHECK(parameters["embeddings.words"].is_same(parameters["decoder.weight"]));
      CHECK(same_bits(parameters["decoder.weight"], a));
    }
    auto model = build();
    CHECK(contains(
        refusal(*model, {.weights = saved(folder / "w.safetensors", {{"embeddings.words", a}, {"decoder.weight", b}})}),
        "placement: embeddings.words: is one tensor with decoder.weight, expected embeddings.words and decoder.weight "
        "to be "
        "stored equal, got different values"));
    CHECK(contains(refusal(*model, {.weights = saved(folder / "w.safetensors", {})}),
                   "1 of 1 tensors are not in it (embeddings.words)"));
  }

  TEST_CASE("P16 the same for two tensors over one memory, whole or in part") {
    const TemporaryFolder folder;
    const auto build = [] {
      auto model = std::make_shared<Bag>();
      const at::Tensor flat = at::empty({6}, on_meta);
      model->parameter("flat", flat);
      model->parameter("table", flat.view({2, 3}).detach());
      model->buffer("tail", flat.detach().narrow(0, 3, 3));
      return model;
    };
    const at::Tensor six = at::arange(6.0).to(at::kFloat);
    const auto check = [&](const checkpoint::NamedTensors& tensors) {
      auto model = build();
      place(*model, FromCheckpoint{.weights = saved(folder / "w.safetensors", tensors)}, at::kCPU);
      const auto inventory = Inventory::of(*model);
      CHECK(inventory.groups().size() == 1);
      CHECK(same_bits(inventory.find("flat")->tensor, six));
      CHECK(same_bits(inventory.find("table")->tensor, six.view({2, 3})));
      CHECK(same_bits(inventory.find("tail")->tensor, six.narrow(0, 3, 3)));
      const at::NoGradGuard no_grad;
      inventory.find("tail")->tensor.fill_(9);
      CHECK(inventory.find("table")->tensor[1][0].item<float>() == 9);
    };
    check({{"flat", six}});
    check({{"table", six.view({2, 3})}});
    check({{"table", six.view({2, 3})}, {"tail", six.narrow(0, 3, 3)}, {"flat", six}});
    auto model = build();
    CHECK(contains(
        refusal(*model, {.weights = saved(folder / "w.safetensors", {{"flat", six}, {"tail", at::ones({3})}})}),
        "flat: shares memory with table"));
    CHECK(contains(refusal(*model, {.weights = saved(folder / "w.safetensors", {{"tail", at::ones({3})}})}),
                   "do not cover it"));
    CHECK(contains(refusal(*model, {.weights = saved(folder / "w.safetensors", {})}), "3 of 3 tensors are not in it"));
  }

  TEST_CASE("P17 a submodule used twice is filled once; equal values do not tie what the module keeps apart") {
    const TemporaryFolder folder;
    Bag model;
    auto shared = std::make_shared<Affine>(2, 2, on_meta);
    model.child("a", shared);
    model.child("b", shared);
    model.child("c", std::make_shared<Affine>(2, 2, on_meta));
    const at::Tensor w = at::ones({2, 2}), b = at::ones({2});
    const auto weights =
        saved(folder / "w.safetensors", {{"b.weight", w}, {"b.bias", b}, {"c.weight", w}, {"c.bias", b}});
    place(model, FromCheckpoint{.weights = weights}, at::kCPU);
    {
      const at::NoGradGuard no_grad;
      shared->weight.fill_(5);
    }
    const auto parameters = model.named_parameters();
    CHECK(parameters["a.weight"].is_same(parameters["b.weight"]));
    CHECK(parameters["b.weight"].eq(5).all().item<bool>());
    CHECK(parameters["c.weight"].eq(1).all().item<bool>());
  }

  TEST_CASE("P19 requires_grad, the module's dtype and its strides are kept; fp16 and bf16 files fill fp32 modules") {
    const TemporaryFolder folder;
    const at::Tensor values = at::randn({4, 6});
    for (const auto stored : {at::kHalf, at::kBFloat16, at::kFloat, at::kDouble})
      for (const auto memory : {Memory::mapped, Memory::copied}) {
        Bag model;
        model.parameter("frozen", at::empty({4, 6}, on_meta), /*requires_grad=*/false);
        model.parameter("trained", at::empty({6, 4}, on_meta).t());
        const auto weights =
            saved(folder / "w.safetensors", {{"frozen", values.to(stored)}, {"trained", values.to(stored)}});
        place(model, FromCheckpoint{.weights = weights, .memory = memory}, at::kCPU);
        const auto parameters = model.named_parameters();
        CHECK_FALSE(parameters["frozen"].requires_grad());
        CHECK(parameters["trained"].requires_grad());
        CHECK(parameters["trained"].is_leaf());
        CHECK((parameters["trained"].strides() == at::IntArrayRef({1, 4})));
        for (const auto* name : {"frozen", "trained"}) {
          CHECK((parameters[name].scalar_type() == at::kFloat));
          CHECK(same_bits(parameters[name], values.to(stored).to(at::kFloat)));
        }
      }
  }

  TEST_CASE("P28 a model that still has a tensor on meta, or one without memory, is not saved") {
    const TemporaryFolder folder;
    Criteria model(First::encoder, on_cpu, on_meta);
    fill_with_canaries(*model.encoder);
    const auto path = folder / "w.safetensors";
    CHECK_THROWS_WITH_AS(checkpoint::write_safetensors(path, tensors_of(model)),
                         concat(path,
                                ": classifier.weight: cannot be saved: expected values, got a tensor on the meta "
                                "device; place the module first")
                             .c_str(),
                         CheckpointError);
    CHECK_FALSE(std::filesystem::exists(path));
  }

  TEST_CASE(
      "P30 the bug report: loaded encoder, new head on meta; afterwards the encoder gives the checkpoint's outputs") {
    const TemporaryFolder folder;
    auto pretrained = std::make_shared<Encoder>(on_cpu);
    place(*pretrained, Reinitialize{.names = {"*"}, .seed = 11}, at::kCPU);
    const auto weights = saved(folder / "w.safetensors", tensors_of(*pretrained));
    const at::Tensor x = at::randn({5, 3});
    for (const First first : {First::encoder, First::classifier}) {
      Criteria model(first, on_cpu, on_meta);
      place(*model.encoder, FromCheckpoint{.weights = weights}, at::kCPU);
      const auto report =
          place(model, FromCheckpoint{.weights = weights, .prefix = "encoder", .may_be_new = {"classifier"}}, at::kCPU);
      CHECK(report.initialized == std::vector<std::string>{"classifier.weight", "classifier.bias"});
      CHECK(at::equal(model.encoder->forward(x), pretrained->forward(x)));
      CHECK((model.forward(x).sizes() == at::IntArrayRef({5, 2})));
    }
    // The fix that the report proposes, on a module that was already loaded: only what is named may change.
    Criteria model(First::encoder, on_cpu, on_meta);
    place(*model.encoder, FromCheckpoint{.weights = weights}, at::kCPU);
    place(model, Reinitialize{.names = {"classifier"}}, at::kCPU);
    CHECK(at::equal(model.encoder->forward(x), pretrained->forward(x)));
  }

  TEST_CASE("two models from one checkpoint do not share what they train, nor change the file") {
    const TemporaryFolder folder;
    Criteria full(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(full);
    const auto weights = saved(folder / "w.safetensors", tensors_of(full));
    const FromCheckpoint policy{.weights = weights};
    Criteria one(First::encoder, on_meta, on_meta), two(First::encoder, on_meta, on_meta);
    place(one, policy, at::kCPU);
    place(two, policy, at::kCPU);
    {
      const at::NoGradGuard no_grad;
      for (at::Tensor& parameter : one.parameters()) parameter.fill_(-1);
    }
    check_equals_file(two, weights);
    check_equals_file(two, checkpoint::Weights::open(folder / "w.safetensors"));
  }

  TEST_CASE("the model outlives the policy, the open file and the file's name") {
    Criteria model(First::encoder, on_meta, on_meta);
    at::Tensor expected;
    {
      const TemporaryFolder folder;
      Criteria full(First::encoder, on_cpu, on_cpu);
      fill_with_canaries(full);
      expected = full.encoder->scale.detach().clone();
      place(model, FromCheckpoint{.weights = saved(folder / "w.safetensors", tensors_of(full))}, at::kCPU);
    }
    CHECK(same_bits(model.encoder->scale, expected));
  }
}

}  // namespace
}  // namespace hpo::placement

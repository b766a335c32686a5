// Mirrors include/hpo/placement/reinitialize.hpp.
#include <hpo/placement/reinitialize.hpp>

#include <thread>

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>

#include <hpo/testing/placement_contract.hpp>
#include <hpo/testing/placement_models.hpp>
#include "poison.hpp"

#include "../check.hpp"

namespace hpo::placement {
namespace {

using namespace test;
using First = Criteria::First;

template <class Policy>
std::string refusal(torch::nn::Module& module, const Policy& policy) {
  const auto before = Snapshot::of(module);
  std::string message;
  try {
    place(module, policy, at::kCPU);
  } catch (const PlacementError& error) {
    message = error.what();
  }
  CHECK(Snapshot::of(module) == before);
  CHECK(message.find("to_empty") == std::string::npos);
  return message;
}

/// A module whose initializer forgets what the test wants it to forget.
struct Forgetful : torch::nn::Module, SelfInitializing {
  Forgetful(std::int64_t size, at::ScalarType dtype) {
    weight = register_buffer("weight", at::empty({size}, on_meta.dtype(dtype)));
  }
  void initialize_own(const std::string&, at::Tensor& tensor, PhiloxStream&) override { write(tensor); }
  at::Tensor weight;
  std::function<void(at::Tensor&)> write = [](at::Tensor&) {};
};

TEST_SUITE("placement/reinitialize") {
  TEST_CASE("Reinitialize obeys the placement contract") {
    obeys_placement_contract([](const Case& each) {
      return Reinitialize{.names = each.what == "nothing to place" ? std::vector<std::string>{}
                                                                   : std::vector<std::string>{"classifier"}};
    });
    obeys_placement_contract([](const Case&) { return Reinitialize{.names = {"*"}, .seed = 3}; });
  }

  TEST_CASE("P8 from scratch: every tensor is written by a declared initializer") {
    Criteria model(First::encoder, on_meta, on_meta);
    const auto report = place(model, Reinitialize{.names = {"*"}, .seed = 1}, at::kCPU);
    CHECK(report.initialized.size() == 7);
    CHECK(model.encoder->scale.eq(1).all().item<bool>());
    CHECK(at::equal(model.encoder->positions, at::arange(6).view({1, 6})));
    CHECK(model.encoder->first->weight.abs().max().item<float>() <= 0.1F);
    CHECK(model.encoder->first->weight.abs().min().item<float>() > 0.0F);
    CHECK(model.classifier->bias.eq(0).all().item<bool>());
  }

  TEST_CASE("P8 a tensor without an initializer is an error that names it, not garbage") {
    Bag model;
    model.parameter("weight", at::empty({3}, on_meta));
    model.child("layer", std::make_shared<Affine>(2, 2, on_meta));
    CHECK(refusal(model, Reinitialize{.names = {"*"}})
              .find("1 tensors are to be written anew and have no initializer (weight)") != std::string::npos);
    const auto report =
        place(model, Reinitialize{.names = {"*"}, .initializers = {{"weight", constant(2.5)}}}, at::kCPU);
    CHECK(report.initialized.size() == 3);
    CHECK(model.parameters().front().eq(2.5).all().item<bool>());
  }

  TEST_CASE("only what is named is written, and what is on meta must be named") {
    Criteria model(First::encoder, on_cpu, on_meta);
    fill_with_canaries(*model.encoder);
    const auto encoder = Snapshot::of(*model.encoder);
    CHECK(refusal(model, Reinitialize{.names = {"classifier.bias"}})
              .find("1 of 7 tensors have no values, 1 of them on the meta device (classifier.weight)") !=
          std::string::npos);
    const auto report = place(model, Reinitialize{.names = {"classifier"}}, at::kCPU);
    CHECK(report.to_string() == "2 initialized (classifier.weight, classifier.bias), 5 left");
    CHECK(Snapshot::of(*model.encoder) == encoder);
  }

  TEST_CASE("a name that no tensor has is an error with the nearest that one has") {
    Criteria model(First::encoder, on_cpu, on_cpu);
    fill_with_canaries(model);
    CHECK(refusal(model, Reinitialize{.names = {"classifer.bias"}})
              .find("did you mean 'classifier.bias'?; known: encoder.scale") != std::string::npos);
  }

  TEST_CASE("P12 nothing of a freshly allocated memory shows through") {
    const PoisonedMemory poison;
    REQUIRE(poison.works());
    Criteria model(First::encoder, on_meta, on_meta);
    place(model, Reinitialize{.names = {"*"}}, at::kCPU);
    CHECK(poison.shows_in(model) == std::vector<std::string>{});
  }

  TEST_CASE("P12 an initializer that leaves elements is found out, in every dtype, and named") {
    for (const auto dtype : {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort,
                             at::kChar, at::kByte, at::kBool}) {
      CAPTURE(dtype);
      Forgetful model(1000, dtype);
      CHECK(refusal(model, Reinitialize{.names = {"*"}}) ==
            "placement: weight: expected its initializer to write all 1000 elements, got 1000 unwritten");
      model.write = [](at::Tensor& t) { t.narrow(0, 0, 999).zero_(); };
      CHECK(refusal(model, Reinitialize{.names = {"*"}}).find("1 unwritten") != std::string::npos);
      model.write = [&](at::Tensor& t) {
        t = at::ones({1000}, t.options());
      };  // another tensor: this one is not written
      CHECK(refusal(model, Reinitialize{.names = {"*"}}).find("1000 unwritten") != std::string::npos);
      model.write = [](at::Tensor& t) { t.fill_(1); };
      place(model, Reinitialize{.names = {"*"}}, at::kCPU);
      CHECK(model.weight.eq(1).all().item<bool>());
    }
  }

  TEST_CASE("a value that happens to look like unwritten memory is no error") {
    Forgetful model(4, at::kByte);
    model.write = [](at::Tensor& t) { t.fill_(0xA5); };
    place(model, Reinitialize{.names = {"*"}}, at::kCPU);
    CHECK(model.weight.eq(0xA5).all().item<bool>());
    model.write = [](at::Tensor& t) { t.fill_(0x5A); };
    place(model, Reinitialize{.names = {"*"}}, at::kCPU);
    CHECK(model.weight.eq(0x5A).all().item<bool>());
  }

  TEST_CASE("P26 a tensor's values follow from the seed, the trial and its name, not from what else is done or when") {
    const auto classifier = [](std::uint64_t seed, std::uint64_t trial, const std::vector<std::string>& names) {
      Criteria model(First::encoder, on_cpu, on_meta);
      fill_with_canaries(*model.encoder);
      place(model, Reinitialize{.names = names, .seed = seed, .trial = trial}, at::kCPU);
      return model.classifier->weight.detach().clone();
    };
    const at::Tensor expected = classifier(5, 2, {"classifier"});
    CHECK(same_bits(classifier(5, 2, {"*"}), expected));
    CHECK_FALSE(same_bits(classifier(6, 2, {"classifier"}), expected));
    CHECK_FALSE(same_bits(classifier(5, 3, {"classifier"}), expected));
    std::vector<at::Tensor> from_threads(8);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < from_threads.size(); ++i)
      threads.emplace_back([&, i] { from_threads[i] = classifier(5, i, {"classifier"}); });
    for (auto& thread : threads) thread.join();
    for (std::size_t i = 0; i < from_threads.size(); ++i)
      CHECK(same_bits(from_threads[i], classifier(5, i, {"classifier"})));
  }

  TEST_CASE("what an initializer throws passes through, and the module is as it was") {
    Criteria model(First::encoder, on_meta, on_meta);
    const auto before = Snapshot::of(model);
    int calls = 0;
    const Initializer third_throws = [&](at::Tensor& t, PhiloxStream&) {
      if (++calls == 3) throw std::runtime_error("no luck");
      t.zero_();
    };
    CHECK_THROWS_WITH(place(model, Reinitialize{.names = {"*"}, .initializers = {{"*", third_throws}}}, at::kCPU),
                      "no luck");
    CHECK(Snapshot::of(model) == before);
  }
}

}  // namespace
}  // namespace hpo::placement

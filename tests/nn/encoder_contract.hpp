#pragma once
// What every Encoder must do and the compiler cannot see. Run it on each model of the concept.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <ATen/core/grad_mode.h>

#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/freeze.hpp>
#include <hpo/placement/place.hpp>
#include <hpo/placement/reinitialize.hpp>

#include "tensors.hpp"

#include "../check.hpp"

namespace hpo::test {

/// `Module(arguments...)`, built on meta and initialized.
template <class Module, class... Arguments>
std::shared_ptr<Module> initialized(std::uint64_t seed, const Arguments&... arguments) {
  auto module = std::make_shared<Module>(arguments...);
  placement::place(*module, placement::Reinitialize{.names = {"*"}, .seed = seed}, at::kCPU);
  return module;
}

/// Built on meta: no memory; then each tensor is written by its initializer, equally for equal seeds.
template <class Module, class... Arguments>
void obeys_construction_contract(const Arguments&... arguments) {
  const Module meta(arguments...);
  CHECK(!meta.parameters().empty());
  for (const auto& tensor : meta.named_parameters()) CHECK_MESSAGE(tensor.value().is_meta(), tensor.key());
  for (const auto& tensor : meta.named_buffers()) CHECK_MESSAGE(tensor.value().is_meta(), tensor.key());

  const auto a = initialized<Module>(7, arguments...), b = initialized<Module>(7, arguments...),
             other = initialized<Module>(8, arguments...);
  bool differs = false;
  for (const auto& tensor : a->named_parameters()) {
    CHECK_MESSAGE(tensor.value().isfinite().all().template item<bool>(), tensor.key());
    CHECK_MESSAGE(largest_difference(tensor.value(), b->named_parameters()[tensor.key()]) == 0.0, tensor.key());
    differs |= largest_difference(tensor.value(), other->named_parameters()[tensor.key()]) > 0.0;
  }
  CHECK(differs);
}

/// Every gradient of a training pass, by name; an undefined tensor where there is none.
template <nn::Encoder E>
std::map<std::string, at::Tensor> gradients_of(const E& encoder, const nn::TokenBatch& batch, nn::Pass pass) {
  nn::DropoutStream stream(1, 2);
  pass.training = true;
  pass.dropout = &stream;
  for (const auto& parameter : encoder.parameters()) parameter.mutable_grad().reset();
  const at::Tensor states = encoder.forward(batch, pass);
  if (states.requires_grad()) states.mul(noise(states.sizes().vec())).sum().backward();
  std::map<std::string, at::Tensor> gradients{{"states", states.detach()}};
  for (const auto& parameter : encoder.named_parameters())
    gradients.emplace(parameter.key(),
                      parameter.value().grad().defined() ? parameter.value().grad().clone() : at::Tensor());
  return gradients;
}

/// With and without checkpointing: the same states, the same gradients, bit for bit.
template <nn::Encoder E>
void obeys_checkpointing_contract(E& encoder, const nn::TokenBatch& batch) {
  const auto compare = [&](std::optional<at::ScalarType> compute_dtype) {
    const auto plain = gradients_of(encoder, batch, {.compute_dtype = compute_dtype});
    const auto checkpointed = gradients_of(encoder, batch, {.compute_dtype = compute_dtype, .checkpointing = true});
    for (const auto& [name, gradient] : plain) {
      const at::Tensor& other = checkpointed.at(name);
      CHECK_MESSAGE(gradient.defined() == other.defined(), name);
      if (gradient.defined()) CHECK_MESSAGE(gradient.equal(other), name);
    }
  };
  compare(std::nullopt);
  compare(at::kBFloat16);
  if constexpr (nn::FreezableEncoder<E>) {  // the last layer alone is trained
    encoder.freeze({.embeddings = true, .layers = encoder.layers() - 1});
    compare(std::nullopt);
    for (at::Tensor& parameter : encoder.parameters()) parameter.set_requires_grad(true);
  }
}

/// Layer by layer out of training: each takes parameters of its own along, and what is left is what gets gradients.
template <nn::FreezableEncoder E>
void obeys_freezing_contract(E& encoder, const nn::TokenBatch& batch) {
  const auto trained = [&] {
    std::size_t count = 0;
    for (const auto& parameter : encoder.parameters()) count += parameter.requires_grad() ? 1U : 0U;
    return count;
  };
  CHECK_THROWS_AS(encoder.freeze({.layers = encoder.layers() + 1}), ConfigError);
  std::size_t before = encoder.parameters().size();
  CHECK(trained() == before);  // what was refused has frozen nothing
  for (std::int64_t layers = 0; layers <= encoder.layers(); ++layers) {
    encoder.freeze({.embeddings = true, .layers = layers});
    CHECK(trained() < before);
    before = trained();
    const auto gradients = gradients_of(encoder, batch, {});
    for (const auto& parameter : encoder.named_parameters())
      if (!parameter.key().starts_with("pooler"))
        CHECK_MESSAGE(gradients.at(parameter.key()).defined() == parameter.value().requires_grad(), parameter.key());
  }
  for (at::Tensor& parameter : encoder.parameters()) parameter.set_requires_grad(true);
}

/// `config`: a small one with dropout.
template <nn::Encoder E>
void obeys_encoder_contract(typename E::Config config) {
  if constexpr (nn::PoolingEncoder<E>) config.pooler = true;
  obeys_construction_contract<E>(config);

  const auto encoder = initialized<E>(7, config);
  const nn::Pass eval{};
  const auto batch = token_batch({9, 5, 1}, 9, encoder->vocab_size(), encoder->pad_id());
  const at::Tensor states = encoder->forward(batch, eval);
  REQUIRE(states.sizes() == at::IntArrayRef({3, 9, encoder->hidden_size()}));

  // the same batch, the same states
  CHECK(largest_difference(states, encoder->forward(batch, eval)) == 0.0);

  // neither more padding nor the other rows matter
  const auto wider = token_batch({9, 5, 1}, 14, encoder->vocab_size(), encoder->pad_id());
  const at::Tensor wide_states = encoder->forward(wider, eval);
  for (std::int64_t row = 0; row < 3; ++row) {
    const std::int64_t real = row == 0 ? 9 : row == 1 ? 5 : 1;
    const nn::TokenBatch alone{batch.input_ids.narrow(0, row, 1).narrow(1, 0, real),
                               batch.attention_mask.narrow(0, row, 1).narrow(1, 0, real),
                               batch.token_type_ids.narrow(0, row, 1).narrow(1, 0, real)};
    const at::Tensor expected = states[row].narrow(0, 0, real);
    CHECK(largest_difference(expected, wide_states[row].narrow(0, 0, real)) < 1e-5);
    CHECK(largest_difference(expected, encoder->forward(alone, eval)[0]) < 1e-5);
  }

  // dropout: the same position gives the same states, the next one others; none without a stream
  nn::DropoutStream stream(1, 2);
  const nn::Pass training{.training = true, .dropout = &stream};
  const at::Tensor first = encoder->forward(batch, training), second = encoder->forward(batch, training);
  CHECK(largest_difference(first, second) > 0.0);
  stream.seek(0);
  CHECK(largest_difference(first, encoder->forward(batch, training)) == 0.0);
  CHECK_THROWS_AS(static_cast<void>(encoder->forward(batch, nn::Pass{.training = true})), ConfigError);

  // gradients reach everything that forward uses
  at::Tensor loss = encoder->forward(batch, training).mul(noise({3, 9, encoder->hidden_size()})).sum();
  if constexpr (nn::PoolingEncoder<E>) loss = loss.add(encoder->pool(states, eval).sum());
  loss.backward();
  for (const auto& parameter : encoder->named_parameters()) {
    const at::Tensor gradient = parameter.value().grad();
    REQUIRE_MESSAGE(gradient.defined(), parameter.key());
    CHECK_MESSAGE(largest(gradient) > 0.0, parameter.key());
  }

  obeys_checkpointing_contract(*encoder, batch);
  if constexpr (nn::FreezableEncoder<E>) obeys_freezing_contract(*encoder, batch);

  // bfloat16 products: near, and in the weights' type outside
  const at::Tensor coarse = encoder->forward(batch, nn::Pass{.compute_dtype = at::kBFloat16});
  CHECK((coarse.scalar_type() == at::kFloat));
  CHECK(largest_difference(coarse, states) > 0.0);
  CHECK(largest_difference(coarse, states) < 0.1);

  // what cannot be encoded is refused in words
  const bool limited = encoder->max_length() != nn::any_length;
  const std::int64_t longest = limited ? encoder->max_length() : 100;
  const auto row = [&](std::int64_t length) {
    return token_batch({length}, length, encoder->vocab_size(), encoder->pad_id());
  };
  CHECK_NOTHROW(static_cast<void>(encoder->forward(row(longest), eval)));
  if (limited) CHECK_THROWS_AS(static_cast<void>(encoder->forward(row(longest + 1), eval)), ShapeError);
  auto unknown = token_batch({3}, 3, encoder->vocab_size(), encoder->pad_id());
  unknown.input_ids[0][1] = encoder->vocab_size();
  CHECK_THROWS_AS(static_cast<void>(encoder->forward(unknown, eval)), ShapeError);
}

}  // namespace hpo::test

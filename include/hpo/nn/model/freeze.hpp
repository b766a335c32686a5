#pragma once
/// \file  Which part of an encoder is not trained.
/// Layer `nn`, tier 3.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

#include <torch/nn/module.h>

#include <hpo/core/error.hpp>
#include <hpo/nn/model/encoder.hpp>

namespace hpo::nn {

/// What is kept as it is: the embedding tables, and so many layers from the bottom.
struct FreezeOptions {
  bool embeddings = false;
  std::int64_t layers = 0;
};

/// An encoder of which a part can be kept out of training.
///
/// Meaning the compiler cannot check (tests/nn/encoder_contract.hpp does): what is frozen takes no gradient and the
/// rest does, each of the `layers()` takes its own parameters along, and more of them are refused with a ConfigError.
template <class E>
concept FreezableEncoder = Encoder<E> && requires(E& encoder, const E& unchanged, const FreezeOptions& options) {
  encoder.freeze(options);
  { unchanged.layers() } -> std::convertible_to<std::int64_t>;
};

/// Takes a module's parameters out of training. Nothing is recorded for them in backward.
inline void freeze(torch::nn::Module& module) {
  for (auto& parameter : module.parameters()) parameter.set_requires_grad(false);
}

/// Freezes what `options` say of an encoder that is made of `embeddings` (a null one is not there) and `layers`.
/// Errors   ConfigError if there are fewer layers.
template <class Layer>
void freeze(const FreezeOptions& options, std::initializer_list<torch::nn::Module*> embeddings,
            const std::vector<std::shared_ptr<Layer>>& layers) {
  const auto count = static_cast<std::int64_t>(layers.size());
  require<ConfigError>(options.layers <= count, "encoder.freeze_layers: expected at most ", count,
                       " (the encoder's layers), got ", options.layers);
  if (options.embeddings)
    for (torch::nn::Module* module : embeddings)
      if (module != nullptr) freeze(*module);
  for (std::int64_t i = 0; i < options.layers; ++i) freeze(*layers[static_cast<std::size_t>(i)]);
}

}  // namespace hpo::nn

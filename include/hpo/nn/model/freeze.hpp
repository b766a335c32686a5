#pragma once
/// \file  Which part of an encoder is not trained.
/// Layer `nn`, tier 3.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

#include <torch/nn/module.h>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>

namespace hpo::nn {

struct FreezeOptions {
  bool embeddings = false;
  std::int64_t layers = 0;
};

template <class Visitor>
void describe(Visitor& v, FreezeOptions& o) {
  v.field("embeddings", o.embeddings, "keep the embedding tables as they are");
  v.field("layers", o.layers, "keep this many layers, from the bottom, as they are", at_least<std::int64_t>(0));
}

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
  require<ConfigError>(options.layers <= count, "encoder.freeze.layers: expected at most ", count,
                       " (the encoder's layers), got ", options.layers);
  if (options.embeddings)
    for (torch::nn::Module* module : embeddings)
      if (module != nullptr) freeze(*module);
  for (std::int64_t i = 0; i < options.layers; ++i) freeze(*layers[static_cast<std::size_t>(i)]);
}

}  // namespace hpo::nn

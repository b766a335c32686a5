#pragma once
/// \file  Which part of an encoder is not trained.
/// Layer `nn`, tier 3.

#include <cstdint>

#include <torch/nn/module.h>

#include <hpo/core/describe.hpp>

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

}  // namespace hpo::nn

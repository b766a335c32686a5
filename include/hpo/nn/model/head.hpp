#pragma once
/// \file  The Head concept: from hidden states to logits.
/// Layer `nn`, tier 3.

#include <concepts>
#include <cstdint>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::nn {

/// Built from its options and the width of the states it reads.
template <class H>
concept BuildsOnWidth = std::constructible_from<H, const typename H::Options&, std::int64_t, const at::TensorOptions&>;

/// [B, T, D] -> logits of the head's own shape.
template <class H>
concept ReadsHiddenStates =
    requires(const H& head, const at::Tensor& hidden, const TokenBatch& batch, const Pass& pass) {
      { head.forward(hidden, batch, pass) } -> std::same_as<at::Tensor>;
    };

template <class H>
concept HasInputWidth = requires(const H& head) {
  { head.input_width() } -> std::convertible_to<std::int64_t>;
};

/// A module from hidden states to logits. Its children are called as in checkpoints ("classifier", "qa_outputs").
///
/// Meaning the compiler cannot check (tests/nn/head_contract.hpp does):
///   - construction on the meta device takes no memory, and every tensor has a declared initial value;
///   - the logits of real tokens do not depend on what stands at padded positions;
///   - every parameter gets a gradient.
template <class H>
concept Head = std::derived_from<H, torch::nn::Module> && BuildsOnWidth<H> && ReadsHiddenStates<H> && HasInputWidth<H>;

/// Options that say how many classes there are. The data decide it: whoever reads them writes `num_labels`.
template <class O>
concept HasNumLabels = requires(O& options, std::int64_t count) { options.num_labels = count; };

/// A head that tells classes apart, of a row or of each token: it gives `num_labels` logits.
///
/// Meaning the compiler cannot check (tests/nn/head_contract.hpp does): the last dimension of
/// the logits is `num_labels`.
template <class H>
concept ClassifyingHead = Head<H> && HasNumLabels<typename H::Options>;

/// A head that may ask for the encoder's pooler, and then reads one pooled state per row.
template <class H>
concept PooledHead =
    Head<H> && requires(const H& head, const typename H::Options& options, const at::Tensor& pooled, const Pass& pass) {
      { options.wants_pooler() } -> std::same_as<bool>;
      { head.wants_pooler() } -> std::same_as<bool>;
      { head.classify(pooled, pass) } -> std::same_as<at::Tensor>;
    };

}  // namespace hpo::nn

#pragma once
/// \file  What the encoders of every family share: a configuration, layers on each other, and one way through them.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::nn {

/// The base of PostNormEncoder, DebertaEncoder and ModernBertEncoder, that leaves them run(),
/// freeze() and max_length().
///
/// Shapes   [B, T] -> [B, T, hidden_size].
/// Errors   CheckpointError if the sizes of the configuration do not fit each other.
template <class C, class Layer>
class EncoderStack : public torch::nn::Module {
 public:
  EncoderStack(const EncoderStack&) = delete;  // a copy would share the weights
  EncoderStack& operator=(const EncoderStack&) = delete;

  [[nodiscard]] at::Tensor forward(const TokenBatch& batch, const Pass& pass) const {
    return run(batch, pass, nullptr);
  }

  /// What each layer reads, the output of the embeddings first; then what forward() gives.
  [[nodiscard]] std::vector<at::Tensor> hidden_states(const TokenBatch& batch, const Pass& pass) const {
    std::vector<at::Tensor> states;
    states.push_back(run(batch, pass, &states));
    return states;
  }

  [[nodiscard]] std::int64_t hidden_size() const { return config_.hidden_size; }
  [[nodiscard]] std::int64_t vocab_size() const { return config_.vocab_size; }
  [[nodiscard]] std::int64_t pad_id() const { return config_.pad_token_id; }
  [[nodiscard]] std::int64_t layers() const { return config_.num_hidden_layers; }

 protected:
  explicit EncoderStack(const C& config) : config_(config) { config_.validate("nn.encoder"); }

  /// The way of a batch through all layers; `read` takes what each of them reads, unless it is null.
  [[nodiscard]] virtual at::Tensor run(const TokenBatch& batch, const Pass& pass,
                                       std::vector<at::Tensor>* read) const = 0;

  C config_;
  std::vector<std::shared_ptr<Layer>> layers_;
};

}  // namespace hpo::nn

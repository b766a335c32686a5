#pragma once
/// \file  The pooler of BERT and RoBERTa: a trained summary of a row, made of its first token.
/// Layer `nn`, tier 3.

#include <memory>

#include <ATen/core/Tensor.h>

#include <hpo/nn/encoders/post_norm_config.hpp>
#include <hpo/nn/encoders/post_norm_encoder.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/scope.hpp>

namespace hpo::nn {

struct PooledConfig : PostNormConfig {
  bool pooler = false;  ///< whether to build it: what the head decides, not the file
};

/// A post-norm encoder with "pooler.dense", if its configuration asks for one.
class PooledEncoder : public PostNormEncoder {
 public:
  PooledEncoder(const PooledConfig& config, const PostNormFamily& family, const at::TensorOptions& tensors)
      : PostNormEncoder(config, family, tensors) {
    if (config.pooler)
      pooler_ = register_at(*this, "pooler.dense",
                            std::make_shared<Linear>(config.hidden_size, config.hidden_size,
                                                     Linear::Options{.init_std = config.initializer_range}, tensors));
  }

  [[nodiscard]] bool has_pooler() const { return pooler_ != nullptr; }

  /// tanh(dense(first token)): [B, T, D] -> [B, D]. For an encoder built with its pooler.
  [[nodiscard]] at::Tensor pool(const at::Tensor& hidden, const Pass& pass) const {
    return pooler_->forward(hidden.select(1, 0), pass.in_full_precision()).tanh();
  }

 private:
  std::shared_ptr<Linear> pooler_;
};

}  // namespace hpo::nn

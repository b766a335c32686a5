#pragma once
/// \file  One label for a row.
/// Layer `nn`, tier 3.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/core/error.hpp>
#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/head_transform.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/layers/pooling.hpp>
#include <hpo/nn/model/head.hpp>
#include <hpo/nn/model/scope.hpp>
#include <hpo/nn/model/tensor_options.hpp>

namespace hpo::nn {

/// The data decide `num_labels`; checkpoints the layers' names and rates, and the transform.
struct ClassificationOptions {
  std::int64_t num_labels = 2;
  Pooling pooling = Pooling::cls;   ///< how the states of the tokens become one
  std::int64_t layers = 1;          ///< linear layers, the last one to the labels
  std::int64_t width = 0;           ///< features between the layers; 0: the encoder's width
  std::string activation = "tanh";  ///< between the layers
  double dropout = 0.1;             ///< before each layer

  /// What the layers are called, first to last; empty: "classifier", or "classifier.dense", "classifier.dense_1", ...,
  /// "classifier.out_proj", so that one layer is BERT's head, and two with tanh are RoBERTa's.
  std::vector<std::string> layer_names{};

  /// The dropout before each layer, first to last; empty: `dropout` before all.
  std::vector<double> layer_dropout{};

  /// What the pooled state goes through first: ModernBERT's head.
  std::optional<HeadTransformOptions> transform{};

  [[nodiscard]] bool wants_pooler() const { return pooling == Pooling::pooler; }
};

/// Pools, then alternates dropout, linear layer and activation; the last layer gives the logits.
///
/// Shapes   hidden [B, T, D] -> [B, num_labels].
/// Errors   ConfigError for options that cannot be built.
class ClassificationHead : public torch::nn::Module {
 public:
  using Options = ClassificationOptions;

  ClassificationHead(const Options& options, std::int64_t width_in, const at::TensorOptions& tensors = on_meta())
      : options_(options), activate_(activation(options.activation, "head.activation")) {
    require<ConfigError>(options.num_labels >= 1, "head.num_labels: expected 1 or more, got ", options.num_labels);
    require<ConfigError>(options.layers >= 1, "head.layers: expected 1 or more, got ", options.layers);
    require<ConfigError>(options.width >= 0, "head.width: expected 0 or more, got ", options.width);
    const auto names = layer_names(options);
    require<ConfigError>(std::ssize(names) == options.layers, "head.layer_names: expected ", options.layers,
                         " names, got ", names.size());
    require<ConfigError>(options.layer_dropout.empty() || std::ssize(options.layer_dropout) == options.layers,
                         "head.layer_dropout: expected ", options.layers, " probabilities, got ",
                         options.layer_dropout.size());
    if (options.transform)
      transform_ = register_module("head", std::make_shared<HeadTransform>(*options.transform, width_in, tensors));
    const std::int64_t between = options.width > 0 ? options.width : width_in;
    for (std::int64_t i = 0; i < options.layers; ++i)
      layers_.push_back(
          register_at(*this, names[static_cast<std::size_t>(i)],
                      std::make_shared<Linear>(i == 0 ? width_in : between,
                                               i + 1 == options.layers ? options.num_labels : between, tensors)));
  }

  [[nodiscard]] at::Tensor forward(const at::Tensor& hidden, const TokenBatch& batch, const Pass& pass) const {
    return classify(pool(hidden, batch.attention_mask, options_.pooling), pass);
  }

  /// [B, D] -> [B, num_labels]
  [[nodiscard]] at::Tensor classify(const at::Tensor& pooled, const Pass& pass) const {
    at::Tensor x = transform_ ? transform_->forward(pooled, pass) : pooled;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (i > 0) x = activate_(x);
      const double p = options_.layer_dropout.empty() ? options_.dropout : options_.layer_dropout[i];
      x = layers_[i]->forward(dropout(x, p, pass), pass.in_full_precision());
    }
    return x;
  }

  [[nodiscard]] std::int64_t input_width() const { return layers_.front()->in_features(); }
  [[nodiscard]] bool wants_pooler() const { return options_.wants_pooler(); }
  [[nodiscard]] std::int64_t num_labels() const { return options_.num_labels; }

  /// What the layers of such a head are called.
  [[nodiscard]] static std::vector<std::string> layer_names(const Options& options) {
    return options.layer_names.empty() ? default_names(options.layers) : options.layer_names;
  }

 private:
  static std::vector<std::string> default_names(std::int64_t layers) {
    if (layers == 1) return {"classifier"};
    std::vector<std::string> names{"classifier.dense"};
    for (std::int64_t i = 1; i + 1 < layers; ++i) names.push_back(concat("classifier.dense_", i));
    names.emplace_back("classifier.out_proj");
    return names;
  }

  Options options_;
  Activation activate_;
  std::shared_ptr<HeadTransform> transform_;
  std::vector<std::shared_ptr<Linear>> layers_;
};

static_assert(PooledHead<ClassificationHead> && ClassifyingHead<ClassificationHead>);
}  // namespace hpo::nn

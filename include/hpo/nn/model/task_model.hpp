#pragma once
/// \file  An encoder and a head, joined.
/// Layer `nn`, tier 3.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/head.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/tensor_options.hpp>
#include <hpo/nn/model/token_batch.hpp>
#include <hpo/placement/self_initializing.hpp>

namespace hpo::nn {

/// The registry holds the names of whole-model checkpoints: the encoder's under its prefix ("bert.embeddings..."), the
/// head's at the root ("classifier.weight").
///
/// Shapes   [B, T] -> what the head gives.
/// Errors   ShapeError if the head reads another width than the encoder gives; ConfigError if the head wants a pooler
///          and the encoder's family has none.
template <Encoder E, Head H>
class TaskModel : public torch::nn::Module, public placement::SelfInitializing {
 public:
  using EncoderType = E;
  using HeadType = H;

  /// Builds both, on the meta device unless told otherwise.
  TaskModel(const typename E::Config& config, const typename H::Options& head_options,
            const at::TensorOptions& tensors = on_meta())
      : TaskModel(build_encoder(config, head_options, tensors), head_options, tensors) {}

  /// Joins two that exist.
  TaskModel(std::shared_ptr<E> encoder, std::shared_ptr<H> head)
      : encoder_(std::move(encoder)), head_(std::move(head)) {
    require<ShapeError>(encoder_->hidden_size() == head_->input_width(), "TaskModel: the encoder gives ",
                        encoder_->hidden_size(), " features, the head expects ", head_->input_width());
    if constexpr (PooledHead<H>) {
      bool pooler = false;
      if constexpr (PoolingEncoder<E>) pooler = encoder_->has_pooler();
      require<ConfigError>(pooler || !head_->wants_pooler(),
                           "TaskModel: the head reads the encoder's pooler, the encoder was built without one");
    }
    register_module(std::string(E::prefix), encoder_);
    for (const auto& child : head_->named_children()) register_module(child.key(), child.value());
    for (const auto& own : head_->named_parameters(/*recurse=*/false))
      register_parameter(own.key(), own.value(), own.value().requires_grad());
    for (const auto& own : head_->named_buffers(/*recurse=*/false)) register_buffer(own.key(), own.value());
  }

  TaskModel(const TaskModel&) = delete;  // a copy would share the weights
  TaskModel& operator=(const TaskModel&) = delete;

  [[nodiscard]] at::Tensor forward(const TokenBatch& batch, const Pass& pass) const {
    const at::Tensor hidden = encoder_->forward(batch, pass);
    if constexpr (PoolingEncoder<E> && PooledHead<H>)
      if (head_->wants_pooler()) return head_->classify(encoder_->pool(hidden, pass), pass);
    return head_->forward(hidden, batch, pass);
  }

  [[nodiscard]] E& encoder() { return *encoder_; }
  [[nodiscard]] const E& encoder() const { return *encoder_; }
  [[nodiscard]] H& head() { return *head_; }
  [[nodiscard]] const H& head() const { return *head_; }

  // The model owns only what the head registered on itself.
  void initialize_own(const std::string& tensor_name, at::Tensor& tensor, PhiloxStream& random) override {
    if (auto* own = dynamic_cast<placement::SelfInitializing*>(head_.get()))
      own->initialize_own(tensor_name, tensor, random);
  }
  [[nodiscard]] bool is_derived(const std::string& tensor_name) const override {
    const auto* own = dynamic_cast<const placement::SelfInitializing*>(head_.get());
    return own != nullptr && own->is_derived(tensor_name);
  }

 private:
  TaskModel(std::shared_ptr<E> encoder, const typename H::Options& head_options, const at::TensorOptions& tensors)
      : TaskModel(encoder, std::make_shared<H>(head_options, encoder->hidden_size(), tensors)) {}

  static std::shared_ptr<E> build_encoder(typename E::Config config, const typename H::Options& head_options,
                                          const at::TensorOptions& tensors) {
    if constexpr (PooledHead<H>) {
      if constexpr (PoolingEncoder<E>)
        config.pooler = head_options.wants_pooler();
      else
        require<ConfigError>(!head_options.wants_pooler(), "head.pooling: expected cls, mean or max (", E::prefix,
                             " encoders have no pooler), got pooler");
    }
    return std::make_shared<E>(config, tensors);
  }

  std::shared_ptr<E> encoder_;
  std::shared_ptr<H> head_;
};

}  // namespace hpo::nn

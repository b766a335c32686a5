#pragma once
/// \file  Small modules of the shapes that placement has to deal with, and checkpoints made from them.
/// Layer `testing`, tier 3.

#include <hpo/checkpoint/safetensors_writer.hpp>
#include <hpo/checkpoint/weights.hpp>
#include <hpo/placement/fill.hpp>
#include <hpo/placement/inventory.hpp>
#include <hpo/placement/self_initializing.hpp>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linear.h>
#include <torch/nn/module.h>

namespace hpo::testing {

inline const at::TensorOptions on_meta = at::TensorOptions(at::kMeta);
inline const at::TensorOptions on_cpu = at::TensorOptions(at::kCPU);

/// An affine map that declares its initializers: weights within 0.1 of 0, bias 0.
struct Affine : torch::nn::Module, placement::SelfInitializing {
  Affine(std::int64_t in, std::int64_t out, const at::TensorOptions& options, bool with_bias = true) {
    weight = register_parameter("weight", at::empty({out, in}, options));
    bias = register_parameter("bias", with_bias ? at::empty({out}, options) : at::Tensor(),
                              with_bias);  // may be undefined
  }
  at::Tensor forward(const at::Tensor& x) const { return at::linear(x, weight, bias); }
  void initialize_own(const std::string& name, at::Tensor& tensor, PhiloxStream& random) override {
    if (name == "weight") placement::fill_uniform(tensor, 0.1, random);
    if (name == "bias") tensor.zero_();
  }
  at::Tensor weight, bias;
};

/// Two layers, a parameter of its own, and a buffer that follows from the options.
struct Encoder : torch::nn::Module, placement::SelfInitializing {
  explicit Encoder(const at::TensorOptions& options) {
    scale = register_parameter("scale", at::empty({4}, options));
    positions = register_buffer("positions", at::empty({1, 6}, options.dtype(at::kLong)));
    first = register_module("first", std::make_shared<Affine>(3, 4, options));
    second = register_module("second", std::make_shared<Affine>(4, 4, options, /*with_bias=*/false));
  }
  at::Tensor forward(const at::Tensor& x) const { return second->forward(first->forward(x) * scale); }
  void initialize_own(const std::string& name, at::Tensor& tensor, PhiloxStream&) override {
    if (name == "scale") tensor.fill_(1);
    if (name == "positions") tensor.copy_(at::arange(6).view({1, 6}));
  }
  bool is_derived(const std::string& name) const override { return name == "positions"; }
  at::Tensor scale, positions;
  std::shared_ptr<Affine> first, second;
};

/// The model of the bug report: an encoder and a classifier, registered in either order.
struct Criteria : torch::nn::Module {
  enum class First { encoder, classifier };
  Criteria(First first, const at::TensorOptions& encoder_options, const at::TensorOptions& classifier_options)
      : encoder(std::make_shared<Encoder>(encoder_options)),
        classifier(std::make_shared<Affine>(4, 2, classifier_options)) {
    if (first == First::classifier) register_module("classifier", classifier);
    register_module("encoder", encoder);
    if (first == First::encoder) register_module("classifier", classifier);
  }
  at::Tensor forward(const at::Tensor& x) const { return classifier->forward(encoder->forward(x)); }
  std::shared_ptr<Encoder> encoder;
  std::shared_ptr<Affine> classifier;
};

/// A module whose tensors and children the test adds.
struct Bag : torch::nn::Module {
  at::Tensor parameter(const std::string& name, const at::Tensor& tensor, bool requires_grad = true) {
    return register_parameter(name, tensor, requires_grad);
  }
  at::Tensor buffer(const std::string& name, const at::Tensor& tensor) { return register_buffer(name, tensor); }
  template <class M>
  std::shared_ptr<M> child(const std::string& name, std::shared_ptr<M> module) {
    return register_module(name, std::move(module));
  }
};

/// Gives every real tensor of a module values far outside what an initializer writes: 1000, 1001, ... in its dtype.
inline void fill_with_canaries(torch::nn::Module& module, double from = 1000) {
  const at::NoGradGuard no_grad;
  const auto inventory = placement::Inventory::of(module);
  for (const auto& record : inventory.records()) {
    const at::Tensor tensor = record.tensor;
    tensor.copy_(at::arange(from, from + static_cast<double>(tensor.numel())).view(tensor.sizes()));
    from += static_cast<double>(tensor.numel());
  }
}

/// Every tensor by its first name, for saving; `except` leaves some out.
inline checkpoint::NamedTensors tensors_of(const torch::nn::Module& module,
                                           const std::vector<std::string>& except = {}) {
  checkpoint::NamedTensors out;
  const auto inventory = placement::Inventory::of(module);
  for (const auto& record : inventory.records())
    if (std::ranges::find(except, record.name()) == except.end()) out.emplace_back(record.name(), record.tensor);
  return out;
}

inline checkpoint::Weights saved(const std::filesystem::path& path, const checkpoint::NamedTensors& tensors) {
  checkpoint::write_safetensors(path, tensors);
  return checkpoint::Weights::open(path);
}

/// What a module is: every tensor's identity, memory, device, dtype and bytes. Equal before and after a failure.
struct Snapshot {
  struct One {
    const void* tensor;
    const void* memory;
    std::string device;
    at::ScalarType dtype;
    std::vector<std::int64_t> sizes, strides;
    bool requires_grad;
    std::string bytes;
    bool operator==(const One&) const = default;
  };
  std::map<std::string, One> tensors;
  bool operator==(const Snapshot&) const = default;

  static Snapshot of(const torch::nn::Module& module) {
    Snapshot out;
    const auto inventory = placement::Inventory::of(module);
    for (const auto& record : inventory.records())
      for (const auto& name : record.names) {
        const at::Tensor& t = record.tensor;
        const bool readable = record.state == placement::TensorState::real && t.is_cpu();
        const at::Tensor c = readable ? t.detach().contiguous() : at::Tensor();
        out.tensors[name] = {
            t.unsafeGetTensorImpl(),
            t.storage().data_ptr().get(),
            t.device().str(),
            t.scalar_type(),
            t.sizes().vec(),
            t.strides().vec(),
            t.requires_grad(),
            readable ? std::string(static_cast<const char*>(c.data_ptr()), c.nbytes()) : std::string()};
      }
    return out;
  }
};

/// Bit for bit equal, NaN included.
inline bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.detach().contiguous(), y = b.detach().contiguous();
  return x.sizes() == y.sizes() && x.scalar_type() == y.scalar_type() &&
         (x.numel() == 0 || std::memcmp(x.data_ptr(), y.data_ptr(), x.nbytes()) == 0);
}

}  // namespace hpo::testing

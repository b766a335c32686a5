#pragma once
/// \file  AdamW in one pass over each tensor.
/// Layer `train`, tier 2.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>

#include <hpo/checkpoint/named_tensors.hpp>
#include <hpo/core/error.hpp>
#include <hpo/train/adamw_kernel.hpp>
#include <hpo/train/adamw_lists.hpp>
#include <hpo/train/options.hpp>
#include <hpo/train/parameters.hpp>

namespace hpo::train {

/// Adam with decoupled weight decay. Weight decay spares parameters whose `decays` is false.
///
/// A parameter without a gradient is left alone, its step count too, as in torch.optim.AdamW. A tensor listed twice
/// is refused rather than stepped twice.
///
/// Errors   ConfigError for a duplicate tensor, or a state that does not fit the parameters.
/// Source   Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019.
class AdamW {
 public:
  AdamW(std::vector<Parameter> parameters, const AdamWOptions& options) : options_(options) {
    std::unordered_set<const c10::TensorImpl*> seen;
    for (auto& parameter : parameters) {
      require<ConfigError>(seen.insert(parameter.tensor.unsafeGetTensorImpl()).second, "optim: ", parameter.name,
                           ": expected every tensor once, got one that is listed before under another name");
      slots_.push_back({std::move(parameter), {}, {}, 0});
    }
  }

  /// One step along the gradients times `gradient_scale`, at learning rate `lr * lr_factor`.
  /// Gradients stay as they are; see zero_grad().
  void step(double lr_factor, double gradient_scale = 1.0) {
    const at::NoGradGuard no_grad;
    detail::AdamWLists together;
    for (Slot& slot : slots_) {
      const at::Tensor& gradient = slot.parameter.tensor.grad();
      if (!gradient.defined()) continue;
      if (slot.steps++ == 0 && !slot.mean.defined()) make_state(slot);
      apply(slot, gradient, numbers(slot, lr_factor, gradient_scale), together);
    }
    together.step();
  }

  /// Drops the gradients, so that the next backward writes instead of adding.
  void zero_grad() {
    for (Slot& slot : slots_) slot.parameter.tensor.mutable_grad().reset();
  }

  [[nodiscard]] const AdamWOptions& options() const { return options_; }
  [[nodiscard]] std::vector<Parameter> parameters() const {
    std::vector<Parameter> all;
    for (const Slot& slot : slots_) all.push_back(slot.parameter);
    return all;
  }

  /// The state for an exact resume: `<name>.exp_avg`, `<name>.exp_avg_sq`, `<name>.step` (int64 [1]) of every parameter
  /// that was stepped. The tensors are the optimizer's own: write them before the next step.
  [[nodiscard]] checkpoint::NamedTensors state() const {
    checkpoint::NamedTensors all;
    for (const Slot& slot : slots_) {
      if (slot.steps == 0) continue;
      all.emplace_back(slot.parameter.name + ".exp_avg", slot.mean);
      all.emplace_back(slot.parameter.name + ".exp_avg_sq", slot.square);
      all.emplace_back(slot.parameter.name + ".step", at::full({1}, slot.steps, at::TensorOptions(at::kLong)));
    }
    return all;
  }

  /// Takes what state() gave, copying it.
  void load_state(const checkpoint::NamedTensors& saved) {
    const at::NoGradGuard no_grad;
    std::unordered_map<std::string, at::Tensor> left(saved.begin(), saved.end());
    for (Slot& slot : slots_) {
      const std::string& name = slot.parameter.name;
      if (!left.contains(name + ".step")) {
        slot.steps = 0;
        slot.mean = slot.square = at::Tensor();
        continue;
      }
      make_state(slot);
      slot.mean.copy_(taken(left, name + ".exp_avg", slot.mean.sizes()));
      slot.square.copy_(taken(left, name + ".exp_avg_sq", slot.square.sizes()));
      slot.steps = taken(left, name + ".step", {1}).item<std::int64_t>();
    }
    require<ConfigError>(left.empty(), "optim: ", left.empty() ? "" : left.begin()->first,
                         ": expected the state of a trainable parameter, got one of none");
  }

 private:
  struct Slot {
    Parameter parameter;
    at::Tensor mean, square;  // float32 unless the parameter is float64; on the parameter's device
    std::int64_t steps;
  };

  static at::Tensor taken(std::unordered_map<std::string, at::Tensor>& left, const std::string& name,
                          at::IntArrayRef sizes) {
    const auto found = left.find(name);
    require<ConfigError>(found != left.end(), "optim: ", name, ": expected it in the saved state, got none");
    const at::Tensor tensor = found->second;
    require<ConfigError>(tensor.sizes() == sizes, "optim: ", name, ": expected ", sizes.size(),
                         " dimensions of the parameter's sizes, got a tensor of ", tensor.numel(), " elements");
    left.erase(found);
    return tensor;
  }

  static void make_state(Slot& slot) {
    const at::Tensor& weight = slot.parameter.tensor;
    const auto type = weight.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    slot.mean = at::zeros_like(weight, weight.options().dtype(type).requires_grad(false), at::MemoryFormat::Contiguous);
    slot.square = at::zeros_like(slot.mean);
  }

  [[nodiscard]] detail::AdamWStep numbers(const Slot& slot, double lr_factor, double gradient_scale) const {
    const double lr = options_.lr * lr_factor * slot.parameter.lr_scale;
    const auto t = static_cast<double>(slot.steps);
    return {1.0 - lr * (slot.parameter.decays ? options_.weight_decay : 0.0),
            options_.beta1,
            options_.beta2,
            options_.eps,
            lr / (1.0 - std::pow(options_.beta1, t)),
            1.0 / std::sqrt(1.0 - std::pow(options_.beta2, t)),
            gradient_scale};
  }

  /// Steps the tensor, or leaves it to `together`.
  static void apply(Slot& slot, const at::Tensor& gradient, const detail::AdamWStep& numbers,
                    detail::AdamWLists& together) {
    at::Tensor& weight = slot.parameter.tensor;
    const bool float32 =
        weight.scalar_type() == at::kFloat && gradient.scalar_type() == at::kFloat && !gradient.is_sparse();
    if (!float32) return detail::adamw_operators(weight, gradient, slot.mean, slot.square, numbers);
    if (!weight.device().is_cpu() || !weight.is_contiguous() || !gradient.is_contiguous())
      return together.add(weight, gradient, slot.mean, slot.square, numbers);
    auto* w = weight.data_ptr<float>();
    const auto* g = gradient.data_ptr<float>();
    auto* m = slot.mean.data_ptr<float>();
    auto* v = slot.square.data_ptr<float>();
    at::parallel_for(0, weight.numel(), 1 << 15, [&](std::int64_t begin, std::int64_t end) {
      detail::adamw_kernel(w + begin, g + begin, m + begin, v + begin, end - begin, numbers);
    });
    weight.unsafeGetTensorImpl()->bump_version();  // autograd must see the write that went past it
  }

  AdamWOptions options_;
  std::vector<Slot> slots_;
};

}  // namespace hpo::train

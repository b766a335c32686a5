#pragma once
/// \file  The best weights of a run, kept until its end.
/// Layer `train`, tier 2.

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/GradMode.h>

#include <range/v3/view/zip.hpp>

#include <hpo/train/parameters.hpp>

namespace hpo::train {

/// A copy on the CPU of what training changes: the trainable parameters and the buffers. Memory is taken once, at the
/// first take(); later ones write over it.
class Snapshot {
 public:
  template <HasNamedParameters M>
  explicit Snapshot(const M& model) {
    for (auto& parameter : trainable_parameters(model)) live_.push_back(std::move(parameter.tensor));
    if constexpr (requires { model.named_buffers(); })
      for (const auto& buffer : model.named_buffers()) live_.push_back(buffer.value());
  }

  void take() {
    const at::NoGradGuard no_grad;
    if (kept_.empty())
      for (const at::Tensor& tensor : live_)
        kept_.push_back(at::empty_like(tensor, tensor.options().device(at::kCPU).requires_grad(false)));
    for (auto&& [kept, live] : ranges::views::zip(kept_, live_)) kept.copy_(live);
  }

  /// Writes the copy back into the model's own tensors. Nothing happens if none was taken.
  void restore() {
    const at::NoGradGuard no_grad;
    for (auto&& [kept, live] : ranges::views::zip(kept_, live_)) live.copy_(kept);  // none, if none was taken
  }

 private:
  std::vector<at::Tensor> live_, kept_;
};

}  // namespace hpo::train

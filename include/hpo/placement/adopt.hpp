#pragma once
/// \file  Giving a tensor other memory without making it another tensor.
/// Layer `placement`, tier 2.

#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/core/error.hpp>

namespace hpo::placement {

/// Makes `tensor` hold the memory, dtype, device and strides of `real`. It stays the same tensor: members, the module's
/// registry, ties and optimizers that know it all see the change, and it keeps requires_grad. Nothing is copied.
///
/// This is the only way from meta to real. Copying into a meta tensor succeeds in libtorch and does nothing.
/// Shapes   equal.
/// Errors   ShapeError; PlacementError if `real` has no values. `tensor` is then as it was.
inline void adopt(const at::Tensor& tensor, const at::Tensor& real) {
  require<ShapeError>(tensor.sizes() == real.sizes(), "adopt: expected ", tensor.dim(),
                      " equal dimensions, got others");
  require<PlacementError>(!real.is_meta(), "adopt: expected a tensor with values, got one on the meta device");
  tensor.unsafeGetTensorImpl()->shallow_copy_from(real.getIntrusivePtr());
  tensor.set_data(real);  // now of equal kind: resets a gradient accumulator that was recorded for the old memory
}

/// A change of many tensors that happens as a whole: undone unless kept. Gradients go with their tensors.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    if (kept_) return;
    for (auto old = done_.rbegin(); old != done_.rend(); ++old) {
      old->tensor.unsafeGetTensorImpl()->shallow_copy_from(old->memory.getIntrusivePtr());
      old->tensor.mutable_grad() = old->grad;
    }
  }

  /// Notes what `tensor` is, then changes it. `grad` replaces its gradient; undefined: none.
  void adopt(const at::Tensor& tensor, const at::Tensor& real, const at::Tensor& grad) {
    done_.push_back({tensor, tensor.tensor_data(), tensor.grad()});
    placement::adopt(tensor, real);
    tensor.mutable_grad() = grad;
  }

  void keep() { kept_ = true; }

 private:
  struct Old {
    at::Tensor tensor, memory, grad;
  };
  std::vector<Old> done_;
  bool kept_ = false;
};

}  // namespace hpo::placement

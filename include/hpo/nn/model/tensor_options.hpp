#pragma once
/// \file  Where a module's tensors are born.
/// Layer `nn`, tier 2.

#include <ATen/core/Tensor.h>

namespace hpo::nn {

/// Where modules are born unless the caller says otherwise: on the meta device, without memory, to be placed once.
[[nodiscard]] inline at::TensorOptions on_meta() {
  return at::TensorOptions(at::kMeta);
}

}  // namespace hpo::nn

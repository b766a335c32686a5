#pragma once
/// \file  What stands for minus infinity where a NaN could come of it.
/// Layer `nn`, tier 2.

#include <limits>

#include <ATen/core/Tensor.h>

namespace hpo::nn {

/// The lowest finite value of a floating type.
[[nodiscard]] inline double lowest(at::ScalarType type) {
  switch (type) {
    case at::kDouble:
      return std::numeric_limits<double>::lowest();
    case at::kBFloat16:
      return static_cast<double>(std::numeric_limits<at::BFloat16>::lowest());
    case at::kHalf:
      return static_cast<double>(std::numeric_limits<at::Half>::lowest());
    default:
      return static_cast<double>(std::numeric_limits<float>::lowest());
  }
}

}  // namespace hpo::nn

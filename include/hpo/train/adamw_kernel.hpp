#pragma once
/// \file  The arithmetic of one AdamW step on one tensor.
/// Layer `train`, tier 2.

#include <algorithm>
#include <cmath>
#include <cstdint>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include <ATen/core/Tensor.h>

namespace hpo::train::detail {

/// The numbers of one step, with everything that is the same for all elements worked out.
struct AdamWStep {
  double keep;  ///< 1 - lr * weight_decay
  double beta1, beta2, eps;
  double step_size;        ///< lr / (1 - beta1^t)
  double root_correction;  ///< 1 / sqrt(1 - beta2^t)
  double gradient_scale;
};

/// Square roots in place [n], n a multiple of 4. std::sqrt may set errno, for which compilers give up vectors.
inline void square_roots(float* values, std::int64_t n) {
#if defined(__SSE__)
  for (std::int64_t i = 0; i < n; i += 4) _mm_storeu_ps(values + i, _mm_sqrt_ps(_mm_loadu_ps(values + i)));
#else
  for (std::int64_t i = 0; i < n; ++i) values[i] = std::sqrt(values[i]);
#endif
}

/// float32 on the CPU: every element is read and written once, in blocks that stay in the first cache between the three
/// loops. Arrays [n] that do not overlap.
inline void adamw_kernel(float* __restrict weight, const float* __restrict gradient, float* __restrict mean,
                         float* __restrict square, std::int64_t n, const AdamWStep& s) {
  constexpr std::int64_t block = 512;
  const auto keep = static_cast<float>(s.keep), scale = static_cast<float>(s.gradient_scale);
  const auto beta1 = static_cast<float>(s.beta1), rest1 = static_cast<float>(1.0 - s.beta1);
  const auto beta2 = static_cast<float>(s.beta2), rest2 = static_cast<float>(1.0 - s.beta2);
  const auto step_size = static_cast<float>(s.step_size), root = static_cast<float>(s.root_correction);
  const auto eps = static_cast<float>(s.eps);
  float roots[block] = {};
  for (std::int64_t at = 0; at < n; at += block) {
    const std::int64_t count = std::min(block, n - at);
    for (std::int64_t i = 0; i < count; ++i) {
      const float g = gradient[at + i] * scale;
      mean[at + i] = mean[at + i] * beta1 + g * rest1;
      roots[i] = square[at + i] = square[at + i] * beta2 + g * g * rest2;
    }
    square_roots(roots, block);
    for (std::int64_t i = 0; i < count; ++i)
      weight[at + i] = weight[at + i] * keep - step_size * mean[at + i] / (roots[i] * root + eps);
  }
}

/// The same with libtorch's operators, for other types.
inline void adamw_operators(at::Tensor& weight, const at::Tensor& gradient, at::Tensor& mean, at::Tensor& square,
                            const AdamWStep& s) {
  const at::Tensor g = gradient.to(mean.scalar_type()).mul(s.gradient_scale);
  mean.mul_(s.beta1).add_(g, 1.0 - s.beta1);
  square.mul_(s.beta2).addcmul_(g, g, 1.0 - s.beta2);
  const at::Tensor change = mean.div(square.sqrt().mul_(s.root_correction).add_(s.eps)).mul_(s.step_size);
  weight.mul_(s.keep).sub_(change);
}

}  // namespace hpo::train::detail

#pragma once
/// \file  The norm of all gradients together, and clipping by it.
/// Layer `train`, tier 2.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#include <hpo/train/parameters.hpp>

namespace hpo::train {

namespace detail {
inline constexpr std::int64_t norm_chunk = 4096;

/// Sum of squares [n] in eight lanes, which the compiler turns into vector registers.
inline double sum_of_squares(const float* values, std::int64_t n) {
  float lanes[8] = {};
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int lane = 0; lane < 8; ++lane) lanes[lane] += values[i + lane] * values[i + lane];
  double sum = 0.0;
  for (const float lane : lanes) sum += static_cast<double>(lane);
  for (; i < n; ++i) sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return sum;
}

/// float32 on the CPU. Chunks of fixed size make the result independent of the number of threads.
inline double squared_norm(const float* values, std::int64_t n) {
  std::vector<double> chunks(static_cast<std::size_t>((n + norm_chunk - 1) / norm_chunk));
  at::parallel_for(0, static_cast<std::int64_t>(chunks.size()), 8, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t c = begin; c < end; ++c)
      chunks[static_cast<std::size_t>(c)] =
          sum_of_squares(values + c * norm_chunk, std::min(norm_chunk, n - c * norm_chunk));
  });
  double sum = 0.0;
  for (const double chunk : chunks) sum += chunk;
  return sum;
}

/// Sum of squares of gradients anywhere, of any type, by libtorch's operators. Looked at once, for all: looking waits
/// for the device.
inline double squared_norm(std::vector<at::Tensor> gradients) {
  if (gradients.empty()) return 0.0;
  for (at::Tensor& gradient : gradients)
    if (gradient.scalar_type() != at::kDouble) gradient = gradient.to(at::kFloat);
  std::vector<at::Tensor> norms = at::_foreach_norm(gradients, 2);
  for (at::Tensor& norm : norms) norm = norm.to(norms.front().device());
  return at::stack(norms).to(at::kDouble).square_().sum().item<double>();
}

/// Whether the loop above can read it.
inline bool is_plain(const at::Tensor& gradient) {
  return gradient.device().is_cpu() && gradient.scalar_type() == at::kFloat && gradient.is_contiguous();
}
}  // namespace detail

/// The Euclidean norm of all gradients seen as one vector; a tensor listed twice counts once. Infinite or NaN if any
/// gradient is: the caller decides what that means.
[[nodiscard]] inline double gradient_norm(std::span<const Parameter> parameters) {
  const at::NoGradGuard no_grad;
  std::unordered_set<const c10::TensorImpl*> seen;
  std::vector<at::Tensor> others;
  double sum = 0.0;
  for (const Parameter& parameter : parameters) {
    const at::Tensor& gradient = parameter.tensor.grad();
    if (!gradient.defined() || !seen.insert(parameter.tensor.unsafeGetTensorImpl()).second) continue;
    if (detail::is_plain(gradient))
      sum += detail::squared_norm(gradient.data_ptr<float>(), gradient.numel());
    else
      others.push_back(gradient);
  }
  return std::sqrt(sum + detail::squared_norm(std::move(others)));
}

/// The factor that brings gradients of this norm down to `max_norm`; 1 if they are within, or `max_norm` is 0 (no
/// clipping). AdamW::step takes it, which saves a pass over the gradients.
/// Source   Pascanu et al., ICML 2013; the 1e-6 is torch.nn.utils.clip_grad_norm_'s.
[[nodiscard]] inline double clip_factor(double norm, double max_norm) {
  return max_norm > 0.0 ? std::min(1.0, max_norm / (norm + 1e-6)) : 1.0;
}

/// Scales the gradients in place so that their norm is at most `max_norm`. \return the norm before; if it is not finite
/// the gradients are left as they are.
inline double clip_grad_norm(std::span<const Parameter> parameters, double max_norm) {
  const double norm = gradient_norm(parameters);
  const double factor = clip_factor(norm, max_norm);
  if (!std::isfinite(norm) || factor == 1.0) return norm;
  const at::NoGradGuard no_grad;
  std::unordered_set<const c10::TensorImpl*> seen;
  for (const Parameter& parameter : parameters)
    if (at::Tensor gradient = parameter.tensor.grad();
        gradient.defined() && seen.insert(parameter.tensor.unsafeGetTensorImpl()).second)
      gradient.mul_(factor);
  return norm;
}

}  // namespace hpo::train

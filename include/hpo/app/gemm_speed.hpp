#pragma once
/// \file  How fast libtorch multiplies matrices here.
/// Layer `app`, tier 2.

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>

namespace hpo::app {

/// The best of several products of square matrices of that type. The size grows from 256 to 1024 as long as a product
/// is quick, so that the slowest BLAS too is measured in about a second.
/// Units    10^9 floating point operations a second.
[[nodiscard]] inline double gemm_gflops(at::ScalarType type, int threads) {
  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const int before = at::get_num_threads();
  at::set_num_threads(threads);
  double best = 0;
  for (std::int64_t size = 256; size <= 1024; size *= 2) {
    const at::Tensor a = at::full({size, size}, 0.5, type), b = at::full({size, size}, 0.25, type);
    const auto start = Clock::now();
    (void)at::mm(a, b);  // the first one also chooses and makes kernels
    const double first = seconds_since(start);
    for (int i = 0; i < 100 && seconds_since(start) < 0.15; ++i) {
      const auto begin = Clock::now();
      (void)at::mm(a, b);
      const double operations = 2.0 * static_cast<double>(size * size * size);
      best = std::max(best, operations / seconds_since(begin) * 1e-9);
    }
    if (first > 0.15) best = std::max(best, 2e-9 * static_cast<double>(size * size * size) / first);
    if (first > 0.05) break;
  }
  at::set_num_threads(before);
  return best;
}

}  // namespace hpo::app

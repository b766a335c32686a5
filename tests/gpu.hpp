#pragma once
// For tests that need a GPU: they say that they skip where there is none.

#include <ATen/Context.h>
#include <torch/cuda.h>

#include "check.hpp"

namespace hpo::test {

inline bool has_gpu() {
  if (torch::cuda::is_available()) return true;
  MESSAGE("skipped: no CUDA device");
  return false;
}

inline const at::Device gpu(at::kCUDA, 0);

/// While it lives, products of float32 are as exact as they can be: convolutions take TensorFloat-32 otherwise.
class ExactProducts {
 public:
  ExactProducts() { set(false, false); }
  ExactProducts(const ExactProducts&) = delete;
  ExactProducts& operator=(const ExactProducts&) = delete;
  ~ExactProducts() { set(matrices_, convolutions_); }

 private:
  static void set(bool matrices, bool convolutions) {
    at::globalContext().setAllowTF32CuBLAS(matrices);
    at::globalContext().setAllowTF32CuDNN(convolutions);
  }
  bool matrices_ = at::globalContext().allowTF32CuBLAS(), convolutions_ = at::globalContext().allowTF32CuDNN();
};

}  // namespace hpo::test

#pragma once
/// \file  Tensors of the contracts: made and compared.
/// Layer `testing`, tier 2.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <hpo/core/philox.hpp>
#include <hpo/nn/model/token_batch.hpp>

namespace hpo::testing {

/// The largest absolute difference; infinite if the shapes differ or something is not a number.
inline double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes()) return std::numeric_limits<double>::infinity();
  if (a.numel() == 0) return 0.0;
  const at::Tensor difference = a.detach().to(at::kDouble).sub(b.detach().to(at::kDouble)).abs();
  const double largest = difference.max().item<double>();
  return largest == largest ? largest : std::numeric_limits<double>::infinity();
}

inline double largest(const at::Tensor& a) {
  return a.detach().abs().max().item<double>();
}

/// Reproducible values in [-1, 1).
inline at::Tensor noise(std::vector<std::int64_t> sizes, std::uint64_t seed = 1) {
  at::Tensor out = at::zeros(sizes);
  PhiloxStream random(seed, 0, "noise");
  for (std::int64_t i = 0; i < out.numel(); ++i) out.view({-1})[i] = 2.0 * random.uniform() - 1.0;
  return out;
}

/// Rows of the given lengths, random ids, padded to `length`; ids stay clear of 0, 1 and 2.
inline nn::TokenBatch token_batch(const std::vector<std::int64_t>& lengths, std::int64_t length, std::int64_t vocab,
                                  std::int64_t pad_id, std::uint64_t seed = 1) {
  const auto rows = static_cast<std::int64_t>(lengths.size());
  nn::TokenBatch batch{at::full({rows, length}, pad_id, at::kLong), at::zeros({rows, length}, at::kLong),
                       at::zeros({rows, length}, at::kLong)};
  for (std::int64_t row = 0; row < rows; ++row) {
    PhiloxStream random(seed, static_cast<std::uint64_t>(row), "ids");
    const std::int64_t real = lengths[static_cast<std::size_t>(row)];
    for (std::int64_t i = 0; i < real; ++i) {
      batch.input_ids[row][i] = static_cast<std::int64_t>(3 + random.below(static_cast<std::uint64_t>(vocab - 3)));
      batch.token_type_ids[row][i] = i % 2;
      batch.attention_mask[row][i] = 1;
    }
  }
  return batch;
}

}  // namespace hpo::testing

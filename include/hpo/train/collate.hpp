#pragma once
/// \file  Rows of token ids, of uneven length, as one batch.
/// Layer `train`, tier 2.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <range/v3/view/enumerate.hpp>

#include <hpo/nn/model/token_batch.hpp>

namespace hpo::train {

/// Rows of tokens by number, as data::TokenStore holds them.
template <class S>
concept TokenRows = requires(const S& store, std::size_t row) {
  { store.ids(row) } -> std::convertible_to<std::span<const std::int32_t>>;
  { store.type_ids(row) } -> std::convertible_to<std::span<const std::uint8_t>>;
};

/// The named rows, in that order, padded at the end to the longest of them with `pad_id`, type 0 and mask 0.
///
/// Shapes   [rows.size(), longest], int64, on `device`.
template <TokenRows S>
[[nodiscard]] nn::TokenBatch collate(const S& store, std::span<const std::size_t> rows, std::int64_t pad_id,
                                     at::Device device = at::kCPU) {
  std::size_t longest = 0;
  for (const std::size_t row : rows) longest = std::max(longest, std::span<const std::int32_t>(store.ids(row)).size());
  const std::int64_t sizes[] = {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(longest)};
  nn::TokenBatch batch{at::full(sizes, pad_id, at::TensorOptions(at::kLong)), at::zeros(sizes, at::kLong),
                       at::zeros(sizes, at::kLong)};
  auto* ids = batch.input_ids.data_ptr<std::int64_t>();
  auto* mask = batch.attention_mask.data_ptr<std::int64_t>();
  auto* types = batch.token_type_ids.data_ptr<std::int64_t>();
  for (const auto& [i, row] : ranges::views::enumerate(rows)) {
    const std::span<const std::int32_t> row_ids = store.ids(row);
    const std::span<const std::uint8_t> row_types = store.type_ids(row);
    std::ranges::copy(row_ids, ids + i * longest);
    std::ranges::copy(row_types, types + i * longest);
    std::fill_n(mask + i * longest, row_ids.size(), 1);
  }
  return {batch.input_ids.to(device), batch.attention_mask.to(device), batch.token_type_ids.to(device)};
}

}  // namespace hpo::train

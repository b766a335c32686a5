#pragma once
/// \file  Which rows go through the model together: rows of like length, so that little is padded.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/chunk.hpp>

#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>

namespace hpo::data {

/// How many batches are sorted by length together in training: more pads less and mixes less.
inline constexpr std::size_t batches_per_bucket = 32;

/// Every row in exactly one batch of `batch_size` rows (the last of all may be shorter).
///
/// Training (`random` given): rows are shuffled, sorted by length inside buckets of `batches_per_bucket` batches, and
/// the batches are shuffled, so that an epoch mixes rows and lengths; the next epoch goes on in the stream and differs.
/// Evaluation (nullptr): longest first, so that a batch too large for memory fails at once; no randomness.
/// Equal arguments give equal batches.
///
/// Units    lengths in tokens.
/// Errors   ConfigError if `batch_size` is less than 1.
[[nodiscard]] inline std::vector<std::vector<std::size_t>> bucketed_batches(std::span<const std::int32_t> lengths,
                                                                            std::int64_t batch_size,
                                                                            PhiloxStream* random) {
  require<ConfigError>(batch_size >= 1, "batch_size: expected 1 or more, got ", batch_size);
  const auto size = static_cast<std::size_t>(batch_size);
  std::vector<std::size_t> rows(lengths.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (random != nullptr) shuffle(rows, *random);

  const std::size_t bucket = random == nullptr || size > rows.size() ? rows.size() : size * batches_per_bucket;
  const auto longer = [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; };
  if (rows.empty()) return {};
  for (auto&& neighbors : rows | ranges::views::chunk(static_cast<std::ptrdiff_t>(bucket)))
    std::stable_sort(neighbors.begin(), neighbors.end(), longer);

  auto batches = rows | ranges::views::chunk(batch_size) | ranges::to<std::vector<std::vector<std::size_t>>>();
  if (random != nullptr) shuffle(batches, *random);
  return batches;
}

}  // namespace hpo::data

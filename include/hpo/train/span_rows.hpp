#pragma once
/// \file  Windows of contexts, as a data set.
/// Layer `train`, tier 2.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <range/v3/view/enumerate.hpp>

#include <hpo/core/error.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/span_features.hpp>
#include <hpo/train/collate.hpp>

namespace hpo::train {

/// Rows of tokens that know where in their text each token stands, and of which text it is.
template <class S>
concept OffsetRows = TokenRows<S> && requires(const S& store, std::size_t row) {
  data::characters_of(store.offsets(row), data::TokenRange());
  { store.sequence(row) } -> std::convertible_to<std::span<const std::int8_t>>;
};

/// Shapes   tokens [B, T], starts and ends [B] int64.
struct SpanBatch {
  nn::TokenBatch tokens;
  at::Tensor starts, ends;
};

/// Windows of examples. Models Dataset. The store and the examples outlive it.
template <OffsetRows S>
class WindowRows {
 public:
  WindowRows(const S& store, std::span<const data::SpanExample> examples, std::vector<data::AnswerWindow> windows,
             std::int64_t pad_id)
      : store_(&store), examples_(examples), windows_(std::move(windows)), pad_id_(pad_id) {
    for (const data::AnswerWindow& window : windows_) {
      require<DataError>(window.example < examples.size(), "train: expected windows of ", examples.size(),
                         " examples, got one of example ", window.example);
      lengths_.push_back(static_cast<std::int32_t>(std::span<const std::int32_t>(store.ids(window.row)).size()));
    }
  }

  [[nodiscard]] std::size_t size() const { return windows_.size(); }
  [[nodiscard]] std::span<const std::int32_t> lengths() const { return lengths_; }
  [[nodiscard]] std::span<const data::AnswerWindow> windows() const { return windows_; }
  [[nodiscard]] std::span<const data::SpanExample> examples() const { return examples_; }
  [[nodiscard]] const S& store() const { return *store_; }

  [[nodiscard]] SpanBatch batch(std::span<const std::size_t> rows, at::Device device) const {
    const auto count = static_cast<std::int64_t>(rows.size());
    const at::Tensor starts = at::empty({count}, at::kLong), ends = at::empty({count}, at::kLong);
    std::vector<std::size_t> stored;
    for (const auto& [i, row] : ranges::views::enumerate(rows)) {
      const data::AnswerWindow& window = windows_[row];
      stored.push_back(window.row);
      starts.data_ptr<std::int64_t>()[i] = window.start;
      ends.data_ptr<std::int64_t>()[i] = window.end;
    }
    return {collate(*store_, stored, pad_id_, device), starts.to(device), ends.to(device)};
  }

 private:
  const S* store_;
  std::span<const data::SpanExample> examples_;
  std::vector<data::AnswerWindow> windows_;
  std::vector<std::int32_t> lengths_;
  std::int64_t pad_id_;
};

}  // namespace hpo::train

#pragma once
/// \file  Classification as fit() sees it: labelled rows, cross entropy, and a confusion matrix.
/// Layer `train`, tier 2.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/transform.hpp>

#include <hpo/core/error.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/nn/model/loss.hpp>
#include <hpo/train/classification_metrics.hpp>
#include <hpo/train/collate.hpp>
#include <hpo/train/fit_result.hpp>

namespace hpo::train {

/// Shapes   tokens [B, T], labels [B] int64.
struct ClassificationBatch {
  nn::TokenBatch tokens;
  at::Tensor labels;
};

/// A part of the rows of a token store, with their classes. Models Dataset. The store outlives it.
template <TokenRows S>
class LabelledRows {
 public:
  /// `rows` are numbers of the store, `labels` the class of each of them.
  LabelledRows(const S& store, std::vector<std::size_t> rows, std::vector<std::int64_t> labels, std::int64_t pad_id)
      : store_(&store), rows_(std::move(rows)), labels_(std::move(labels)), pad_id_(pad_id) {
    require<DataError>(rows_.size() == labels_.size(), "train: expected a label for each of ", rows_.size(),
                       " rows, got ", labels_.size());
    for (const std::size_t row : rows_)
      lengths_.push_back(static_cast<std::int32_t>(std::span<const std::int32_t>(store.ids(row)).size()));
  }

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::span<const std::int32_t> lengths() const { return lengths_; }
  [[nodiscard]] std::int64_t label(std::size_t row) const { return labels_[row]; }

  [[nodiscard]] ClassificationBatch batch(std::span<const std::size_t> rows, at::Device device) const {
    const auto stored =
        rows | ranges::views::transform([&](std::size_t row) { return rows_[row]; }) | ranges::to<std::vector>();
    const at::Tensor labels = at::empty({static_cast<std::int64_t>(rows.size())}, at::kLong);
    for (const auto& [i, row] : ranges::views::enumerate(rows)) labels.data_ptr<std::int64_t>()[i] = labels_[row];
    return {collate(*store_, stored, pad_id_, device), labels.to(device)};
  }

 private:
  const S* store_;
  std::vector<std::size_t> rows_;
  std::vector<std::int64_t> labels_;
  std::vector<std::int32_t> lengths_;
  std::int64_t pad_id_;
};

/// Rows of a store that data::tokenize() filled with these examples, with their classes: `part` is one of
/// data::Split's. The store outlives them. `pad_id` is the encoder's.
/// Errors   DataError if the store is of other examples, or one of the rows has no label.
template <TokenRows S>
  requires requires(const S& store) {
    { store.size() } -> std::convertible_to<std::size_t>;
  }
[[nodiscard]] LabelledRows<S> labelled_rows(const S& store, std::span<const data::ClassificationExample> examples,
                                            const std::vector<std::size_t>& part, std::int64_t pad_id) {
  require<DataError>(store.size() == examples.size(), "train: expected tokens of ", examples.size(),
                     " examples, one row each, got ", store.size(), " rows");
  std::vector<std::int64_t> labels;
  for (const std::size_t row : part) {
    require<DataError>(row < examples.size(), "train: expected rows below ", examples.size(), ", got ", row);
    require<DataError>(examples[row].label >= 0, "train: row ", examples[row].row, ": expected a label, got none");
    labels.push_back(examples[row].label);
  }
  return {store, part, std::move(labels), pad_id};
}

/// Turns the counts into the metric that counts and the others; classification_scores.hpp has the usual ones.
template <class F>
concept ClassificationScore = requires(const F& score, const ConfusionMatrix& matrix) {
  { score(matrix) } -> std::convertible_to<Scores>;
};

/// What fit() trains a classifier for: cross entropy over `classes` logits; the class with the largest logit is the
/// prediction. Logits that are not finite make the metric NaN.
///
/// Shapes   logits [B, classes].
template <ClassificationScore Score>
class ClassificationObjective {
 public:
  ClassificationObjective(std::int64_t classes, Score score) : classes_(classes), score_(std::move(score)) {}

  [[nodiscard]] at::Tensor loss(const at::Tensor& logits, const ClassificationBatch& batch) const {
    require<ShapeError>(logits.dim() == 2 && logits.size(1) == classes_, "train: expected logits of ", classes_,
                        " classes, got ", logits.size(-1));
    return nn::classification_loss(logits, batch.labels);
  }

  class Evaluator {
   public:
    Evaluator(std::int64_t classes, const Score& score) : matrix_(classes), score_(&score) {}

    void add(std::span<const std::size_t>, const at::Tensor& logits, const ClassificationBatch& batch) {
      finite_ = finite_ && logits.isfinite().all().template item<bool>();
      const at::Tensor predicted = logits.argmax(1).cpu(), truth = batch.labels.cpu();
      for (std::int64_t i = 0; i < truth.size(0); ++i)
        matrix_.add(truth.data_ptr<std::int64_t>()[i], predicted.data_ptr<std::int64_t>()[i]);
    }
    [[nodiscard]] const ConfusionMatrix& matrix() const { return matrix_; }
    [[nodiscard]] Scores scores() const {
      Scores scores = (*score_)(matrix_);
      if (!finite_) scores.metric = std::numeric_limits<double>::quiet_NaN();
      return scores;
    }

   private:
    ConfusionMatrix matrix_;
    const Score* score_;
    bool finite_ = true;
  };

  template <class D>
  [[nodiscard]] Evaluator evaluator(const D&) const {
    return {classes_, score_};
  }

 private:
  std::int64_t classes_;
  Score score_;
};

}  // namespace hpo::train

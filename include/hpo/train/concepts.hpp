#pragma once
/// \file  What fit() trains: a model, on a data set, for an objective.
/// Layer `train`, tier 2.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <ATen/core/Tensor.h>

#include <hpo/nn/model/pass.hpp>
#include <hpo/train/fit_result.hpp>
#include <hpo/train/parameters.hpp>

namespace hpo::train {

/// Rows that can be made into batches. `lengths()` has one entry a row, for batches of rows of like length;
/// `batch(rows, device)` is called on the training thread and gives a struct whose `tokens` is the model's input.
template <class D>
concept Dataset = requires(const D& data, std::span<const std::size_t> rows, at::Device device) {
  { data.lengths() } -> std::convertible_to<std::span<const std::int32_t>>;
  data.batch(rows, device).tokens;
};

template <Dataset D>
using BatchOf = decltype(std::declval<const D&>().batch(std::span<const std::size_t>(), at::Device(at::kCPU)));

/// A module whose forward takes the tokens of the data set's batches.
template <class M, class D>
concept ModelFor = Dataset<D> && HasNamedParameters<M> &&
                   requires(M& model, const BatchOf<D>& batch, nn::Pass pass) { model.forward(batch.tokens, pass); };

template <class M, class D>
using OutputOf = decltype(std::declval<M&>().forward(std::declval<const BatchOf<D>&>().tokens, nn::Pass()));

/// Collects what a model says about the rows of a data set, batch by batch in any order; then `scores()` once.
template <class E, class M, class D>
concept EvaluatorFor =
    requires(E evaluator, std::span<const std::size_t> rows, const OutputOf<M, D>& output, const BatchOf<D>& batch) {
      evaluator.add(rows, output, batch);
      { evaluator.scores() } -> std::same_as<Scores>;
    };

/// What a model is trained for: `loss(output, batch)` is a scalar, the mean over the batch's rows; `evaluator(data)`
/// gives an object that models EvaluatorFor.
///
/// Meaning the compiler cannot check: the loss is a mean over rows, every row counting the same; fit() relies on it
/// when it adds up the gradients of micro-batches (tests/train/fit_test.cpp).
template <class O, class M, class D>
concept ObjectiveFor = ModelFor<M, D> && requires(const O& objective, const OutputOf<M, D>& output,
                                                  const BatchOf<D>& batch, const D& data) {
  { objective.loss(output, batch) } -> std::convertible_to<at::Tensor>;
  { objective.evaluator(data) } -> EvaluatorFor<M, D>;
};

}  // namespace hpo::train

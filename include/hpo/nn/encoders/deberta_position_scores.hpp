#pragma once
/// \file  Scores of pairs of tokens from products with positions: each pair picks the product of its distance.
/// Layer `nn`, tier 3.
///
/// By libtorch's operators that is an index of 8 bytes a pair, a gather, and in backward a scatter into zeros: they
/// cost more than the products themselves. On the CPU a pair is picked and added where it stands.

#include <algorithm>
#include <cstdint>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/util/BFloat16.h>
#include <torch/csrc/autograd/custom_function.h>

namespace hpo::nn {

/// Which of a pair's two tokens was multiplied with the positions.
enum class PairSide { query, key };

namespace detail {

/// The pairs of B * A matrices, and where the product of each lies.
struct PairLayout {
  std::int64_t rows, heads, length, positions;  // B, A, T, R
  const std::int32_t* row;                      // [2 T - 1]: the position of distance d is row[d + T - 1]
  PairSide side;

  PairLayout(at::IntArrayRef products, const at::Tensor& row_of_distance, PairSide pair_side)
      : rows(0),
        heads(products[0]),
        length((row_of_distance.size(0) + 1) / 2),
        positions(products[2]),
        row(row_of_distance.data_ptr<std::int32_t>()),
        side(pair_side) {
    rows = products[1] / length;
  }

  /// Calls `visit(offset in scores [B * A, T, T], offset in products [A, B * T, R])` for each pair: matrices in
  /// parallel, since none shares an element with another.
  template <class Visit>
  void each(Visit visit) const {
    at::parallel_for(0, rows * heads, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t matrix = begin; matrix < end; ++matrix) {
        const std::int64_t in_products = (matrix % heads * rows + matrix / heads) * length * positions;
        each_of_matrix([&](std::int64_t pair, std::int64_t product) {
          visit(matrix * length * length + pair, in_products + product);
        });
      }
    });
  }

 private:
  // Keys in blocks, so that the products of a block's keys stay in the cache while the queries pass by.
  template <class Visit>
  void each_of_matrix(Visit visit) const {
    constexpr std::int64_t block = 16;
    for (std::int64_t from = 0; from < length; from += block) {
      const std::int64_t to = std::min(from + block, length);
      for (std::int64_t query = 0; query < length; ++query)
        for (std::int64_t key = from; key < to; ++key)
          visit(query * length + key,
                (side == PairSide::query ? query : key) * positions + row[query - key + length - 1]);
    }
  }
};

template <class T>
void add_products(at::Tensor& scores, const at::Tensor& products, const PairLayout& layout) {
  T* const sum = scores.data_ptr<T>();
  const T* const term = products.data_ptr<T>();
  layout.each([=](std::int64_t pair, std::int64_t product) { sum[pair] = sum[pair] + term[product]; });
}

/// The gradient of products of these sizes: what add_products() reads once for many pairs is
/// summed up over them, in float32.
template <class T>
[[nodiscard]] at::Tensor sum_by_position(const at::Tensor& gradient, at::IntArrayRef products,
                                         const PairLayout& layout) {
  at::Tensor sums = at::zeros(products, gradient.options().dtype(at::kFloat));
  float* const sum = sums.data_ptr<float>();
  const T* const term = gradient.data_ptr<T>();
  layout.each([=](std::int64_t pair, std::int64_t product) { sum[product] += static_cast<float>(term[pair]); });
  return sums.to(gradient.scalar_type());
}

/// Keeps for backward where the products lay, not the products.
class PositionScoresFunction : public torch::autograd::Function<PositionScoresFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, at::Tensor scores, const at::Tensor& products,
                            const at::Tensor& row, std::int64_t side) {
    context->saved_data["products"] = products.sizes().vec();
    context->saved_data["row"] = row;
    context->saved_data["side"] = side;
    context->mark_dirty({scores});
    const PairLayout layout(products.sizes(), row, static_cast<PairSide>(side));
    if (scores.scalar_type() == at::kFloat)
      add_products<float>(scores, products, layout);
    else
      add_products<at::BFloat16>(scores, products, layout);
    return scores;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const std::vector<std::int64_t> products = context->saved_data["products"].toIntVector();
    const at::Tensor row = context->saved_data["row"].toTensor(), gradient = gradients[0].contiguous();
    const PairLayout layout(products, row, static_cast<PairSide>(context->saved_data["side"].toInt()));
    const at::Tensor of_products = gradient.scalar_type() == at::kFloat
                                       ? sum_by_position<float>(gradient, products, layout)
                                       : sum_by_position<at::BFloat16>(gradient, products, layout);
    return {gradients[0], of_products, at::Tensor(), at::Tensor()};
  }
};

}  // namespace detail

/// scores[i][k] += products[i or k][row of the distance i - k], in place, for each row of the batch and each head.
///
/// Shapes   scores [B * A, T, T], contiguous; products [A, B * T, R]: of each token, query or key as `side` says, with
///          each position; row [2 T - 1] int32: the position of distance d at d + T - 1.
[[nodiscard]] inline at::Tensor add_position_scores(const at::Tensor& scores, const at::Tensor& products,
                                                    const at::Tensor& row, PairSide side) {
  const at::ScalarType type = scores.scalar_type();
  if (scores.device().is_cpu() && (type == at::kFloat || type == at::kBFloat16))
    return detail::PositionScoresFunction::apply(scores, products.contiguous(), row, static_cast<std::int64_t>(side));
  const std::int64_t length = scores.size(1), heads = products.size(0), rows = scores.size(0) / heads;
  // Query i sees its keys at distances i, i - 1, ...: a window of the reversed list, which starts later for earlier i.
  at::Tensor index = row.to(at::kLong).flip(0).unfold(0, length, 1).flip(0);  // [T, T]
  if (side == PairSide::key) index = index.t();
  at::Tensor picked = products.view({heads, rows, length, products.size(2)})
                          .transpose(0, 1)  // [B, A, T, R]
                          .gather(-1, index.expand({rows, heads, length, length}));
  if (side == PairSide::key) picked = picked.transpose(-1, -2);  // [B, A, key, query] -> [B, A, query, key]
  return scores.add_(picked.reshape(scores.sizes()));
}

}  // namespace hpo::nn

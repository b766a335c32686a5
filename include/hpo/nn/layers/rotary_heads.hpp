#pragma once
/// \file  From one product of three parts to the queries, keys and values of each head, rotated by their positions.
/// Layer `nn`, tier 3.
///
/// Written with libtorch's operators, cutting, turning, scaling and reordering pass a dozen times over memory, and
/// twice as often in backward. On the CPU one loop does it all in one pass.

#include <array>
#include <cmath>
#include <cstdint>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/util/BFloat16.h>
#include <torch/csrc/autograd/custom_function.h>

#include <hpo/nn/layers/attention.hpp>
#include <hpo/nn/layers/rotary.hpp>

namespace hpo::nn {

/// What attention works on, head by head: each [B * heads, T, d].
struct RotaryHeads {
  at::Tensor query, key, value;  ///< the query rotated and divided by sqrt(d), the key rotated
};

namespace detail {

/// Walks through one product [B, T, 3D] and three tensors [B * heads, T, d] together.
struct RotaryWalk {
  std::int64_t rows, length, heads, width;  // of a head

  template <class T>
  using Parts = std::array<T*, 3>;

  // The same head of a token in both: `visit(part, product, head, cos, sin)`, each pointing to d (tables: d/2) numbers.
  template <class T, class U, class Visit>
  void each(T* product, const Parts<U>& parts, const RotaryTable& table, Visit visit) const {
    const auto* cos = table.cos.data_ptr<float>();
    const auto* sin = table.sin.data_ptr<float>();
    at::parallel_for(0, rows * length, 16, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t token = begin; token < end; ++token) {
        const std::int64_t row = token / length, position = token % length;
        for (std::size_t part = 0; part < 3; ++part)
          for (std::int64_t head = 0; head < heads; ++head)
            visit(part, product + ((token * 3 + static_cast<std::int64_t>(part)) * heads + head) * width,
                  parts[part] + ((row * heads + head) * length + position) * width, cos + position * width / 2,
                  sin + position * width / 2);
      }
    });
  }

  [[nodiscard]] float scale(std::size_t part) const {
    return part == 0 ? static_cast<float>(1.0 / std::sqrt(static_cast<double>(width))) : 1.0F;
  }

  template <class T>
  void split(const T* product, const Parts<T>& parts, const RotaryTable& table) const {
    each(product, parts, table, [this](std::size_t part, const T* from, T* to, const float* cos, const float* sin) {
      rotate_one(from, to, cos, sin, scale(part), 1.0F, part == 2);
    });
  }

  // The gradients' way back: by the same angles in the other direction.
  template <class T>
  void join(T* product, const Parts<const T>& parts, const RotaryTable& table) const {
    each(product, parts, table, [this](std::size_t part, T* to, const T* from, const float* cos, const float* sin) {
      rotate_one(from, to, cos, sin, scale(part), -1.0F, part == 2);
    });
  }

  template <class T>
  void rotate_one(const T* __restrict from, T* __restrict to, const float* __restrict cos, const float* __restrict sin,
                  float factor, float direction, bool copy) const {
    const std::int64_t half = width / 2;
    if (copy) {
      for (std::int64_t j = 0; j < width; ++j) to[j] = from[j];
      return;
    }
    for (std::int64_t j = 0; j < half; ++j) {
      const float a = static_cast<float>(from[j]), b = static_cast<float>(from[half + j]), s = direction * sin[j];
      to[j] = static_cast<T>(factor * (a * cos[j] - b * s));
      to[half + j] = static_cast<T>(factor * (b * cos[j] + a * s));
    }
  }
};

class RotaryHeadsFunction : public torch::autograd::Function<RotaryHeadsFunction> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& product,
                                                std::int64_t heads, const at::Tensor& cos, const at::Tensor& sin) {
    context->save_for_backward({cos, sin});
    context->saved_data["heads"] = heads;
    const RotaryWalk walk{product.size(0), product.size(1), heads, product.size(2) / 3 / heads};
    const at::Tensor in = product.contiguous();
    torch::autograd::variable_list out;
    for (int part = 0; part < 3; ++part)
      out.push_back(at::empty({walk.rows * heads, walk.length, walk.width}, in.options()));
    dispatch(in, [&]<class T>(T* from) {
      walk.split<T>(from, {out[0].data_ptr<T>(), out[1].data_ptr<T>(), out[2].data_ptr<T>()}, {cos, sin});
    });
    return out;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto tables = context->get_saved_variables();
    const std::int64_t heads = context->saved_data["heads"].toInt();
    const at::Tensor query = gradients[0].contiguous(), key = gradients[1].contiguous(),
                     value = gradients[2].contiguous();
    const RotaryWalk walk{query.size(0) / heads, query.size(1), heads, query.size(2)};
    at::Tensor out = at::empty({walk.rows, walk.length, 3 * heads * walk.width}, query.options());
    dispatch(out, [&]<class T>(T* to) {
      walk.join<T>(to, {query.data_ptr<T>(), key.data_ptr<T>(), value.data_ptr<T>()}, {tables[0], tables[1]});
    });
    return {out, at::Tensor(), at::Tensor(), at::Tensor()};
  }

 private:
  template <class Work>
  static void dispatch(const at::Tensor& tensor, Work work) {
    if (tensor.scalar_type() == at::kFloat)
      work(tensor.data_ptr<float>());
    else
      work(tensor.data_ptr<at::BFloat16>());
  }
};

}  // namespace detail

/// The heads of a product whose last dimension holds the queries of all heads, then the keys, then the values.
///
/// Shapes   product [B, T, 3D], D = heads * d; table of T positions and width d.
/// Source   Su et al.: RoFormer: Enhanced Transformer with Rotary Position Embedding, 2021.
[[nodiscard]] inline RotaryHeads rotary_heads(const at::Tensor& product, std::int64_t heads, const RotaryTable& table) {
  const at::ScalarType type = product.scalar_type();
  if (product.device().is_cpu() && (type == at::kFloat || type == at::kBFloat16)) {
    const auto parts = detail::RotaryHeadsFunction::apply(product, heads, table.cos, table.sin);
    return {parts[0], parts[1], parts[2]};
  }
  const std::int64_t rows = product.size(0), length = product.size(1), d = product.size(2) / 3 / heads;
  const at::Tensor all = product.view({rows, length, 3 * heads, d});      // [B, T, 3A, d]
  const at::Tensor rotated = rotate(all.narrow(2, 0, 2 * heads), table);  // [B, T, 2A, d]
  const auto of = [&](const at::Tensor& part) {                           // [B, T, A, d] -> [B * A, T, d]
    return per_head(part.flatten(2), heads);
  };
  return {of(rotated.narrow(2, 0, heads)).div(std::sqrt(static_cast<double>(d))), of(rotated.narrow(2, heads, heads)),
          of(all.narrow(2, 2 * heads, heads))};
}

}  // namespace hpo::nn

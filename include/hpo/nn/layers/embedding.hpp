#pragma once
/// \file  A table of vectors, looked up by id.
/// Layer `nn`, tier 3.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include <ATen/core/Tensor.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <torch/nn/module.h>

#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/nn/model/tensor_options.hpp>
#include <hpo/placement/fill.hpp>
#include <hpo/placement/self_initializing.hpp>

namespace hpo::nn {

/// Shapes   ids [...] int64 -> [..., width]; weight [count, width].
/// Initial  N(0, init_std), redrawn beyond init_cutoff deviations, the padding row 0; sinusoidal: row p is sin(p w_j),
///          cos(p w_j), w_j = 10000^(-2j/width).
/// Errors   ShapeError for an id outside the table, where looking costs nothing (on the CPU).
class Embedding : public torch::nn::Module, public placement::SelfInitializing {
 public:
  struct Options {
    std::optional<std::int64_t> padding_id = std::nullopt;  ///< this row gets no gradient
    double init_std = 0.02;
    double init_cutoff = 0.0;  ///< 0 for none
    bool sinusoidal = false;   ///< start from sines and cosines of the row's number instead
  };

  Embedding(std::int64_t count, std::int64_t width, Options options, const at::TensorOptions& tensors = on_meta())
      : weight(register_parameter("weight", at::empty({count, width}, tensors))), options_(options) {}

  [[nodiscard]] at::Tensor forward(const at::Tensor& ids) const {
    if (ids.device().is_cpu() && ids.numel() > 0) check(ids);
    return at::embedding(weight, ids, options_.padding_id.value_or(-1));
  }

  /// Row `id` for every token: shape [width], to be broadcast. Cheaper than a look-up of equal ids.
  [[nodiscard]] at::Tensor row(std::int64_t id) const { return weight.select(0, id); }

  /// Rows 0 .. count-1, in order: shape [count, width].
  [[nodiscard]] at::Tensor rows(std::int64_t count) const { return weight.narrow(0, 0, count); }

  [[nodiscard]] std::int64_t count() const { return weight.size(0); }

  void initialize_own(const std::string& tensor_name, at::Tensor& tensor, PhiloxStream& random) override {
    if (tensor_name != "weight") return;
    if (options_.sinusoidal) return fill_sinusoidal(tensor);
    placement::fill_normal(tensor, options_.init_std, random, options_.init_cutoff);
    if (options_.padding_id) tensor.select(0, *options_.padding_id).zero_();
  }

  at::Tensor weight;

 private:
  static void fill_sinusoidal(at::Tensor& tensor) {
    const std::int64_t width = tensor.size(1);
    std::int64_t i = 0;  // placement visits the elements row by row
    placement::fill_each(tensor, [&] {
      const std::int64_t row = i / width, column = i++ % width;
      const double angle = static_cast<double>(row) *
                           std::pow(10000.0, -static_cast<double>(column / 2 * 2) / static_cast<double>(width));
      return column % 2 == 0 ? std::sin(angle) : std::cos(angle);
    });
  }

  void check(const at::Tensor& ids) const {
    const auto low = ids.min().item<std::int64_t>(), high = ids.max().item<std::int64_t>();
    require<ShapeError>(low >= 0 && high < count(), "nn.embedding: expected ids from 0 to ", count() - 1, ", got ",
                        low < 0 ? low : high);
  }

  Options options_;
};

}  // namespace hpo::nn

#pragma once
/// \file  A small real problem for tests of the loop: which of two interleaved pairs of clusters a point belongs to
/// (XOR).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <ATen/ops/argmax.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/tanh.h>
#include <torch/nn/module.h>

#include <hpo/core/philox.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/train/classification_metrics.hpp>
#include <hpo/train/fit_result.hpp>

namespace hpo::train::toy {

struct Batch {
  at::Tensor tokens;  // [B, 2]
  at::Tensor labels;  // [B]
};

class Points {
 public:
  explicit Points(std::size_t count, std::uint64_t seed) : lengths_(count, 1) {
    PhiloxStream random(seed, 0, "points");
    for (std::size_t i = 0; i < count; ++i) {
      const bool right = random.below(2) == 1, up = random.below(2) == 1;
      x_.push_back(static_cast<float>((right ? 1.0 : -1.0) + 0.3 * random.normal()));
      x_.push_back(static_cast<float>((up ? 1.0 : -1.0) + 0.3 * random.normal()));
      labels_.push_back(right == up ? 1 : 0);
    }
  }

  [[nodiscard]] std::span<const std::int32_t> lengths() const { return lengths_; }
  [[nodiscard]] Batch batch(std::span<const std::size_t> rows, at::Device) const {
    const auto n = static_cast<std::int64_t>(rows.size());
    Batch batch{at::empty({n, 2}), at::empty({n}, at::kLong)};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t k = 0; k < 2; ++k) batch.tokens.data_ptr<float>()[2 * i + k] = x_[2 * rows[i] + k];
      batch.labels.data_ptr<std::int64_t>()[i] = labels_[rows[i]];
    }
    return batch;
  }
  void poison(std::size_t row, float value) { x_[2 * row] = value; }

 private:
  std::vector<float> x_;
  std::vector<std::int64_t> labels_;
  std::vector<std::int32_t> lengths_;
};

/// Two layers with dropout between; `frozen` shifts the input and is not trained.
class Mlp : public torch::nn::Module {
 public:
  explicit Mlp(double dropout = 0.0, std::int64_t width = 16) : dropout_(dropout) {
    PhiloxStream random(1, 0, "mlp");
    frozen = add("frozen", {2}, random).requires_grad_(false);
    w1_ = add("w1", {width, 2}, random);
    b1_ = add("b1", {width}, random);
    w2_ = add("w2", {2, width}, random);
    b2_ = add("b2", {2}, random);
  }
  at::Tensor forward(const at::Tensor& x, const nn::Pass& pass) {
    const at::Tensor hidden = at::tanh(at::linear(x + frozen * 0.01, w1_, b1_));  // [B, 2] -> [B, width]
    return at::linear(nn::dropout(hidden, dropout_, pass), w2_, b2_);             // [B, width] -> [B, 2]
  }
  at::Tensor frozen;

 private:
  at::Tensor add(const char* name, at::IntArrayRef sizes, PhiloxStream& random) {
    at::Tensor tensor = at::empty(sizes);
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
      tensor.data_ptr<float>()[i] = static_cast<float>(0.5 * random.normal());
    return register_parameter(name, tensor);
  }
  double dropout_;
  at::Tensor w1_, b1_, w2_, b2_;
};

struct Accuracy {
  struct Evaluator {
    void add(std::span<const std::size_t>, const at::Tensor& logits, const Batch& batch) {
      const at::Tensor predicted = logits.argmax(1);
      for (std::int64_t i = 0; i < predicted.size(0); ++i)
        matrix.add(batch.labels[i].item<std::int64_t>(), predicted[i].item<std::int64_t>());
    }
    [[nodiscard]] Scores scores() const { return {matrix.accuracy(), {{"accuracy", matrix.accuracy()}}}; }
    ConfusionMatrix matrix{2};
  };
  [[nodiscard]] at::Tensor loss(const at::Tensor& logits, const Batch& batch) const {
    return at::cross_entropy_loss(logits, batch.labels);
  }
  [[nodiscard]] Evaluator evaluator(const Points&) const { return {}; }
};

}  // namespace hpo::train::toy

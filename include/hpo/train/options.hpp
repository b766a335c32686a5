#pragma once
/// \file  How a model is trained: the options of fit() and of its parts, with their only defaults.
/// Layer `train`, tier 0.

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <hpo/core/describe.hpp>
#include <hpo/train/schedule.hpp>

namespace hpo::train {

/// The step rule of AdamW.
struct AdamWOptions {
  double lr = 5e-5;
  double weight_decay = 0.01;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
};

template <class Visitor>
void describe(Visitor& v, AdamWOptions& o) {
  v.field("lr", o.lr, "peak learning rate", above(0.0));
  v.field("weight_decay", o.weight_decay, "decoupled weight decay of matrices (biases and LayerNorm have none)",
          at_least(0.0));
  v.field("beta1", o.beta1, "decay of the mean gradient", between(0.0, 0.999999));
  v.field("beta2", o.beta2, "decay of the mean squared gradient", between(0.0, 0.99999999));
  v.field("eps", o.eps, "added to the denominator", above(0.0));
}

/// The type that matrix products of a training pass run in. Weights, their updates and evaluations stay float32, so
/// that an exported model repeats the scores of its trial.
enum class Precision { float32, bfloat16 };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, Precision>, 2> enum_names(Precision) {
  return {{{"float32", Precision::float32}, {"bfloat16", Precision::bfloat16}}};
}

/// Everything fit() decides by.
struct TrainOptions {
  std::int64_t epochs = 3;
  std::int64_t batch_size = 16;
  std::int64_t micro_batch_size = 0;
  std::int64_t eval_batch_size = 32;
  double clip_norm = 1.0;
  std::int64_t evals_per_epoch = 1;
  std::int64_t patience = 0;
  double min_delta = 0.0;
  Precision precision = Precision::float32;
  bool gradient_checkpointing = false;
  AdamWOptions optim = {};
  ScheduleOptions schedule = {};
};

template <class Visitor>
void describe(Visitor& v, TrainOptions& o) {
  v.field("epochs", o.epochs, "passes over the training rows", at_least<std::int64_t>(1));
  v.field("batch_size", o.batch_size, "rows per optimizer step", at_least<std::int64_t>(1));
  v.field("micro_batch_size", o.micro_batch_size,
          "most rows per forward pass, 0 for the whole batch; gradients accumulate to the same step, in less memory",
          at_least<std::int64_t>(0));
  v.field("eval_batch_size", o.eval_batch_size, "rows per forward pass of an evaluation", at_least<std::int64_t>(1));
  v.field("clip_norm", o.clip_norm, "largest norm of all gradients together, 0 for no clipping", at_least(0.0));
  v.field("evals_per_epoch", o.evals_per_epoch, "evaluations an epoch, evenly spaced", at_least<std::int64_t>(1));
  v.field("patience", o.patience, "evaluations without improvement before training stops, 0 for never",
          at_least<std::int64_t>(0));
  v.field("min_delta", o.min_delta, "smallest change of the metric that counts as an improvement", at_least(0.0));
  v.field("precision", o.precision,
          "of matrix products in training: float32 or bfloat16 (faster where the CPU has it)");
  v.field(
      "gradient_checkpointing", o.gradient_checkpointing,
      "keep only the inputs of each layer and compute the layer again in backward: the same numbers in less memory");
  v.group("optim", o.optim, "AdamW");
  v.group("schedule", o.schedule, "learning rate schedule");
}

}  // namespace hpo::train

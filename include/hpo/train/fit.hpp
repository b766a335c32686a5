#pragma once
/// \file  The training loop.
/// Layer `train`, tier 3.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include <hpo/core/answer.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/core/trial_end.hpp>
#include <hpo/data/batches.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/train/adamw.hpp>
#include <hpo/train/clip.hpp>
#include <hpo/train/concepts.hpp>
#include <hpo/train/early_stopping.hpp>
#include <hpo/train/evaluate.hpp>
#include <hpo/train/fit_result.hpp>
#include <hpo/train/options.hpp>
#include <hpo/train/schedule.hpp>
#include <hpo/train/snapshot.hpp>
#include <hpo/train/step.hpp>

namespace hpo::train {

namespace detail {

/// One run of fit(): what the steps of the loop share.
template <class M, class T, Dataset Train, Dataset Valid>
  requires ObjectiveFor<T, M, Train> && ObjectiveFor<T, M, Valid>
class Fitting {
 public:
  Fitting(M& model, const T& task, const Train& train, const Valid& valid, const TrainOptions& options,
          const FitRun& run)
      : model_(model),
        task_(task),
        train_(train),
        valid_(valid),
        options_(options),
        run_(run),
        device_(detail::device_of(model)),
        parameters_(trainable_parameters(model)),
        optimizer_(parameters_, options.optim),
        schedule_(options.schedule, options.epochs * static_cast<std::int64_t>(epoch_batches(0).size())),
        snapshot_(model),
        stopping_(run.minimize, options.patience, options.min_delta),
        dropout_(run.seed, run.trial, "dropout") {
    require<ConfigError>(!parameters_.empty(), "train: expected a parameter that requires a gradient, got none");
  }

  [[nodiscard]] FitResult run() {
    bool ended = false;
    for (std::int64_t epoch = 0; epoch < options_.epochs && !ended; ++epoch) ended = run_epoch(epoch);
    if (!best_is_current_) snapshot_.restore();
    detail::set_mode(model_, false);
    optimizer_.zero_grad();
    result_.seconds = seconds();
    return std::move(result_);
  }

 private:
  using Batches = std::vector<std::vector<std::size_t>>;

  [[nodiscard]] Batches epoch_batches(std::int64_t epoch) const {
    require<DataError>(!train_.lengths().empty(), "train: expected training rows, got none");
    PhiloxStream random(run_.seed, run_.trial, concat("shuffle", epoch));
    return data::bucketed_batches(train_.lengths(), options_.batch_size, &random);
  }

  /// \return whether training has ended.
  [[nodiscard]] bool run_epoch(std::int64_t epoch) {
    const Batches batches = epoch_batches(epoch);
    const auto count = static_cast<std::int64_t>(batches.size());
    for (std::int64_t b = 0; b < count; ++b) {
      if (run_.cancelled && run_.cancelled()) return failed("train: cancelled");
      if (take_step(batches[static_cast<std::size_t>(b)], epoch, b, count)) return true;
      const std::int64_t evals = options_.evals_per_epoch;
      if ((b + 1) * evals / count == b * evals / count) continue;  // the next of `evals` even parts is not yet done
      const double epochs_done = static_cast<double>(epoch) + static_cast<double>(b + 1) / static_cast<double>(count);
      if (evaluate_and_decide(epochs_done, std::min(evals, count))) return true;
    }
    return false;
  }

  /// Ends training without a result. \return true.
  bool failed(std::string cause) {
    result_.end = TrialEnd::failed;
    result_.cause = std::move(cause);
    return true;
  }

  /// One optimizer step. \return whether training has ended: the loss or the gradients are not finite.
  [[nodiscard]] bool take_step(std::span<const std::size_t> rows, std::int64_t epoch, std::int64_t b,
                               std::int64_t count) {
    if (std::exchange(best_is_current_, false)) snapshot_.take();
    const double factor = schedule_.factor(result_.steps);
    lr_ = options_.optim.lr * factor;
    const auto diverged = [&](std::string_view what, double value) {
      return failed(concat("train: step ", result_.steps + 1, " (epoch ", epoch + 1, ", batch ", b + 1, " of ", count,
                           "): expected a finite ", what, ", got ", std::isnan(value) ? "nan" : "infinity",
                           " at learning rate ", lr_));
    };
    detail::set_mode(model_, true);
    const double loss =
        accumulate_gradients(model_, task_, train_, rows, options_.micro_batch_size, device_, training_pass());
    if (!std::isfinite(loss)) return diverged("loss", loss);
    const double norm = gradient_norm(parameters_);
    if (!std::isfinite(norm)) return diverged("gradient norm", norm);
    optimizer_.step(factor, clip_factor(norm, options_.clip_norm));
    optimizer_.zero_grad();
    ++result_.steps;
    loss_sum_ += loss * static_cast<double>(rows.size());
    loss_rows_ += static_cast<double>(rows.size());
    return false;
  }

  /// Scores the validation rows, reports, and does what is answered. `planned` is the number of evaluations an epoch.
  /// \return whether training has ended.
  [[nodiscard]] bool evaluate_and_decide(double epochs_done, std::int64_t planned) {
    auto scores = evaluate(model_, task_, valid_, options_.eval_batch_size, run_.cancelled);
    if (!scores) return failed("train: cancelled");
    EvaluationReport report;
    report.evaluation = static_cast<std::int64_t>(result_.history.size()) + 1;
    report.evaluations = options_.epochs * planned;
    report.value = scores->metric;
    report.train_loss = loss_sum_ / loss_rows_;
    report.epoch = epochs_done;
    report.steps = result_.steps;
    report.lr = lr_;
    report.scores = *std::move(scores);
    report.seconds = seconds();
    loss_sum_ = loss_rows_ = 0.0;
    if (!std::isfinite(report.value))
      return failed(concat("train: evaluation ", report.evaluation, " after step ", report.steps,
                           ": expected a finite metric, got ", std::isnan(report.value) ? "nan" : "infinity",
                           " at learning rate ", lr_));
    report.improved = best_is_current_ = stopping_.improves(report.value);
    if (report.improved) {
      result_.best_evaluation = report.evaluation;
      result_.best_epoch = report.epoch;
      result_.best = report.scores;
    }
    result_.history.push_back(report);
    const hpo::Answer answer = run_.on_evaluation ? run_.on_evaluation(report) : hpo::Answer::go_on;
    if (answer == hpo::Answer::prune) result_.end = TrialEnd::pruned;
    result_.early_stopped = answer == hpo::Answer::stop || (answer == hpo::Answer::go_on && stopping_.exhausted());
    return answer != hpo::Answer::go_on || result_.early_stopped;
  }

  [[nodiscard]] nn::Pass training_pass() {
    nn::Pass pass{.training = true,
                  .dropout = &dropout_,
                  .compute_dtype = std::nullopt,
                  .checkpointing = options_.gradient_checkpointing};
    if (options_.precision == Precision::bfloat16) pass.compute_dtype = at::kBFloat16;
    return pass;
  }

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }

  M& model_;
  const T& task_;
  const Train& train_;
  const Valid& valid_;
  const TrainOptions& options_;
  const FitRun& run_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  at::Device device_;
  std::vector<Parameter> parameters_;
  AdamW optimizer_;
  Schedule schedule_;
  Snapshot snapshot_;
  EarlyStopping stopping_;
  nn::DropoutStream dropout_;
  bool best_is_current_ = false;  // the model holds the best weights and the snapshot does not yet
  double lr_ = 0.0, loss_sum_ = 0.0, loss_rows_ = 0.0;
  FitResult result_;
};

}  // namespace detail

/// Trains `model` in place. However it ends, the model holds the weights of the best evaluation at the end (those
/// at hand if there was none). The numbers depend on the data, the options, `run.seed`, `run.trial` and the number of
/// intra-op threads, and on nothing else.
///
/// Errors   ConfigError for options that cannot work, DataError without rows, PlacementError for a parameter on meta.
///          A loss that is not finite is a failed trial with a cause, not an error.
template <class M, class T, Dataset Train, Dataset Valid>
  requires ObjectiveFor<T, M, Train> && ObjectiveFor<T, M, Valid>
[[nodiscard]] FitResult fit(M& model, const T& task, const Train& train, const Valid& valid,
                            const TrainOptions& options, const FitRun& run = {}) {
  require<DataError>(!valid.lengths().empty(), "train: expected validation rows, got none");
  return detail::Fitting(model, task, train, valid, options, run).run();
}

}  // namespace hpo::train

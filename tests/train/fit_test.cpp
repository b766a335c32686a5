// Mirrors include/hpo/train/fit.hpp, step.hpp, evaluate.hpp and concepts.hpp.
#include <hpo/train/fit.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>

#include <malloc.h>

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>

#include "toy.hpp"

#include "../check.hpp"

namespace hpo::train {
namespace {
using toy::Accuracy, toy::Mlp, toy::Points;

// The least that the concepts ask for, through the whole template.
struct LeastBatch {
  at::Tensor tokens;
};
struct LeastData {
  std::vector<std::int32_t> lengths() const { return {3, 5, 2}; }
  LeastBatch batch(std::span<const std::size_t> rows, at::Device) const {
    return {at::ones({static_cast<std::int64_t>(rows.size())})};
  }
};
struct LeastParameter {
  std::string name;
  at::Tensor tensor;
  const std::string& key() const { return name; }
  const at::Tensor& value() const { return tensor; }
};
struct LeastModel {
  std::vector<LeastParameter> named_parameters() const { return {{"w", w}}; }
  at::Tensor forward(const at::Tensor& x, nn::Pass) { return x * w; }
  at::Tensor w = at::ones({1}).requires_grad_(true);
};
struct LeastEvaluator {
  void add(std::span<const std::size_t>, const at::Tensor& out, const LeastBatch&) { sum += out.sum().item<double>(); }
  Scores scores() { return {sum, {}}; }
  double sum = 0.0;
};
struct LeastTask {
  at::Tensor loss(const at::Tensor& out, const LeastBatch&) const { return out.mean(); }
  LeastEvaluator evaluator(const LeastData&) const { return {}; }
};
static_assert(ObjectiveFor<LeastTask, LeastModel, LeastData>);
static_assert(ObjectiveFor<Accuracy, Mlp, Points>);
struct NoLoss {
  LeastEvaluator evaluator(const LeastData&) const;
};
static_assert(!ObjectiveFor<NoLoss, LeastModel, LeastData>);
static_assert(ModelFor<Mlp, LeastData> &&
              !ObjectiveFor<Accuracy, Mlp, LeastData>);  // Accuracy wants labels in its batches
static_assert(!Dataset<std::vector<int>>);

at::Tensor weights(const Mlp& model) {
  std::vector<at::Tensor> flat;
  for (const auto& named : model.named_parameters()) flat.push_back(named.value().detach().clone().flatten());
  return at::cat(flat);
}

const Points train_points(400, 1), valid_points(200, 2);
TrainOptions options() {
  return {
      .epochs = 5, .batch_size = 16, .optim = {.lr = 0.02}, .schedule = {.kind = ScheduleKind::cosine, .warmup = 0.1}};
}

at::Tensor trained(std::uint64_t seed, std::uint64_t trial, TrainOptions with = options()) {
  Mlp model(0.2);
  CHECK(fit(model, Accuracy(), train_points, valid_points, with, {.seed = seed, .trial = trial}).end ==
        TrialEnd::complete);
  return weights(model);
}

TEST_SUITE("train/fit") {
  TEST_CASE("a small network learns XOR") {
    Mlp model;
    const FitResult result = fit(model, Accuracy(), train_points, valid_points, options());
    CHECK(result.end == TrialEnd::complete);
    CHECK(!result.early_stopped);
    CHECK(result.best.metric >= 0.99);
    CHECK(result.history.size() == 5);
    CHECK(result.steps == 125);
    CHECK(result.history.back().steps == 125);
    CHECK(result.history.back().evaluation == 5);
    CHECK(result.history.back().evaluations == 5);
    CHECK(result.history.back().value == result.history.back().scores.metric);
    CHECK(result.history.back().epoch == 5.0);
    CHECK(result.history.back().train_loss < 0.15);
    CHECK(result.history.front().train_loss > result.history.back().train_loss);
    CHECK(result.cause.empty());
    CHECK(evaluate(model, Accuracy(), valid_points, 7)->metric == result.best.metric);
  }

  TEST_CASE("the least model, data and task that the concepts accept go through") {
    LeastModel model;
    const FitResult result = fit(model, LeastTask(), LeastData(), LeastData(), {.epochs = 2, .batch_size = 2});
    CHECK(result.steps == 4);
    CHECK(model.w.item<double>() < 1.0);
  }

  TEST_CASE("gradient checkpointing is asked for in training, as the options say, and not in evaluation") {
    struct Recording : LeastModel {
      at::Tensor forward(const at::Tensor& x, nn::Pass pass) {
        (pass.training ? in_training : in_evaluation) |= pass.checkpointing;
        return LeastModel::forward(x, pass);
      }
      bool in_training = false, in_evaluation = false;
    };
    for (const bool asked : {false, true}) {
      Recording model;
      static_cast<void>(
          fit(model, LeastTask(), LeastData(), LeastData(), {.epochs = 1, .gradient_checkpointing = asked}));
      CHECK(model.in_training == asked);
      CHECK(!model.in_evaluation);
    }
  }

  TEST_CASE("the same seed and trial give the same bits, whatever ran in between; another trial gives others") {
    const at::Tensor first = trained(3, 0);
    const at::Tensor other = trained(3, 1);
    CHECK(at::equal(first, trained(3, 0)));
    CHECK_FALSE(at::equal(first, other));
    CHECK_FALSE(at::equal(first, trained(4, 0)));
    CHECK(at::equal(other, trained(3, 1)));
  }

  TEST_CASE("every epoch sees every row once, in an order of its own that another trial does not share") {
    struct Recording : Points {
      using Points::Points;
      toy::Batch batch(std::span<const std::size_t> rows, at::Device device) const {
        seen.insert(seen.end(), rows.begin(), rows.end());
        return Points::batch(rows, device);
      }
      mutable std::vector<std::size_t> seen;
    };
    const auto orders = [](std::uint64_t trial) {
      const Recording rows(60, 1);
      Mlp model;
      static_cast<void>(
          fit(model, Accuracy(), rows, valid_points, {.epochs = 2, .batch_size = 8}, {.seed = 1, .trial = trial}));
      REQUIRE(rows.seen.size() == 120);
      return std::pair(std::vector(rows.seen.begin(), rows.seen.begin() + 60),
                       std::vector(rows.seen.begin() + 60, rows.seen.end()));
    };
    auto [first, second] = orders(0);
    CHECK(first != second);
    CHECK(orders(0).first == first);
    CHECK(orders(1).first != first);
    std::ranges::sort(first);
    std::ranges::sort(second);
    CHECK(first == second);
    CHECK(std::ranges::adjacent_find(first) == first.end());
  }

  TEST_CASE("micro-batches of uneven size add up to the gradient of one large batch") {
    const std::vector<std::size_t> rows = {5, 1, 9, 33, 20, 7, 8, 60};
    const auto gradient = [&](std::int64_t micro) {
      Mlp model;
      const double loss = accumulate_gradients(model, Accuracy(), train_points, rows, micro, at::kCPU, nn::Pass{});
      std::vector<at::Tensor> flat = {at::full({1}, loss, at::kFloat)};
      for (const auto& parameter : trainable_parameters(model)) flat.push_back(parameter.tensor.grad().flatten());
      return at::cat(flat);
    };
    const at::Tensor whole = gradient(0);
    for (const std::int64_t micro : {1, 3, 5, 8, 100})
      CHECK((gradient(micro) - whole).abs().max().item<double>() < 1e-6);
    CHECK(whole.abs().max().item<double>() > 0.05);
  }

  TEST_CASE("a run in micro-batches equals the run in whole batches") {
    TrainOptions with = options();
    with.epochs = 1;
    Mlp whole, parts;
    static_cast<void>(fit(whole, Accuracy(), train_points, valid_points, with));
    with.micro_batch_size = 5;
    static_cast<void>(fit(parts, Accuracy(), train_points, valid_points, with));
    CHECK((weights(whole) - weights(parts)).abs().max().item<double>() < 1e-4);
    CHECK_FALSE(at::equal(weights(whole), weights(Mlp())));
  }

  TEST_CASE("frozen parameters stay as they are, bit for bit") {
    Mlp model;
    const at::Tensor before = model.frozen.clone();
    static_cast<void>(fit(model, Accuracy(), train_points, valid_points, options()));
    CHECK(at::equal(before, model.frozen));
    CHECK_FALSE(model.frozen.grad().defined());
  }

  TEST_CASE("the model ends with the weights of its best evaluation, and without gradients") {
    for (const bool minimize : {false, true}) {
      TrainOptions with = options();
      with.evals_per_epoch = 5;
      with.optim.lr = 0.3;  // coarse: the accuracy goes up and down
      with.schedule.kind = ScheduleKind::constant;
      Mlp model;
      std::vector<at::Tensor> at_evaluation;
      const FitResult result = fit(model, Accuracy(), train_points, valid_points, with,
                                   {.minimize = minimize, .on_evaluation = [&](const EvaluationReport&) {
                                      at_evaluation.push_back(weights(model));
                                      return hpo::Answer::go_on;
                                    }});
      REQUIRE(result.history.size() == 25);
      std::size_t best = 0;
      for (std::size_t i = 1; i < 25; ++i) {
        const double now = result.history[i].scores.metric, then = result.history[best].scores.metric;
        if (minimize ? now < then : now > then) best = i;
      }
      REQUIRE(best < 24);  // otherwise there is nothing to restore
      CHECK(result.best_evaluation == static_cast<std::int64_t>(best) + 1);
      CHECK(result.best_epoch == result.history[best].epoch);
      CHECK(at::equal(weights(model), at_evaluation[best]));
      CHECK_FALSE(at::equal(weights(model), at_evaluation.back()));
      for (const auto& parameter : trainable_parameters(model)) CHECK_FALSE(parameter.tensor.grad().defined());
    }
  }

  TEST_CASE("evaluations are evenly spaced and never more than one a step") {
    TrainOptions with = options();
    with.epochs = 2;
    with.evals_per_epoch = 2;
    with.batch_size = 133;  // four batches an epoch
    Mlp model;
    const FitResult result = fit(model, Accuracy(), train_points, valid_points, with);
    REQUIRE(result.history.size() == 4);
    const double epochs[] = {0.5, 1.0, 1.5, 2.0};
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(result.history[i].evaluation == static_cast<std::int64_t>(i) + 1);
      CHECK(result.history[i].epoch == epochs[i]);
    }
    with.evals_per_epoch = 100;
    const FitResult dense = fit(model, Accuracy(), train_points, valid_points, with);
    CHECK(dense.history.size() == 8);
    CHECK(dense.history.front().evaluations == 8);
  }

  TEST_CASE("an answer prunes or stops; the result says which") {
    const auto ended_by = [](hpo::Answer answer) {
      Mlp model;
      return fit(model, Accuracy(), train_points, valid_points, options(),
                 {.on_evaluation = [=](const EvaluationReport& report) {
                   return report.evaluation == 2 ? answer : hpo::Answer::go_on;
                 }});
    };
    CHECK(ended_by(hpo::Answer::prune).end == TrialEnd::pruned);
    CHECK(!ended_by(hpo::Answer::prune).early_stopped);
    CHECK(ended_by(hpo::Answer::prune).history.size() == 2);
    CHECK(ended_by(hpo::Answer::stop).end == TrialEnd::complete);
    CHECK(ended_by(hpo::Answer::stop).early_stopped);
    CHECK(ended_by(hpo::Answer::stop).history.size() == 2);
    CHECK(ended_by(hpo::Answer::stop).best_evaluation > 0);
  }

  TEST_CASE("patience stops a run that no longer improves") {
    TrainOptions with = options();
    with.epochs = 50;
    with.patience = 3;
    Mlp model;
    const FitResult result = fit(model, Accuracy(), train_points, valid_points, with);
    CHECK(result.end == TrialEnd::complete);
    CHECK(result.early_stopped);
    CHECK(result.best.metric >= 0.97);
    CHECK(static_cast<std::int64_t>(result.history.size()) == result.best_evaluation + 3);
  }

  TEST_CASE("cancelling is heard before every batch, in evaluations too") {
    int asked = 0;
    const auto cancel_at = [&](int when) {
      asked = 0;
      Mlp model;
      return fit(model, Accuracy(), train_points, valid_points, options(),
                 {.cancelled = [&, when] { return ++asked >= when; }});
    };
    CHECK(cancel_at(1).end == TrialEnd::failed);
    CHECK(cancel_at(1).cause == "train: cancelled");
    CHECK(cancel_at(1).steps == 0);
    CHECK(cancel_at(10).steps == 9);
    const FitResult in_evaluation = cancel_at(28);  // 25 batches, then the third batch of the evaluation
    CHECK(in_evaluation.end == TrialEnd::failed);
    CHECK(in_evaluation.cause == "train: cancelled");
    CHECK(in_evaluation.steps == 25);
    CHECK(in_evaluation.history.empty());
    CHECK(in_evaluation.best_evaluation == 0);
  }

  TEST_CASE("a loss that is not finite ends the run, names the place, and leaves the best weights") {
    Points poisoned = train_points;
    poisoned.poison(17, std::numeric_limits<float>::quiet_NaN());
    Mlp model;
    const FitResult result = fit(model, Accuracy(), poisoned, valid_points, options());
    CHECK(result.end == TrialEnd::failed);
    CHECK(result.cause.starts_with("train: step "));
    CHECK(result.cause.find("(epoch 1, batch ") != std::string::npos);
    CHECK(result.cause.find(" of 25): expected a finite loss, got nan at learning rate ") != std::string::npos);
    CHECK(weights(model).isfinite().all().item<bool>());
  }

  TEST_CASE("a gradient that is not finite under a finite loss ends the run before it reaches the weights") {
    struct Cliff : Accuracy {  // d/dx sqrt(x) at 0
      at::Tensor loss(const at::Tensor& logits, const toy::Batch&) const { return (logits - logits).sqrt().mean(); }
    };
    Mlp model;
    const at::Tensor before = weights(model);
    const FitResult result = fit(model, Cliff(), train_points, valid_points, options());
    CHECK(result.end == TrialEnd::failed);
    CHECK(result.cause ==
          "train: step 1 (epoch 1, batch 1 of 25): expected a finite gradient norm, got nan at learning rate 0");
    CHECK(at::equal(before, weights(model)));
  }

  TEST_CASE("a metric that is not finite ends the run") {
    struct Broken : Accuracy {
      struct Nan : Evaluator {
        Scores scores() const { return {std::numeric_limits<double>::quiet_NaN(), {}}; }
      };
      Nan evaluator(const Points&) const { return {}; }
    };
    Mlp model;
    const FitResult result = fit(model, Broken(), train_points, valid_points, options());
    CHECK(result.end == TrialEnd::failed);
    CHECK(result.cause.starts_with("train: evaluation 1 after step 25: expected a finite metric, got nan"));
  }

  TEST_CASE("memory does not grow from run to run") {
    const auto resident_mib = [] {
      malloc_trim(0);  // what glibc keeps for the next run is not growth
      std::ifstream file("/proc/self/statm");
      std::int64_t total = 0, resident = 0;
      file >> total >> resident;
      return resident * 4096 / (1 << 20);
    };
    const Points few(32, 1);
    const auto run = [&] {
      Mlp model(0.1, 200'000);  // 4 MB of weights, 8 MB of optimizer state, 4 MB of snapshot
      static_cast<void>(fit(model, Accuracy(), few, few, {.epochs = 2, .batch_size = 16}));
    };
    run();
    const auto before = resident_mib();
    for (int i = 0; i < 10; ++i) run();
    CHECK(resident_mib() - before < 20);  // a leak of the smallest of these would be 40
  }

  TEST_CASE("nothing to train and nothing to learn from are errors") {
    Mlp frozen;
    for (auto& parameter : frozen.parameters()) parameter.requires_grad_(false);
    CHECK_THROWS_WITH_AS(static_cast<void>(fit(frozen, Accuracy(), train_points, valid_points, options())),
                         "train: expected a parameter that requires a gradient, got none", ConfigError);
    Mlp model;
    CHECK_THROWS_WITH_AS(static_cast<void>(fit(model, Accuracy(), Points(0, 1), valid_points, options())),
                         "train: expected training rows, got none", DataError);
    CHECK_THROWS_WITH_AS(static_cast<void>(fit(model, Accuracy(), train_points, Points(0, 1), options())),
                         "train: expected validation rows, got none", DataError);
  }
}
}  // namespace
}  // namespace hpo::train

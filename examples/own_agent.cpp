/// An agent of your own: its own head, space and metric; the program around it is the same.
/// Usage: own_agent tune --config configs/own_agent.toml      Expected: a fault cost of about 0.27
#include <memory>

#include <hpo/agent/classification.hpp>
#include <hpo/agent/consumers.hpp>
#include <hpo/app/run.hpp>
#include <hpo/nn/encoders/bert.hpp>

using namespace hpo;  // in examples only

// [head]
/// Weighs the tokens of a row by a learnt score, adds them up, and classifies the sum.
struct AttentionHead : torch::nn::Module {
  struct Options {
    std::int64_t num_labels = 2;
    double dropout = 0.1;
  };
  AttentionHead(const Options& given, std::int64_t width, const at::TensorOptions& tensors)
      : options(given), score(register_module("score", std::make_shared<nn::Linear>(width, 1, tensors))),
        classifier(register_module("classifier", std::make_shared<nn::Linear>(width, given.num_labels, tensors))) {}

  at::Tensor forward(const at::Tensor& hidden, const nn::TokenBatch& batch, const nn::Pass& pass) const {
    const at::Tensor padding = batch.attention_mask.eq(0).unsqueeze(-1);                          // [B, T, 1]
    const at::Tensor weight = score->forward(hidden, pass).masked_fill(padding, -1e9).softmax(1);  // [B, T, 1]
    const at::Tensor pooled = hidden.mul(weight).sum(1);                                          // [B, D]
    return classifier->forward(nn::dropout(pooled, options.dropout, pass), pass);                 // [B, C]
  }
  std::int64_t input_width() const { return score->in_features(); }

  Options options;
  std::shared_ptr<nn::Linear> score, classifier;
};
// [head]

// [metric]
/// What wrong answers cost a row on average, if a missed fault costs five false alarms. Less is better.
struct FaultCost {
  static constexpr std::string_view name = "fault_cost";
  static constexpr storage::Direction direction = storage::Direction::minimize;
  static double of(const agent::ClassTally& tally) {
    const auto missed = tally.count("fault", "fine"), alarms = tally.count("fine", "fault");
    return static_cast<double>(5 * missed + alarms) / static_cast<double>(tally.total());
  }
};
// [metric]

// [agent]
struct HeadParams {
  using consumes = space::Names<"head.dropout">;
  static void apply(const auto& values, AttentionHead::Options& options) {
    options.dropout = values.template get<"head.dropout">();
  }
};

struct OwnAgent {
  static constexpr std::string_view name = "own_agent";
  using Models = TypeList<nn::TaskModel<nn::BertEncoder, AttentionHead>>;
  using Task = agent::ClassificationTask<TypeList<FaultCost, agent::MacroF1>>;
  static constexpr auto space = space::of(space::real<"optim.lr">(3e-4, 5e-3).log(),
                                          space::real<"optim.weight_decay">(1e-4, 0.3).log(),
                                          space::real<"head.dropout">(0.0, 0.5));
  using Consumers = TypeList<agent::AdamWParams, HeadParams>;
};

int main(int argc, char** argv) { return app::run<OwnAgent>(argc, argv); }
// [agent]

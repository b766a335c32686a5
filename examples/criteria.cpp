/// Criteria agent: does a text meet a criterion? `criteria --help` lists what it can do.
/// Usage: criteria tune --config configs/criteria.toml      Expected on the bundled data: macro-F1 about 0.9
#include <hpo/agent/classification.hpp>
#include <hpo/agent/consumers.hpp>
#include <hpo/app/run.hpp>
#include <hpo/nn/models.hpp>

using namespace hpo;  // in examples only

struct Criteria {
  static constexpr std::string_view name = "criteria";
  using Models = nn::ModelsOf<nn::ClassificationHead>;  // on every encoder that hpo has
  using Task = agent::ClassificationTask<TypeList<agent::MacroF1, agent::Accuracy>>;
  static constexpr auto space = space::of(
      space::real<"optim.lr">(1e-5, 5e-3).log(),
      space::real<"optim.weight_decay">(1e-4, 0.3).log(),
      space::choice<"schedule.kind">("linear", "cosine"),
      space::real<"schedule.warmup">(0.0, 0.3),
      space::choice<"train.batch_size">(8, 16, 32),
      space::real<"encoder.dropout">(0.0, 0.3),
      space::choice<"head.pooling">("cls", "mean", "max"),
      space::integer<"head.layers">(1, 3),
      space::integer<"head.width">(32, 512).log().when<"head.layers">(space::at_least(2)),
      space::choice<"head.activation">("gelu", "relu", "tanh").when<"head.layers">(space::at_least(2)),
      space::real<"head.dropout">(0.0, 0.5));
  using Consumers = agent::TextConsumers<agent::ClassificationHeadParams>;
};

int main(int argc, char** argv) { return app::run<Criteria>(argc, argv); }

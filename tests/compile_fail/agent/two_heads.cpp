// expect-error: HasModels
// An agent whose models have different heads: their options could not be one set of hyperparameters.
#include <hpo/agent/agent.hpp>
#include <hpo/agent/classification.hpp>
#include <hpo/agent/consumers.hpp>
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/roberta.hpp>

using namespace hpo;

struct TwoHeads {
  static constexpr std::string_view name = "two_heads";
  using Models =
      TypeList<nn::TaskModel<nn::BertEncoder, nn::ClassificationHead>, nn::TaskModel<nn::RobertaEncoder, nn::SpanHead>>;
  using Task = agent::ClassificationTask<TypeList<agent::Accuracy>>;
  static constexpr auto space =
      space::of(space::real<"optim.lr">(1e-5, 1e-3).log(), space::real<"optim.weight_decay">(0.0, 0.1));
  using Consumers = TypeList<agent::AdamWParams>;
};
static_assert(agent::Agent<TwoHeads>);

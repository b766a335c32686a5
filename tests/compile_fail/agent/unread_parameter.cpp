// expect-error: nothing_consumes_the_parameter.*head.dropout
// An agent whose space has a parameter that none of its consumers reads.
#include <hpo/agent/agent.hpp>
#include <hpo/agent/classification.hpp>
#include <hpo/agent/consumers.hpp>
#include <hpo/nn/encoders/bert.hpp>

using namespace hpo;

struct Wasteful {
  static constexpr std::string_view name = "wasteful";
  using Models = TypeList<nn::TaskModel<nn::BertEncoder, nn::ClassificationHead>>;
  using Task = agent::ClassificationTask<TypeList<agent::Accuracy>>;
  static constexpr auto space =
      space::of(space::real<"optim.lr">(1e-5, 1e-3).log(), space::real<"optim.weight_decay">(0.0, 0.1),
                space::real<"head.dropout">(0.0, 0.5));
  using Consumers = TypeList<agent::AdamWParams>;
};
static_assert(agent::Agent<Wasteful>);

// expect-error: HasNumLabels<HeadOptions>.*num_labels = count. is invalid
// A classification whose head calls the number of classes otherwise: it would keep its default of two.
#include <hpo/agent/agent.hpp>
#include <hpo/agent/classification.hpp>

#include "../../agent/archetypes.hpp"

using namespace hpo;

struct CountsClasses : torch::nn::Module {
  struct Options {
    std::int64_t classes = 2;
  };
  CountsClasses(const Options&, std::int64_t, const at::TensorOptions&);
  at::Tensor forward(const at::Tensor&, const nn::TokenBatch&, const nn::Pass&) const;
  std::int64_t input_width() const;
};
struct Sorter : test::Rater {
  using Models = TypeList<nn::TaskModel<test::LookupEncoder, CountsClasses>>;
  using Task = agent::ClassificationTask<TypeList<agent::Accuracy>>;
};
static_assert(agent::Agent<Sorter>);

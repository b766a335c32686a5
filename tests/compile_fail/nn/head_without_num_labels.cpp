// expect-error: has no member named .num_labels.
#include <hpo/nn/model/head.hpp>

struct CountsClasses : torch::nn::Module {
  struct Options {
    std::int64_t classes = 2;
  };
  CountsClasses(const Options&, std::int64_t, const at::TensorOptions&);
  at::Tensor forward(const at::Tensor&, const hpo::nn::TokenBatch&, const hpo::nn::Pass&) const;
  std::int64_t input_width() const;
};
template <hpo::nn::ClassifyingHead H>
typename H::Options options_for(std::int64_t labels) {
  typename H::Options options;
  options.num_labels = labels;
  return options;
}
const auto options = options_for<CountsClasses>(3);

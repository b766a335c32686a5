// expect-error: has no member named .input_width.
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/model/task_model.hpp>

struct Widthless : torch::nn::Module {
  struct Options {};
  Widthless(const Options&, std::int64_t, const at::TensorOptions&);
  at::Tensor forward(const at::Tensor&, const hpo::nn::TokenBatch&, const hpo::nn::Pass&) const;
};
hpo::nn::TaskModel<hpo::nn::BertEncoder, Widthless>* model;

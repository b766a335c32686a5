// A head of a user's own, held to what every head must do.
#include <memory>

#include <hpo/nn/layers/linear.hpp>
#include <hpo/testing/head_contract.hpp>

using namespace hpo;

/// Classifies a row by its first token.
struct FirstTokenHead : torch::nn::Module {
  struct Options {
    std::int64_t num_labels = 2;
  };
  FirstTokenHead(const Options& options, std::int64_t width, const at::TensorOptions& tensors)
      : linear(register_module("classifier", std::make_shared<nn::Linear>(width, options.num_labels, tensors))) {}
  at::Tensor forward(const at::Tensor& hidden, const nn::TokenBatch&, const nn::Pass& pass) const {
    return linear->forward(hidden.select(1, 0), pass);
  }
  std::int64_t input_width() const { return linear->in_features(); }

  std::shared_ptr<nn::Linear> linear;
};

// [head]
TEST_CASE("my head obeys the contract") {
  testing::obeys_head_contract<FirstTokenHead>({.num_labels = 3});
}
// [head]

// A program that builds a small encoder on the meta device, gives it initial values and runs it.
#include <iostream>

#include <hpo/nn/encoders/bert.hpp>
#include <hpo/placement/place.hpp>
#include <hpo/placement/reinitialize.hpp>

using namespace hpo;

int main() {
  nn::BertConfig config;
  config.vocab_size = 64;
  config.hidden_size = 32;
  config.num_hidden_layers = 1;
  config.num_attention_heads = 2;
  config.intermediate_size = 64;
  nn::BertEncoder encoder(config);
  placement::place(encoder, placement::Reinitialize{.names = {"*"}, .seed = 1}, c10::kCPU);
  const at::Tensor ids = at::ones({1, 5}, at::kLong);
  std::cout << encoder.forward({ids, ids, {}}, nn::Pass{}).sizes() << '\n';
}

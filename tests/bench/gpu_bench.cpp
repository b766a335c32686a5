// A training step (forward, backward, norm of the gradients, AdamW) of each family on a GPU: milliseconds, in float32
// and with bfloat16 products, without dropout and with it. Usage: gpu_bench [WIDTH LAYERS ROWS TOKENS]
// Medians of 20 steps.
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/deberta.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/placement/place.hpp>
#include <hpo/placement/reinitialize.hpp>
#include <hpo/train/adamw.hpp>
#include <hpo/train/clip.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <torch/cuda.h>

#include "sized_config.hpp"

namespace {

using namespace hpo;

struct Size {
  std::int64_t width = 768, layers = 12, rows = 32, tokens = 128;
};

template <class Step>
double median_ms(Step step) {
  std::vector<double> all;
  for (int i = 0; i < 25; ++i) {
    const auto start = std::chrono::steady_clock::now();
    step();
    torch::cuda::synchronize();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (i >= 5) all.push_back(took.count());
  }
  std::ranges::nth_element(all, all.begin() + 10);
  return all[10];
}

template <nn::Encoder E>
double step_ms(typename E::Config config, const Size& size, bool bfloat16, double dropout) {
  const at::Device gpu(at::kCUDA, 0);
  config = bench::sized<E>(std::move(config), 30000, size.width, size.layers);
  config.set_dropout(dropout);
  E encoder(config);
  placement::place(encoder, placement::Reinitialize{.names = {"*"}}, gpu);
  const auto parameters = train::trainable_parameters(encoder);
  train::AdamW optimizer(parameters, {});
  const nn::TokenBatch batch{at::full({size.rows, size.tokens}, 7, at::TensorOptions(at::kLong).device(gpu)),
                             at::ones({size.rows, size.tokens}, at::TensorOptions(at::kLong).device(gpu))};
  nn::DropoutStream stream(1, 1);
  nn::Pass pass{.training = true, .dropout = &stream};
  if (bfloat16) pass.compute_dtype = at::kBFloat16;
  return median_ms([&] {
    encoder.forward(batch, pass).square().mean().backward();
    optimizer.step(1.0, train::clip_factor(train::gradient_norm(parameters), 1.0));
    optimizer.zero_grad();
  });
}

template <nn::Encoder E>
void print(const char* name, const typename E::Config& config, const Size& size) {
  std::printf("%-12s %8.1f %8.1f %8.1f %8.1f\n", name, step_ms<E>(config, size, false, 0.0),
              step_ms<E>(config, size, false, 0.1), step_ms<E>(config, size, true, 0.0),
              step_ms<E>(config, size, true, 0.1));
}

}  // namespace

int main(int argc, char** argv) {
  Size size;
  for (int i = 1; i < std::min(argc, 5); ++i)
    (i == 1 ? size.width : i == 2 ? size.layers : i == 3 ? size.rows : size.tokens) = std::atoll(argv[i]);
  if (!torch::cuda::is_available()) {
    std::puts("no CUDA device");
    return 0;
  }
  nn::DebertaConfig v3;
  v3.relative_attention = v3.c2p = v3.p2c = v3.share_att_key = v3.norm_rel_ebd = true;
  v3.position_biased_input = false;
  v3.position_buckets = 256;
  std::printf("width %ld, %ld layers, %ld rows of %ld tokens; ms a step\n", size.width, size.layers, size.rows,
              size.tokens);
  std::printf("%-12s %8s %8s %8s %8s\n", "", "float32", "+dropout", "bfloat16", "+dropout");
  print<nn::BertEncoder>("bert", {}, size);
  print<nn::DebertaEncoder>("deberta-v3", v3, size);
  print<nn::ModernBertEncoder>("modernbert", {}, size);
}

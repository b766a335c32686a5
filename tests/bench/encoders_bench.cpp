// A training pass (forward, backward) of each family at one size, as a multiple of BERT's; by default as float32 on one
// thread. Usage: encoders_bench [WIDTH LAYERS ROWS TOKENS [bfloat16]]     Medians of CPU seconds, families in turn.
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/deberta.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/placement/place.hpp>
#include <hpo/placement/reinitialize.hpp>

#include <algorithm>
#include <concepts>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>

#include "sized_config.hpp"

namespace {

using namespace hpo;

struct Size {
  std::int64_t width = 768, layers = 2, rows = 8, tokens = 128;
  bool bfloat16 = false;
};

struct Family {
  std::string name;
  std::function<void()> step;
  std::vector<double> seconds = {};

  [[nodiscard]] double median() const {
    auto sorted = seconds;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }
};

template <nn::Encoder E>
Family family(std::string name, typename E::Config config, const Size& size) {
  config = bench::sized<E>(std::move(config), 1000, size.width, size.layers);
  if constexpr (std::same_as<E, nn::ModernBertEncoder>) config.set_dropout(0.1);  // as the others have by default
  auto encoder = std::make_shared<E>(config);
  placement::place(*encoder, placement::Reinitialize{.names = {"*"}}, at::kCPU);
  nn::TokenBatch batch{at::full({size.rows, size.tokens}, 7, at::kLong), at::ones({size.rows, size.tokens}, at::kLong)};
  for (std::int64_t row = 0; row < size.rows; ++row)  // real batches have padding
    batch.attention_mask[row].narrow(0, size.tokens - row, row).zero_();
  return {std::move(name), [=] {
            nn::DropoutStream stream(1, 1);
            nn::Pass pass{.training = true, .dropout = &stream};
            if (size.bfloat16) pass.compute_dtype = at::kBFloat16;
            encoder->forward(batch, pass).square().mean().backward();
            for (const auto& parameter : encoder->parameters()) parameter.mutable_grad().reset();
          }};
}

}  // namespace

int main(int argc, char** argv) {
  Size size;
  for (int i = 1; i < std::min(argc, 5); ++i)
    (i == 1 ? size.width : i == 2 ? size.layers : i == 3 ? size.rows : size.tokens) = std::atoll(argv[i]);
  size.bfloat16 = argc > 5 && std::string(argv[5]) == "bfloat16";
  at::set_num_threads(1);

  nn::DebertaConfig v3;
  v3.relative_attention = v3.c2p = v3.p2c = v3.share_att_key = v3.norm_rel_ebd = true;
  v3.position_biased_input = false;
  v3.position_buckets = 256;
  nn::DebertaConfig plain;  // DeBERTa's layers without positions: what is left is BERT
  std::vector families{
      family<nn::BertEncoder>("bert", {}, size), family<nn::DebertaEncoder>("deberta, no positions", plain, size),
      family<nn::DebertaEncoder>("deberta-v3", v3, size), family<nn::ModernBertEncoder>("modernbert", {}, size)};
  for (int round = 0; round < 7; ++round)
    for (Family& each : families) {
      const std::clock_t start = std::clock();
      each.step();
      if (round > 0) each.seconds.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
  std::printf("width %ld, %ld layers, %ld rows of %ld tokens, %s, 1 thread\n", size.width, size.layers, size.rows,
              size.tokens, size.bfloat16 ? "bfloat16" : "float32");
  for (const Family& each : families)
    std::printf("%-20s %7.3f s  %5.2f x bert\n", each.name.c_str(), each.median(),
                each.median() / families.front().median());
}

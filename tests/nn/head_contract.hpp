#pragma once
// What every Head must do and the compiler cannot see. Run it on each model of the concept.

#include <ATen/core/grad_mode.h>

#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/model/head.hpp>

#include "encoder_contract.hpp"
#include "tensors.hpp"

namespace hpo::test {

template <nn::Head H>
void obeys_head_contract(const typename H::Options& options) {
  constexpr std::int64_t width = 12;
  obeys_construction_contract<H>(options, width);

  const auto head = initialized<H>(7, options, width);
  CHECK(head->input_width() == width);
  const auto batch = token_batch({6, 3, 1}, 6, 20, 0);
  const at::Tensor hidden = noise({3, 6, width});
  const nn::Pass eval{};
  const at::Tensor logits = head->forward(hidden, batch, eval);
  CHECK(logits.isfinite().all().template item<bool>());
  CHECK(largest_difference(logits, head->forward(hidden, batch, eval)) == 0.0);
  if constexpr (nn::ClassifyingHead<H>) CHECK(logits.size(-1) == options.num_labels);

  // what stands at padding does not matter
  const at::Tensor padded = batch.attention_mask.eq(0).unsqueeze(-1);
  CHECK(largest_difference(logits, head->forward(hidden.masked_fill(padded, 1e3), batch, eval)) < 1e-6);

  nn::DropoutStream stream(1, 2);
  const nn::Pass training{.training = true, .dropout = &stream};
  head->forward(hidden, batch, training)
      .masked_fill(logits.lt(-1e30), 0.0)
      .mul(noise(logits.sizes().vec(), 3))
      .sum()
      .backward();
  for (const auto& parameter : head->named_parameters()) {
    REQUIRE_MESSAGE(parameter.value().grad().defined(), parameter.key());
    CHECK_MESSAGE(largest(parameter.value().grad()) > 0.0, parameter.key());
  }
}

}  // namespace hpo::test

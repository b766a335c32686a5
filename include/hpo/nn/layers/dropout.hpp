#pragma once
/// \file  Dropout whose masks are addressed, not drawn.
/// Layer `nn`, tier 3.
///
/// libtorch's dropout draws from one generator per process, on one thread, 7 ns an element: parallel trials disturb
/// each other and a training step waits for it. Here element i of mask n is a hash of (stream, n, i): the same on every
/// number of threads, made while the product is written, and made again in backward instead of being kept.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/native_dropout_backward.h>
#include <c10/util/BFloat16.h>
#include <torch/csrc/autograd/custom_function.h>

#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/nn/model/pass.hpp>

namespace hpo::nn {

/// Keys of dropout masks, named by (study seed, trial number, purpose). One stream per trial; not shared by threads.
class DropoutStream {
 public:
  DropoutStream(std::uint64_t seed, std::uint64_t trial, std::string_view purpose = "dropout")
      : base_(PhiloxStream(seed, trial, purpose).bits64()) {}

  /// The key of the next mask.
  std::uint64_t next() { return mix(base_ ^ mix(position_++)); }

  /// Masks given out so far. A pass that is run again (checkpointing, resume) seeks back to where it began.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  void seek(std::uint64_t position) { position_ = position; }

  /// Source   S. Vigna's SplitMix64: golden-ratio step, then Stafford's mix 13.
  [[nodiscard]] static constexpr std::uint64_t mix(std::uint64_t z) {
    z += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t base_;
  std::uint64_t position_ = 0;
};

namespace detail {

/// One mask. Element i is kept if the i-th 16-bit word of the hashed counter reaches the threshold, four words a hash:
/// the probability is rounded to 1/65536, and the scale is that of the rounded one.
struct DropoutMask {
  std::uint64_t key;
  std::uint32_t threshold;  // 0 .. 65535

  DropoutMask(std::uint64_t mask_key, double probability)
      : key(mask_key), threshold(static_cast<std::uint32_t>(std::min(65535.0, std::round(probability * 65536.0)))) {}

  [[nodiscard]] float scale() const { return 65536.0F / static_cast<float>(65536U - threshold); }

  template <class T>
  void apply(const T* in, T* out, std::int64_t count) const {
    at::parallel_for(0, (count + block - 1) / block, 256, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const auto words = words_of(i);
        const std::int64_t from = i * block, left = count - from;
        if (left >= block) {
          select(in + from, out + from, words, block);  // a constant number of turns: the compiler makes vectors of it
        } else {
          select(in + from, out + from, words, left);
        }
      }
    });
  }

  /// The same mask by libtorch's own operators, true where an element is kept: for devices
  /// whose memory we cannot touch.
  ///
  /// Shapes   -> that of `like`, bool.
  [[nodiscard]] at::Tensor kept(const at::Tensor& like) const {
    const auto shifted = [](const at::Tensor& z, int by) {  // logical: libtorch's shift copies the sign
      return z.__rshift__(by).bitwise_and_((std::int64_t{1} << (64 - by)) - 1);
    };
    const auto constant = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    at::Tensor z = at::arange((like.numel() + 3) / 4, like.options().dtype(at::kLong));
    z.add_(constant(key)).add_(constant(0x9E3779B97F4A7C15ULL));
    z.bitwise_xor_(shifted(z, 30)).mul_(constant(0xBF58476D1CE4E5B9ULL));
    z.bitwise_xor_(shifted(z, 27)).mul_(constant(0x94D049BB133111EBULL));
    z.bitwise_xor_(shifted(z, 31));
    // A hash in memory is four words, the lowest first. libtorch's have a sign: flipped, they are ordered as ours.
    const at::Tensor words = z.view(at::kShort).bitwise_xor(-0x8000);
    return words.ge(static_cast<std::int64_t>(threshold) - 0x8000).narrow(0, 0, like.numel()).view(like.sizes());
  }

  /// x with the mask applied, in fresh memory.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const {
    const at::Tensor in = x.contiguous();
    const bool addressable = in.device().is_cpu();
    if (!addressable || (in.scalar_type() != at::kFloat && in.scalar_type() != at::kBFloat16))
      return at::native_dropout_backward(in, kept(in), static_cast<double>(scale()));  // in one pass, rounded once
    at::Tensor out = at::empty_like(in);
    if (in.scalar_type() == at::kFloat)
      apply(in.data_ptr<float>(), out.data_ptr<float>(), in.numel());
    else
      apply(in.data_ptr<at::BFloat16>(), out.data_ptr<at::BFloat16>(), in.numel());
    return out;
  }

 private:
  static constexpr std::int64_t block = 64;
  using Words = std::array<std::uint16_t, block>;

  [[nodiscard]] Words words_of(std::int64_t index) const {
    std::array<std::uint64_t, block / 4> hashes;
    for (std::size_t j = 0; j < hashes.size(); ++j)
      hashes[j] = DropoutStream::mix(key + static_cast<std::uint64_t>(index) * hashes.size() + j);
    return std::bit_cast<Words>(hashes);
  }

  // Without the promise that in and out do not overlap there are no vectors at -O2: 1.7 instead of 0.4 ns an element.
  template <class T>
  void select(const T* __restrict in, T* __restrict out, const Words& words, std::int64_t count) const {
    const float kept = scale();
    const auto limit = static_cast<std::uint16_t>(threshold);
    for (std::int64_t j = 0; j < count; ++j)
      out[j] = static_cast<T>(static_cast<float>(in[j]) * (words[static_cast<std::size_t>(j)] >= limit ? kept : 0.0F));
  }
};

class DropoutFunction : public torch::autograd::Function<DropoutFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, std::int64_t key,
                            double p) {
    context->saved_data["key"] = key;
    context->saved_data["p"] = p;
    return DropoutMask(static_cast<std::uint64_t>(key), p)(x);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const DropoutMask mask(static_cast<std::uint64_t>(context->saved_data["key"].toInt()),
                           context->saved_data["p"].toDouble());
    return {mask(gradients[0]), at::Tensor(), at::Tensor()};
  }
};

}  // namespace detail

/// Zeroes each element with probability `p` and scales the others by 1 / (1 - p), in a training pass; else `x` itself.
/// Errors   ConfigError if a training pass with p > 0 brings no stream: it would train without the dropout asked for.
[[nodiscard]] inline at::Tensor dropout(const at::Tensor& x, double p, const Pass& pass) {
  if (!pass.training || p <= 0.0) return x;
  require<ConfigError>(pass.dropout != nullptr, "nn.dropout: expected a DropoutStream in a training pass, got none");
  return detail::DropoutFunction::apply(x, static_cast<std::int64_t>(pass.dropout->next()), p);
}

}  // namespace hpo::nn

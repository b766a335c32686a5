#pragma once
/// \file  Random numbers that are addressed, not drawn: a counter-based generator.
/// Layer `core`, tier 0.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string_view>
#include <utility>

namespace hpo {

/// Four 32-bit words for a 128-bit counter under a 64-bit key; a pure function.
/// Source   Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3. SC 2011 (Philox4x32-10).
[[nodiscard]] constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                                std::uint64_t key) {
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = 0xD2511F53ULL * counter[0];
    const std::uint64_t p1 = 0xCD9E8D57ULL * counter[2];
    counter = {static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ k0, static_cast<std::uint32_t>(p1),
               static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9U;
    k1 += 0xBB67AE85U;
  }
  return counter;
}

/// A stream of random numbers named by (study seed, trial number, purpose): the same address gives the same numbers
/// however many workers run and whatever ran before. Models UniformRandomBitGenerator.
///
/// The purpose is a word ("shuffle", "dropout"), hashed to 32 bits; different purposes never share numbers in practice.
class PhiloxStream {
 public:
  using result_type = std::uint32_t;

  PhiloxStream(std::uint64_t seed, std::uint64_t trial, std::string_view purpose)
      : key_(seed), trial_(static_cast<std::uint32_t>(trial ^ (trial >> 32))), purpose_(hash(purpose)) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  result_type operator()() {
    if (used_ == block_.size()) {
      block_ = philox4x32(
          {static_cast<std::uint32_t>(index_), static_cast<std::uint32_t>(index_ >> 32), trial_, purpose_}, key_);
      ++index_;
      used_ = 0;
    }
    return block_[used_++];
  }

  [[nodiscard]] std::uint64_t bits64() {
    const std::uint64_t high = (*this)();
    return high << 32 | (*this)();
  }

  /// Uniform in [0, 1), 53 bits.
  [[nodiscard]] double uniform() { return static_cast<double>(bits64() >> 11) * 0x1.0p-53; }

  /// Uniform in [0, bound), without modulo bias. `bound` is 1 or more.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t limit =
        std::numeric_limits<std::uint64_t>::max() - std::numeric_limits<std::uint64_t>::max() % bound;
    std::uint64_t draw = bits64();
    while (draw >= limit) draw = bits64();
    return draw % bound;
  }

  /// Standard normal (Box-Muller; one draw a call, so that the stream has no hidden state).
  [[nodiscard]] double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }

 private:
  // FNV-1a: the standard library's hash may differ between implementations, and streams must not.
  static constexpr std::uint32_t hash(std::string_view text) {
    std::uint32_t value = 2166136261U;
    for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
    return value;
  }

  std::uint64_t key_;
  std::uint32_t trial_;
  std::uint32_t purpose_;
  std::uint64_t index_ = 0;
  std::array<std::uint32_t, 4> block_{};
  std::size_t used_ = 4;
};

/// Fisher-Yates with a stream of ours: std::shuffle may differ between standard libraries.
template <class Range>
void shuffle(Range& range, PhiloxStream& random) {
  for (std::size_t i = std::size(range); i > 1; --i) std::swap(range[i - 1], range[random.below(i)]);
}

}  // namespace hpo

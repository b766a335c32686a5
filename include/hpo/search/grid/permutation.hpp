#pragma once
/// \file  A random order of as many things as one likes, without keeping it.
/// Layer `search`, tier 0.

#include <bit>
#include <cstdint>

#include <hpo/core/philox.hpp>

namespace hpo::search {

/// A bijection of 0 .. size-1 onto itself that a seed chooses: a Feistel network over the next power of four, walked
/// until it comes back into the range (four steps on average at most).
///
/// Source   Black, Rogaway: Ciphers with arbitrary finite domains. CT-RSA 2002.
class Permutation {
 public:
  /// `size` is from 1 to 2^63.
  Permutation(std::uint64_t size, std::uint64_t seed)
      : size_(size), seed_(seed), half_((static_cast<std::uint32_t>(std::bit_width(size - 1)) + 1) / 2) {}

  [[nodiscard]] std::uint64_t operator()(std::uint64_t place) const {
    do place = forward(place);
    while (place >= size_);
    return place;
  }

  /// The place that is mapped to `value`.
  [[nodiscard]] std::uint64_t inverse(std::uint64_t value) const {
    do value = backward(value);
    while (value >= size_);
    return value;
  }

 private:
  static constexpr std::uint32_t rounds = 8;

  [[nodiscard]] std::uint64_t mask() const { return (std::uint64_t{1} << half_) - 1; }

  [[nodiscard]] std::uint64_t mix(std::uint64_t half, std::uint32_t round) const {
    return philox4x32({static_cast<std::uint32_t>(half), round, half_, 0x7065726dU}, seed_)[0] & mask();
  }

  [[nodiscard]] std::uint64_t forward(std::uint64_t x) const {
    std::uint64_t left = x >> half_, right = x & mask();
    for (std::uint32_t round = 0; round < rounds; ++round) {
      const std::uint64_t next = left ^ mix(right, round);
      left = right;
      right = next;
    }
    return left << half_ | right;
  }

  [[nodiscard]] std::uint64_t backward(std::uint64_t x) const {
    std::uint64_t left = x >> half_, right = x & mask();
    for (std::uint32_t round = rounds; round-- > 0;) {
      const std::uint64_t before = right ^ mix(left, round);
      right = left;
      left = before;
    }
    return left << half_ | right;
  }

  std::uint64_t size_, seed_;
  std::uint32_t half_;  // digits of either half
};

}  // namespace hpo::search

#pragma once
/// \file  Eight numbers worked on side by side, whatever the width of the machine's vectors.
/// Layer `search`, tier 0.

#include <cstddef>
#include <cstring>

namespace hpo::search {

/// How many numbers one call of the functions below works on.
inline constexpr std::size_t lane_count = 8;

// The compiler's vectors: two doubles are in every x86-64 and AArch64 machine, four in most.
using PairOfDoubles [[gnu::vector_size(16)]] = double;
using FourDoubles [[gnu::vector_size(32)]] = double;

namespace detail {

template <class Vector>
struct IntegersLike;
template <>
struct IntegersLike<PairOfDoubles> {
  using type [[gnu::vector_size(16)]] = long long;
};
template <>
struct IntegersLike<FourDoubles> {
  using type [[gnu::vector_size(32)]] = long long;
};

}  // namespace detail

/// Eight doubles in vectors of one kind. Members take and give by reference: how vectors are passed by value depends on
/// the flags of the translation unit, so everything here is inlined into its caller.
///
/// The alignment is given: without it, GCC takes less for granted outside of functions for AVX2 than inside.
template <class Vector>
struct alignas(lane_count * sizeof(double)) Lanes {
  static constexpr std::size_t width = sizeof(Vector) / sizeof(double);
  static constexpr std::size_t parts = lane_count / width;
  using Integers = typename detail::IntegersLike<Vector>::type;

  Vector part[parts];

  [[gnu::always_inline]] void fill(double value) {
    for (std::size_t i = 0; i < parts; ++i) part[i] = Vector{} + value;
  }
  [[gnu::always_inline]] void load(const double* from) {
    for (std::size_t i = 0; i < parts; ++i) std::memcpy(&part[i], from + i * width, sizeof(Vector));
  }
  [[gnu::always_inline]] void store(double* to) const {
    for (std::size_t i = 0; i < parts; ++i) std::memcpy(to + i * width, &part[i], sizeof(Vector));
  }

  /// Each becomes the larger of the two.
  [[gnu::always_inline]] void raise(const Lanes& other) {
    for (std::size_t i = 0; i < parts; ++i) part[i] = part[i] > other.part[i] ? part[i] : other.part[i];
  }

  /// Whether one of them reaches its bound.
  [[nodiscard, gnu::always_inline]] bool any_reaches(const Lanes& bound) const {
    Integers found = part[0] >= bound.part[0];
    for (std::size_t i = 1; i < parts; ++i) found |= part[i] >= bound.part[i];
    long long any = found[0];
    for (std::size_t i = 1; i < width; ++i) any |= found[i];
    return any != 0;
  }

  /// Each becomes e to its power, for powers of 0 or less; what is below -700 counts as that. Within 2 units in the
  /// last place: x = k ln 2 + r with |r| <= ln 2 / 2, e^r by its Taylor series, 2^k added to the exponent.
  [[gnu::always_inline]] static void exp(Vector& power) {
    constexpr double reciprocals[] = {
        1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
        1.0 / 120,       1.0 / 24,       1.0 / 6,       1.0 / 2,      1.0,         1.0};
    constexpr double rounder = 0x1.8p52;  // its last bit is worth 1: adding it rounds, and shows the whole number
    constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
    const Vector lowest = Vector{} - 700.0;
    const Vector x = power > lowest ? power : lowest;
    const Vector shifted = x * 0x1.71547652b82fep0 + rounder;
    const Vector k = shifted - rounder;
    const Vector r = (x - k * ln2_high) - k * ln2_low;
    Vector sum = Vector{} + reciprocals[0];
    for (std::size_t term = 1; term < sizeof reciprocals / sizeof *reciprocals; ++term)
      sum = sum * r + reciprocals[term];
    Integers bits, exponent;
    std::memcpy(&bits, &sum, sizeof bits);
    std::memcpy(&exponent, &shifted, sizeof exponent);
    bits += exponent << 52;
    std::memcpy(&power, &bits, sizeof bits);
  }
};

}  // namespace hpo::search

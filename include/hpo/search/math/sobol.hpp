#pragma once
/// \file  The Sobol sequence: points that fill a cube evenly, however many are taken.
/// Layer `search`, tier 0.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <hpo/core/philox.hpp>
#include <hpo/search/math/sobol_directions.hpp>

namespace hpo::search {

/// Points of [0, 1)^d by index, in any order and without state: of the first 2^m, every interval of length 2^-m of
/// every dimension holds one.
///
/// Scrambled: the digits of each dimension go through a random triangular matrix and a random shift, which keeps
/// that property, makes each point uniformly distributed, and gives every seed a sequence of its own.
///
/// Beyond 128 dimensions the table starts again, each time with the indices shuffled within their blocks of 2^m: every
/// 128 dimensions are a Sobol sequence, any two such groups are only as good as random against each other. Indices
/// count modulo 2^32.
///
/// Source   Sobol 1967 (digits of the index, no Gray code); Matousek, J. Complexity 14 (1998) for the scrambling.
class Sobol {
 public:
  static constexpr std::size_t table_dimensions = sobol_directions.size() + 1;

  explicit Sobol(std::size_t dimensions) : columns_(dimensions) {
    for (std::size_t d = 0; d < dimensions; ++d) columns_[d].directions = directions(d % table_dimensions);
  }

  Sobol(std::size_t dimensions, std::uint64_t seed, std::string_view purpose) : Sobol(dimensions) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      PhiloxStream random(seed, d, purpose);
      scramble(columns_[d], random);
    }
  }

  [[nodiscard]] std::size_t dimensions() const { return columns_.size(); }

  /// A multiple of 2^-32.
  [[nodiscard]] double coordinate(std::uint64_t index, std::size_t dimension) const {
    const auto& column = columns_[dimension];
    const std::size_t block = dimension / table_dimensions;
    auto digits = static_cast<std::uint32_t>(index);
    if (block > 0) digits = shuffled(digits, static_cast<std::uint32_t>(block));
    std::uint32_t bits = column.shift;
    for (; digits != 0; digits &= digits - 1)
      bits ^= column.directions[static_cast<std::size_t>(std::countr_zero(digits))];
    return bits * 0x1.0p-32;
  }

  [[nodiscard]] std::vector<double> point(std::uint64_t index) const {
    std::vector<double> x(dimensions());
    for (std::size_t d = 0; d < x.size(); ++d) x[d] = coordinate(index, d);
    return x;
  }

 private:
  using Directions = std::array<std::uint32_t, 32>;  // of digit k of the index; the highest bit is the first digit
  struct Dimension {
    Directions directions{};
    std::uint32_t shift = 0;
  };

  static Directions directions(std::size_t dimension) {
    Directions v{};
    if (dimension == 0) {
      for (std::size_t k = 0; k < v.size(); ++k) v[k] = 1U << (31 - k);
      return v;
    }
    const auto& row = sobol_directions[dimension - 1];
    std::size_t degree = 0;
    for (; degree < row.initial.size() && row.initial[degree] != 0; ++degree)
      v[degree] = static_cast<std::uint32_t>(row.initial[degree]) << (31 - degree);
    for (std::size_t k = degree; k < v.size(); ++k) {
      v[k] = v[k - degree] ^ (v[k - degree] >> degree);
      for (std::size_t j = 1; j < degree; ++j)
        if ((row.polynomial >> (degree - 1 - j)) & 1U) v[k] ^= v[k - j];
    }
    return v;
  }

  static void scramble(Dimension& column, PhiloxStream& random) {
    std::array<std::uint32_t, 32> rows{};  // of the matrix; row r gives digit r from the digits up to r
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const std::uint32_t diagonal = 1U << (31 - r);
      const std::uint32_t above = ~(diagonal | (diagonal - 1));
      rows[r] = diagonal | (random() & above);
    }
    for (auto& v : column.directions) {
      std::uint32_t mixed = 0;
      for (std::size_t r = 0; r < rows.size(); ++r)
        mixed |= static_cast<std::uint32_t>(std::popcount(v & rows[r]) & 1) << (31 - r);
      v = mixed;
    }
    column.shift = random();
  }

  // Each digit turned or not, as the digits above it say: blocks of 2^m indices, aligned, stay together.
  static std::uint32_t shuffled(std::uint32_t index, std::uint32_t block) {
    std::uint32_t result = 0;
    for (std::uint32_t digit = 0; digit < 32; ++digit) {
      const std::uint32_t above = digit == 0 ? 0 : index >> (32 - digit);
      const std::uint32_t turn = philox4x32({above, digit, block, 0x736f626fU}, 0)[0] & 1U;
      result |= (((index >> (31 - digit)) & 1U) ^ turn) << (31 - digit);
    }
    return result;
  }

  std::vector<Dimension> columns_;
};

}  // namespace hpo::search

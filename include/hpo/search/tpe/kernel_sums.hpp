#pragma once
/// \file  The logarithm of a sum over thousands of kernels, at several places at once.
/// Layer `search`, tier 0.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <hpo/search/tpe/simd.hpp>

namespace hpo::search {

/// Normal kernels over `reals` columns, the last kernel being the widest, times a factor from a table for each of
/// `cells` more columns.
struct KernelView {
  std::size_t kernels = 0, reals = 0, cells = 0;
  const double* places = nullptr;       ///< [kernels][reals][2]: mean, 1 / sigma
  const std::uint32_t* rows = nullptr;  ///< [kernels][cells]: row of the table
  const double* constants = nullptr;    ///< [kernels]: logarithm of what does not depend on the place
  const double* weights = nullptr;      ///< [kernels]: sum 1
  double log_weight_range = 0;          ///< logarithm of the largest weight over the smallest
};

namespace detail {

/// What is known of the sums at eight places. Terms wait until there are enough to work on.
template <class Vector>
struct PartialSums {
  static constexpr std::size_t capacity = 32;

  Lanes<Vector> largest, floor, sum;
  // [terms][lanes]; one more for what the sum so far is to be multiplied by
  alignas(Lanes<Vector>) double waiting[(capacity + 1) * lane_count];
  double weight[capacity];
  double margin;
  std::size_t used = 0;

  [[gnu::always_inline]] void begin(double log_weight_range) {
    margin = 50 + log_weight_range;
    largest.fill(-1e300);
    floor.fill(-1e300);
    sum.fill(0);
  }

  [[gnu::always_inline]] void add(const Lanes<Vector>& exponent, double factor) {
    exponent.store(waiting + used * lane_count);
    weight[used] = factor;
    ++used;
  }

  // A term that is e^50 smaller than another is lost in its last digit, even if there are a million of them.
  [[gnu::always_inline]] void flush() {
    constexpr std::size_t width = Lanes<Vector>::width;
    Lanes<Vector> term;
    largest.store(waiting + used * lane_count);
    for (std::size_t i = 0; i < used; ++i) {
      term.load(waiting + i * lane_count);
      largest.raise(term);
    }
    for (std::size_t p = 0; p < Lanes<Vector>::parts; ++p) floor.part[p] = largest.part[p] - margin;
    for (std::size_t i = 0; i < (used + 1) * lane_count; i += width) {
      Vector power;
      std::memcpy(&power, waiting + i, sizeof power);
      power -= largest.part[i / width % Lanes<Vector>::parts];
      Lanes<Vector>::exp(power);
      std::memcpy(waiting + i, &power, sizeof power);
    }
    term.load(waiting + used * lane_count);
    for (std::size_t p = 0; p < Lanes<Vector>::parts; ++p) sum.part[p] *= term.part[p];
    for (std::size_t i = 0; i < used; ++i) {
      term.load(waiting + i * lane_count);
      for (std::size_t p = 0; p < Lanes<Vector>::parts; ++p) sum.part[p] += weight[i] * term.part[p];
    }
    used = 0;
  }
};

/// One kernel at eight places. What the columns add is 0 or less, so a kernel is left as soon as it counts nowhere.
template <class Vector, class Table>
[[gnu::always_inline]] inline void add_kernel(const KernelView& view, std::size_t kernel, const double* places,
                                              Table& table, std::size_t chunk, PartialSums<Vector>& sums) {
  constexpr std::size_t between_looks = 4;
  using L = Lanes<Vector>;
  L exponent;
  exponent.fill(view.constants[kernel]);
  const double* normal = view.places + kernel * view.reals * 2;
  for (std::size_t column = 0; column < view.reals;) {
    const std::size_t stop = column + between_looks < view.reals ? column + between_looks : view.reals;
    for (; column < stop; ++column, normal += 2, places += lane_count) {
      L at;
      at.load(places);
      for (std::size_t p = 0; p < L::parts; ++p) {
        const Vector distance = (at.part[p] - normal[0]) * normal[1];
        exponent.part[p] -= 0.5 * (distance * distance);
      }
    }
    if (!exponent.any_reaches(sums.floor)) return;
  }
  for (std::size_t cell = 0; cell < view.cells; ++cell) {
    L factor;
    factor.load(table.row(cell, view.rows[kernel * view.cells + cell]) + chunk * lane_count);
    for (std::size_t p = 0; p < L::parts; ++p) exponent.part[p] += factor.part[p];
  }
  sums.add(exponent, view.weights[kernel]);
}

}  // namespace detail

/// The same operations in the same order whatever the vector, so the same results to the last bit.
template <class Vector, class Table>
[[gnu::always_inline]] inline void log_sums(const KernelView& view, std::span<const double> places, Table& table,
                                            std::span<double> out) {
  const std::size_t chunks = out.size() / lane_count, stride = view.reals * lane_count;
  std::vector<detail::PartialSums<Vector>> sums(chunks);
  for (auto& each : sums) each.begin(view.log_weight_range);
  const std::size_t widest = view.kernels - 1;  // it counts everywhere, so it comes first
  for (std::size_t i = 0; i <= widest; ++i)
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
      const std::size_t kernel = i == 0 ? widest : i - 1;
      detail::add_kernel(view, kernel, places.data() + chunk * stride, table, chunk, sums[chunk]);
      if (sums[chunk].used == detail::PartialSums<Vector>::capacity || i == 0 || i == widest) sums[chunk].flush();
    }
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    double sum[lane_count], largest[lane_count];
    sums[chunk].sum.store(sum);
    sums[chunk].largest.store(largest);
    for (std::size_t i = 0; i < lane_count; ++i) out[chunk * lane_count + i] = largest[i] + std::log(sum[i]);
  }
}

namespace detail {

#if defined(__x86_64__)
template <class Table>
[[gnu::target("avx2")]] inline void log_sums_avx2(const KernelView& view, std::span<const double> places, Table& table,
                                                  std::span<double> out) {
  log_sums<FourDoubles>(view, places, table, out);
}
#endif

}  // namespace detail

/// The logarithm of the kernels' weighted sum.
///
/// Shapes   `out` has a multiple of lane_count places; `places` is [out.size() / lane_count][reals][lane_count];
///          `table.row(cell, row)` gives out.size() logarithms, each 0 or less. O(kernels * (reals + cells)) a place.
template <class Table>
void log_kernel_sums(const KernelView& view, std::span<const double> places, Table& table, std::span<double> out) {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx2");
  if (wide) return detail::log_sums_avx2(view, places, table, out);
#endif
  log_sums<PairOfDoubles>(view, places, table, out);
}

}  // namespace hpo::search

#pragma once
/// \file  Results on a scale on which a Gaussian process is at home.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace hpo::search {

/// Mean 0, variance 1; all zero if all are equal.
inline void standardize(std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double v : values) mean += v / n;
  for (const double v : values) squares += (v - mean) * (v - mean) / n;
  const double scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
  for (double& v : values) v = (v - mean) * scale;
}

/// Infinite values become the largest or smallest finite one (0 if none is finite).
inline void clip_to_finite(std::vector<double>& values) {
  bool any = false;
  double low = 0, high = 0;
  for (const double v : values) {
    if (!std::isfinite(v)) continue;
    low = any ? std::min(low, v) : v;
    high = any ? std::max(high, v) : v;
    any = true;
  }
  for (double& v : values) v = std::clamp(v, low, high);
}

/// For minimization, then standardized. The better half keeps its distances; beyond the median they grow with their
/// logarithm only, in units of the distance from the best to the median: how bad the bad ones are must not decide how
/// the good ones look. The order stays.
///
/// The values are numbers, or infinite; not NaN.
inline void transform_output(std::vector<double>& values) {
  if (values.empty()) return;
  clip_to_finite(values);
  standardize(values);  // so that what follows neither overflows nor vanishes
  std::vector<double> sorted = values;
  std::ranges::sort(sorted);
  const double median = sorted[sorted.size() / 2], unit = median - sorted.front();
  if (unit > 0)
    for (double& v : values)
      if (v > median) v = median + unit * std::log1p((v - median) / unit);
  standardize(values);
}

}  // namespace hpo::search

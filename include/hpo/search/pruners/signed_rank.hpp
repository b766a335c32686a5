#pragma once
/// \file  Wilcoxon's signed-rank test: are paired differences shifted to one side of zero?
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

namespace hpo::search {

/// Which side of zero the differences are suspected on.
enum class Alternative { less, greater };

/// Ranks of the absolute differences, added up: those of the positive ones, half of those of the zeros.
struct SignedRanks {
  double plus = 0;        ///< W+
  std::size_t zeros = 0;  ///< differences that are zero
  double tie_cubes = 0;   ///< sum of t^3 - t over groups of t equal absolute differences
  std::size_t count = 0;  ///< of differences
};

/// Equal absolute differences share the mean of their ranks.
[[nodiscard]] inline SignedRanks signed_ranks(std::span<const double> differences) {
  std::vector<double> sorted(differences.begin(), differences.end());
  std::ranges::sort(sorted, {}, [](double d) { return std::abs(d); });
  SignedRanks ranks{.count = sorted.size()};
  for (std::size_t first = 0, last = 0; first < sorted.size(); first = last) {
    while (last < sorted.size() && std::abs(sorted[last]) == std::abs(sorted[first])) ++last;
    const auto group = static_cast<double>(last - first);
    const double rank = static_cast<double>(first + last + 1) / 2;  // mean of first + 1 ... last
    ranks.tie_cubes += group * group * group - group;
    for (std::size_t i = first; i < last; ++i) {
      if (sorted[i] > 0) ranks.plus += rank;
      if (sorted[i] == 0) ranks.plus += rank / 2;
      if (sorted[i] == 0) ++ranks.zeros;
    }
  }
  return ranks;
}

/// P(W+ >= at_least) for n differences without ties that are as likely positive as negative. n <= 50: the counts are
/// exact in double.
[[nodiscard]] inline double signed_rank_tail(std::size_t n, std::size_t at_least) {
  std::vector<double> ways(n * (n + 1) / 2 + 1, 0.0);  // subsets of 1 ... n with a sum
  ways[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank)
    for (std::size_t sum = rank * (rank + 1) / 2; sum >= rank; --sum) ways[sum] += ways[sum - rank];
  double tail = 0;
  for (std::size_t sum = at_least; sum < ways.size(); ++sum) tail += ways[sum];
  return std::ldexp(tail, -static_cast<int>(n));
}

/// The p-value: how likely ranks as one-sided as these are if there is no shift. Exact for up to 50 differences without
/// a zero (with ties the statistic may fall between two whole numbers: the more cautious one is taken), else by the
/// normal distribution, its variance corrected for ties. Zeros count half to either side. 1 if there is nothing.
///
/// Source   Wilcoxon, Biometrics Bulletin 1(6), 1945; as scipy.stats.wilcoxon with zero_method="zsplit".
[[nodiscard]] inline double signed_rank_test(std::span<const double> differences, Alternative alternative) {
  if (differences.empty()) return 1;
  const SignedRanks ranks = signed_ranks(differences);
  const auto n = static_cast<double>(ranks.count);
  const double all = n * (n + 1) / 2;
  const double suspected = alternative == Alternative::greater ? ranks.plus : all - ranks.plus;
  if (ranks.count <= 50 && ranks.zeros == 0)
    return signed_rank_tail(ranks.count, static_cast<std::size_t>(std::floor(suspected)));
  const double variance = (n * (n + 1) * (2 * n + 1) - ranks.tie_cubes / 2) / 24;
  return std::erfc((suspected - all / 2) / std::sqrt(variance) / std::numbers::sqrt2) / 2;
}

}  // namespace hpo::search

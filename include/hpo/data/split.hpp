#pragma once
/// \file  Parting rows into those that train, choose and report.
/// Layer `data`, tier 0.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <range/v3/view/enumerate.hpp>

#include <hpo/core/error.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/partition.hpp>

namespace hpo::data {

namespace detail {
inline void check_split_options(const SplitOptions& options) {
  require<ConfigError>(options.folds != 1, "data.folds: expected 0 or 2 or more, got 1");
  require<ConfigError>(options.folds == 0 || options.fold < options.folds, "data.fold: expected 0 to ",
                       options.folds - 1, ", got ", options.fold);
  const double valid = options.folds > 0 ? 0.0 : options.valid_fraction;
  require<ConfigError>(valid + options.test_fraction < 1.0,
                       "data.valid_fraction: expected less than 1 together with data.test_fraction, got ", valid, " + ",
                       options.test_fraction);
}

/// The share of each part. Parts: without folds train, valid, test; with folds each fold, then test.
inline std::vector<double> shares_of(const SplitOptions& options) {
  if (options.folds == 0)
    return {1.0 - options.valid_fraction - options.test_fraction, options.valid_fraction, options.test_fraction};
  const auto folds = static_cast<std::size_t>(options.folds);
  std::vector<double> shares(folds, (1.0 - options.test_fraction) / static_cast<double>(folds));
  shares.push_back(options.test_fraction);
  return shares;
}

/// A class that has one row only can train or validate, not both: it goes to train, or, with folds, is refused.
inline void check_folds(std::span<const std::int32_t> strata, const SplitOptions& options) {
  if (options.folds == 0) return;
  std::map<std::int32_t, std::size_t> rows;
  for (const auto stratum : strata) ++rows[stratum];
  for (const auto& [stratum, count] : rows)
    require<DataError>(count >= 2, "data.folds: expected two rows or more of every class, got one of class number ",
                       stratum, "; set data.stratify = false to allow it");
}
}  // namespace detail

/// Parts rows by `options`, seeded by `seed` (or by `options.split_seed`, if given): a pure function of its arguments.
///
/// `strata` has the class of each row, or is empty: every part then gets its share of every class, to within two rows;
/// a class with too few rows for all parts is in train first. `groups` has the group of each row, or is empty: rows of
/// equal groups stay in one part, always; shares and classes then follow as well as the groups allow. With
/// `options.folds`, part `options.fold` validates and the other folds train.
///
/// Shapes   strata, groups: [rows] or empty.
/// Errors   ConfigError for fractions or folds that cannot be. DataError if a part that was asked for would be empty,
///          in particular with fewer groups than parts; with folds, for a class with a single row.
[[nodiscard]] inline Split split_rows(std::size_t rows, std::span<const std::int32_t> strata,
                                      std::span<const std::string> groups, const SplitOptions& options,
                                      std::int64_t seed) {
  detail::check_split_options(options);
  if (options.stratify) detail::check_folds(strata, options);
  const std::vector<double> shares = detail::shares_of(options);
  const std::vector<std::int32_t> one_class(rows, 0);
  PhiloxStream random(static_cast<std::uint64_t>(options.split_seed.value_or(seed)), 0, "split");
  const auto classes = options.stratify && !strata.empty() ? strata : std::span<const std::int32_t>(one_class);
  const std::vector<std::size_t> part =
      groups.empty() ? detail::partition_rows(classes, shares, options.folds == 0, random)
                     : detail::partition_groups(classes, detail::number_groups(groups), shares, random);

  Split split;
  for (const auto& [row, number] : ranges::views::enumerate(part)) {
    const bool test = number + 1 == shares.size();
    const bool valid = number == (options.folds == 0 ? 1 : static_cast<std::size_t>(options.fold));
    (test ? split.test : valid ? split.valid : split.train).push_back(row);
  }
  const bool validates = options.folds > 0 || options.valid_fraction > 0.0;
  const bool enough = !split.train.empty() && (!validates || !split.valid.empty()) &&
                      (options.test_fraction <= 0.0 || !split.test.empty());
  require<DataError>(enough, "data: expected rows in every part, got ", split.train.size(), " to train, ",
                     split.valid.size(), " to validate, ", split.test.size(), " to test of ", rows,
                     " rows; give more data or other fractions");
  return split;
}

}  // namespace hpo::data

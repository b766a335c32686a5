// Mirrors include/hpo/data/split.hpp and partition.hpp.
#include <hpo/data/split.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../check.hpp"

namespace hpo::data {
namespace {

/// A random data set: `classes` classes of unequal size; groups of 1 to 9 rows that lean to one class.
struct Rows {
  std::vector<std::int32_t> strata;
  std::vector<std::string> groups;

  Rows(std::size_t rows, std::uint64_t classes, std::uint64_t seed) {
    PhiloxStream random(seed, 0, "rows");
    for (std::size_t group = 0; strata.size() < rows; ++group) {
      const auto leaning = std::min(random.below(classes), random.below(classes));
      for (std::uint64_t i = 0, size = 1 + random.below(9); i < size && strata.size() < rows; ++i) {
        strata.push_back(static_cast<std::int32_t>(random.uniform() < 0.6 ? leaning : random.below(classes)));
        groups.push_back("g" + std::to_string(group));
      }
    }
    // Rows of a group need not be neighbors.
    std::vector<std::size_t> order(strata.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    shuffle(order, random);
    Rows mixed = *this;
    for (std::size_t i = 0; i < order.size(); ++i) {
      strata[i] = mixed.strata[order[i]];
      groups[i] = mixed.groups[order[i]];
    }
  }
};

bool is_partition(const Split& split, std::size_t rows) {
  std::vector<std::size_t> all;
  for (const auto* part : {&split.train, &split.valid, &split.test}) {
    if (!std::ranges::is_sorted(*part)) return false;
    all.insert(all.end(), part->begin(), part->end());
  }
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i] != i) return false;
  return all.size() == rows;
}

std::set<std::string> groups_in(const std::vector<std::size_t>& part, const std::vector<std::string>& groups) {
  std::set<std::string> in;
  for (const auto row : part) in.insert(groups[row]);
  return in;
}

/// How many groups have rows in more than one part.
std::size_t leaks(const Split& split, const std::vector<std::string>& groups) {
  const auto all = groups_in(split.train, groups).size() + groups_in(split.valid, groups).size() +
                   groups_in(split.test, groups).size();
  return all - std::set<std::string>(groups.begin(), groups.end()).size();
}

/// The largest distance, over classes, of a part's rows from its share of the class.
double worst_class(const std::vector<std::size_t>& part, const std::vector<std::int32_t>& strata, double share) {
  std::map<std::int32_t, double> distance;
  for (const auto stratum : strata) distance[stratum] -= share;
  for (const auto row : part) distance[strata[row]] += 1.0;
  double worst = 0.0;
  for (const auto& [stratum, rows] : distance) worst = std::max(worst, std::abs(rows));
  return worst;
}

double off(const std::vector<std::size_t>& part, std::size_t rows, double share) {
  return std::abs(static_cast<double>(part.size()) - share * static_cast<double>(rows));
}

TEST_SUITE("data/split") {
  TEST_CASE("stratified: sizes to one row and classes to two, over many random data sets") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      CAPTURE(seed);
      const Rows data(40 + seed * 7, 2 + seed % 12, seed);
      const std::size_t rows = data.strata.size();
      const Split split = split_rows(rows, data.strata, {}, {.valid_fraction = 0.2, .test_fraction = 0.1}, 9);
      CHECK(is_partition(split, rows));
      CHECK(off(split.valid, rows, 0.2) <= 1.5);
      CHECK(off(split.test, rows, 0.1) <= 1.5);
      CHECK(worst_class(split.train, data.strata, 0.7) <= 2.0);
      CHECK(worst_class(split.valid, data.strata, 0.2) <= 2.0);
      CHECK(worst_class(split.test, data.strata, 0.1) <= 2.0);
    }
  }
  TEST_CASE("grouped: no group leaks, over many random data sets, stratified or not, with folds or not") {
    for (std::uint64_t seed = 0; seed < 200; ++seed)
      for (const bool stratify : {false, true}) {
        CAPTURE(seed);
        CAPTURE(stratify);
        const Rows data(60 + seed * 7, 2 + seed % 5, seed);
        const std::size_t rows = data.strata.size();
        const SplitOptions options{.valid_fraction = 0.2, .test_fraction = 0.15, .stratify = stratify};
        const Split split = split_rows(rows, data.strata, data.groups, options, 9);
        CHECK(is_partition(split, rows));
        CHECK(leaks(split, data.groups) == 0);
        CHECK(off(split.valid, rows, 0.2) <= 5.0);
        CHECK(off(split.test, rows, 0.15) <= 5.0);
        const SplitOptions folds{.stratify = stratify, .folds = 4, .fold = static_cast<std::int64_t>(seed % 4)};
        CHECK(leaks(split_rows(rows, data.strata, data.groups, folds, 9), data.groups) == 0);
      }
  }
  TEST_CASE("grouped and stratified: the classes follow as well as the groups allow") {
    double with = 0.0, without = 0.0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      const Rows data(400, 3, seed);
      SplitOptions options{.valid_fraction = 0.2};
      with += worst_class(split_rows(400, data.strata, data.groups, options, 1).valid, data.strata, 0.2);
      options.stratify = false;
      without += worst_class(split_rows(400, data.strata, data.groups, options, 1).valid, data.strata, 0.2);
    }
    CHECK(with / 40 < 2.0);
    CHECK(with < 0.35 * without);
  }
  TEST_CASE("folds: each row validates once, trains otherwise, and never meets the test part") {
    const Rows data(203, 4, 3);
    for (const bool grouped : {false, true}) {
      std::vector<std::size_t> validated;
      std::vector<std::size_t> test;
      for (std::int64_t fold = 0; fold < 5; ++fold) {
        const Split split = split_rows(203, data.strata, grouped ? data.groups : std::vector<std::string>(),
                                       {.test_fraction = 0.2, .folds = 5, .fold = fold}, 9);
        CHECK(is_partition(split, 203));
        CHECK(off(split.valid, 203, 0.16) <= (grouped ? 5.0 : 1.5));
        if (fold == 0) test = split.test;
        CHECK(split.test == test);
        validated.insert(validated.end(), split.valid.begin(), split.valid.end());
      }
      validated.insert(validated.end(), test.begin(), test.end());
      std::ranges::sort(validated);
      CHECK(validated.size() == 203);
      CHECK(std::ranges::adjacent_find(validated) == validated.end());
    }
  }
  TEST_CASE("the seed alone decides; split_seed overrides it") {
    const Rows data(300, 3, 4);
    for (const auto& groups : {data.groups, std::vector<std::string>()}) {
      const Split split = split_rows(300, data.strata, groups, {}, 1);
      CHECK(split == split_rows(300, data.strata, groups, {}, 1));
      CHECK(split != split_rows(300, data.strata, groups, {}, 2));
      CHECK(split == split_rows(300, data.strata, groups, {.split_seed = 1}, 2));
    }
  }
  TEST_CASE("a class with one row trains") {
    for (std::int64_t seed = 0; seed < 20; ++seed) {
      std::vector<std::int32_t> strata(20, 0);
      strata[7] = 1;
      const Split split = split_rows(20, strata, {}, {.valid_fraction = 0.5}, seed);
      CHECK(std::ranges::find(split.train, std::size_t{7}) != split.train.end());
      CHECK(split.valid.size() == 10);
    }
  }
  TEST_CASE("a file that validates needs no part of the rows") {
    const Split split = split_rows(5, {}, {}, {.valid_fraction = 0.0}, 1);
    CHECK(split.train.size() == 5);
    CHECK(split.valid.empty());
  }
  TEST_CASE("what cannot be is refused") {
    const std::vector<std::int32_t> strata{0, 0, 0, 1};
    const std::vector<std::string> groups{"a", "a", "b", "b"};
    CHECK_THROWS_WITH_AS((void)split_rows(4, strata, groups, {.test_fraction = 0.2}, 1),
                         "data.group: expected at least 3 groups, one for each part of the split, got 2", DataError);
    CHECK_THROWS_WITH_AS(
        (void)split_rows(4, strata, {}, {.folds = 2}, 1),
        "data.folds: expected two rows or more of every class, got one of class number 1; set data.stratify "
        "= false to allow it",
        DataError);
    CHECK_THROWS_WITH_AS(
        (void)split_rows(4, {}, {}, {.valid_fraction = 0.1}, 1),
        "data: expected rows in every part, got 4 to train, 0 to validate, 0 to test of 4 rows; give more "
        "data or other fractions",
        DataError);
    CHECK_THROWS_WITH_AS((void)split_rows(4, {}, {}, {.valid_fraction = 0.7, .test_fraction = 0.3}, 1),
                         "data.valid_fraction: expected less than 1 together with data.test_fraction, got 0.7 + 0.3",
                         ConfigError);
    CHECK_THROWS_WITH_AS((void)split_rows(4, {}, {}, {.folds = 1}, 1), "data.folds: expected 0 or 2 or more, got 1",
                         ConfigError);
    CHECK_THROWS_WITH_AS((void)split_rows(4, {}, {}, {.folds = 3, .fold = 3}, 1), "data.fold: expected 0 to 2, got 3",
                         ConfigError);
  }
  TEST_CASE("small groups never leave a part empty") {
    const std::vector<std::string> groups{"a", "b", "c"};
    const Split split = split_rows(3, {}, groups, {.valid_fraction = 0.1, .test_fraction = 0.1}, 1);
    CHECK(split.train.size() == 1);
    CHECK(split.valid.size() == 1);
    CHECK(split.test.size() == 1);
  }
}
}  // namespace
}  // namespace hpo::data

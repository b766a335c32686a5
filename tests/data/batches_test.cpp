// Mirrors include/hpo/data/batches.hpp.
#include <hpo/data/batches.hpp>

#include <vector>

#include "../check.hpp"

namespace hpo::data {
namespace {

std::vector<std::int32_t> some_lengths(std::size_t rows, std::uint64_t seed) {
  PhiloxStream random(seed, 0, "lengths");
  std::vector<std::int32_t> lengths(rows);
  for (auto& length : lengths) length = static_cast<std::int32_t>(3 + random.below(126));
  return lengths;
}

std::vector<std::size_t> flat(const std::vector<std::vector<std::size_t>>& batches) {
  std::vector<std::size_t> rows;
  for (const auto& batch : batches) rows.insert(rows.end(), batch.begin(), batch.end());
  return rows;
}

std::int64_t padded(const std::vector<std::vector<std::size_t>>& batches, const std::vector<std::int32_t>& lengths) {
  std::int64_t total = 0;
  for (const auto& batch : batches) {
    std::int64_t longest = 0;
    for (const auto row : batch) longest = std::max<std::int64_t>(longest, lengths[row]);
    total += longest * static_cast<std::int64_t>(batch.size());
  }
  return total;
}

TEST_SUITE("data/batches") {
  TEST_CASE("every row is in exactly one batch, and only one batch is short") {
    for (const std::size_t rows : {0, 1, 7, 16, 17, 500, 1037})
      for (const std::int64_t size : {1, 4, 16, 4000})
        for (const bool training : {false, true}) {
          CAPTURE(rows);
          CAPTURE(size);
          PhiloxStream random(7, 0, "order");
          const auto batches = bucketed_batches(some_lengths(rows, 1), size, training ? &random : nullptr);
          auto seen = flat(batches);
          std::ranges::sort(seen);
          std::vector<std::size_t> expected(rows);
          std::iota(expected.begin(), expected.end(), std::size_t{0});
          CHECK(seen == expected);
          const auto full = static_cast<std::size_t>(size);
          CHECK(batches.size() == (rows + full - 1) / full);
          CHECK(std::ranges::count_if(batches, [&](const auto& batch) { return batch.size() != full; }) ==
                (rows % full == 0 ? 0 : 1));
        }
  }
  TEST_CASE("training order depends on the stream alone and differs from epoch to epoch") {
    const auto lengths = some_lengths(300, 2);
    PhiloxStream one(5, 3, "order"), same(5, 3, "order"), other(5, 4, "order");
    const auto first = bucketed_batches(lengths, 8, &one);
    CHECK(first == bucketed_batches(lengths, 8, &same));
    CHECK(first != bucketed_batches(lengths, 8, &other));
    CHECK(first != bucketed_batches(lengths, 8, &one));
  }
  TEST_CASE("evaluation goes from the longest row to the shortest") {
    const auto lengths = some_lengths(100, 3);
    const auto rows = flat(bucketed_batches(lengths, 8, nullptr));
    CHECK(std::ranges::is_sorted(rows, [&](auto a, auto b) { return lengths[a] > lengths[b]; }));
  }
  TEST_CASE("little is padded, yet batches come in no order of length") {
    const auto lengths = some_lengths(4000, 4);
    const auto tokens = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
    PhiloxStream random(1, 0, "order");
    const auto batches = bucketed_batches(lengths, 16, &random);
    CHECK(static_cast<double>(padded(batches, lengths)) < 1.05 * static_cast<double>(tokens));
    std::size_t falls = 0;
    for (std::size_t i = 1; i < batches.size(); ++i)
      if (lengths[batches[i][0]] < lengths[batches[i - 1][0]]) ++falls;
    CHECK(falls > batches.size() / 3);
    CHECK(falls < batches.size() * 2 / 3);
  }
  TEST_CASE("a batch size of nothing is refused") {
    CHECK_THROWS_WITH_AS((void)bucketed_batches(some_lengths(3, 1), 0, nullptr),
                         "batch_size: expected 1 or more, got 0", ConfigError);
  }
}
}  // namespace
}  // namespace hpo::data

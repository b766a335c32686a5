// Mirrors include/hpo/data/token_store.hpp, token_layout.hpp and content_key.hpp.
#include <hpo/data/token_store.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <hpo/core/philox.hpp>

#include "../check.hpp"

namespace hpo::data {
namespace {

/// Encodings of random length, some of them empty, two windows for every third example.
std::vector<std::pair<text::Encoding, std::size_t>> some_rows(std::size_t count) {
  PhiloxStream random(1, 0, "rows");
  std::vector<std::pair<text::Encoding, std::size_t>> rows;
  for (std::size_t example = 0; rows.size() < count; ++example)
    for (std::size_t window = 0; window < (example % 3 == 0 ? 2U : 1U); ++window) {
      text::Encoding encoding;
      for (std::uint64_t t = 0, length = random.below(30); t < length; ++t) {
        const auto begin = static_cast<std::int32_t>(random.below(1000));
        encoding.ids.push_back(static_cast<std::int32_t>(random.below(250000)));
        encoding.type_ids.push_back(static_cast<std::uint8_t>(random.below(2)));
        encoding.offsets.push_back({begin, begin + 3});
        encoding.sequence.push_back(static_cast<std::int8_t>(static_cast<int>(random.below(3)) - 1));
      }
      rows.emplace_back(std::move(encoding), example);
    }
  return rows;
}

TokenStoreBuilder built(std::size_t rows) {
  TokenStoreBuilder builder;
  for (const auto& [encoding, example] : some_rows(rows)) builder.add(encoding, example);
  return builder;
}

void check_holds(const TokenStore& store, std::size_t count) {
  const auto rows = some_rows(count);
  REQUIRE(store.size() == rows.size());
  REQUIRE(store.lengths().size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [encoding, example] = rows[i];
    CHECK(store.example(i) == example);
    CHECK(store.length(i) == static_cast<std::int32_t>(encoding.ids.size()));
    CHECK(std::ranges::equal(store.ids(i), encoding.ids));
    CHECK(std::ranges::equal(store.type_ids(i), encoding.type_ids));
    CHECK(std::ranges::equal(store.offsets(i), encoding.offsets));
    CHECK(std::ranges::equal(store.sequence(i), encoding.sequence));
  }
}

TEST_SUITE("data/token_store") {
  TEST_CASE("what was added comes back, from a file and from memory") {
    const test::TemporaryFolder folder;
    for (const std::size_t rows : {0, 1, 2, 57}) {
      built(rows).write(folder / "tokens", "key");
      const auto store = TokenStore::open(folder / "tokens", "key");
      REQUIRE(store);
      check_holds(*store, rows);
      check_holds(built(rows).in_memory(), rows);
    }
  }
  TEST_CASE("a store outlives its file and the object that opened it") {
    const test::TemporaryFolder folder;
    built(20).write(folder / "tokens", "key");
    std::optional<TokenStore> copy;
    {
      const auto store = TokenStore::open(folder / "tokens", "key");
      copy = store;
    }
    std::filesystem::remove(folder / "tokens");
    check_holds(*copy, 20);
  }
  TEST_CASE("no file, another key, another program: nothing") {
    const test::TemporaryFolder folder;
    CHECK(!TokenStore::open(folder / "tokens", "key"));
    CHECK(!TokenStore::open(folder.path(), "key"));
    built(20).write(folder / "tokens", "key");
    CHECK(!TokenStore::open(folder / "tokens", "kez"));
    CHECK(!TokenStore::open(folder / "tokens", "key2"));
    CHECK(!TokenStore::open(folder / "tokens", ""));
    AtomicFile::write(folder / "tokens", std::string(4096, 'x'));
    CHECK(!TokenStore::open(folder / "tokens", "key"));
    AtomicFile::write(folder / "tokens", "");
    CHECK(!TokenStore::open(folder / "tokens", "key"));
  }
  TEST_CASE("cut short, longer, or damaged in any byte: nothing") {
    const test::TemporaryFolder folder;
    built(8).write(folder / "tokens", "key");
    const auto bytes = read_file<DataError>(folder / "tokens");
    const auto opens = [&](const std::string& changed) {
      AtomicFile::write(folder / "changed", changed);
      return TokenStore::open(folder / "changed", "key").has_value();
    };
    CHECK(opens(bytes));
    CHECK(!opens(bytes + std::string(8, '\0')));
    std::size_t accepted = 0;
    for (std::size_t size = 0; size < bytes.size(); size += 37) accepted += opens(bytes.substr(0, size)) ? 1U : 0U;
    for (std::size_t at = 0; at < bytes.size(); at += at < 64 ? 1 : 31) {
      auto damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      accepted += opens(damaged) ? 1U : 0U;
    }
    CHECK(accepted == 0);
  }
  TEST_CASE("open_or_build builds once, and again when the key changes") {
    const test::TemporaryFolder folder;
    int builds = 0;
    const auto build = [&](TokenStoreBuilder& builder) {
      ++builds;
      for (const auto& [encoding, example] : some_rows(9)) builder.add(encoding, example);
    };
    check_holds(open_or_build(folder / "cache/tokens", "a", build), 9);
    check_holds(open_or_build(folder / "cache/tokens", "a", build), 9);
    CHECK(builds == 1);
    check_holds(open_or_build(folder / "cache/tokens", "b", build), 9);
    CHECK(builds == 2);
    check_holds(open_or_build("", "b", build), 9);
    CHECK(builds == 3);
    AtomicFile::write(folder / "file", "");
    CHECK_THROWS_AS((void)open_or_build(folder / "file/tokens", "a", build), DataError);
  }
  TEST_CASE("keys: equal for equal content, different for parts cut elsewhere") {
    CHECK(ContentKey().add("ab").add("c").hex() == ContentKey().add("ab").add("c").hex());
    CHECK(ContentKey().add("ab").add("c").hex() != ContentKey().add("a").add("bc").hex());
    CHECK(ContentKey().add(1).add(2).hex() != ContentKey().add(2).add(1).hex());
    CHECK(ContentKey().hex() == "99aa06d3014798d86001c324468d497f");  // XXH3_128bits of no bytes, as published
    const test::TemporaryFolder folder;
    AtomicFile::write(folder / "a", "x");
    AtomicFile::write(folder / "b", "x");
    CHECK(ContentKey().add_file(folder / "a").hex() != ContentKey().add_file(folder / "b").hex());
    CHECK_THROWS_AS(ContentKey().add_file(folder / "c"), DataError);
  }
}
}  // namespace
}  // namespace hpo::data

// Mirrors include/hpo/text/vocabulary/vocabulary.hpp, word_piece.hpp, bpe.hpp, unigram.hpp and precompiled.hpp.
#include <hpo/text/folder/read_model.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <hpo/text/pipeline/precompiled.hpp>
#include "../../check.hpp"

namespace hpo::text {
namespace {
using Words = std::vector<std::string>;

/// The tokens of a word: "token@begin-end".
[[nodiscard]] Words tokens(const Model& model, std::string_view word) {
  Words words;
  std::vector<WordToken> found;
  std::visit([&](const auto& one) { one.tokenize(word, found); }, model);
  for (const WordToken& token : found)
    words.push_back(concat(vocabulary_of(model).token(token.id), "@", token.begin, "-", token.end));
  return words;
}

[[nodiscard]] Model model_of(const char* json) {
  const SortedJson value = SortedJson::parse(json);
  return read_model(JsonField(value, "model"));
}

/// Merging by its definition: again and again the earliest rule, leftmost, by going through the whole word.
[[nodiscard]] Words merge_slowly(const Bpe::Pairs& merges, const std::string& word) {
  Words parts;
  for (const char c : word) parts.emplace_back(1, c);
  for (;;) {
    std::size_t best_rank = merges.size(), best = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto rank =
          static_cast<std::size_t>(std::ranges::find(merges, std::pair(parts[i], parts[i + 1])) - merges.begin());
      if (rank < best_rank) best_rank = rank, best = i;
    }
    if (best_rank == merges.size()) return parts;
    parts[best] += parts[best + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

TEST_SUITE("text/models/model") {
  TEST_CASE("Vocabulary finds what is there, and only that") {
    std::vector<std::pair<std::string, std::int32_t>> list;
    for (int i = 0; i < 5000; ++i) list.emplace_back("t" + std::to_string(i * 7), i);
    list.emplace_back("t0", 5000);  // named twice: the later id
    const Vocabulary vocabulary(list, "test");
    CHECK(vocabulary.size() == 5000);
    CHECK(vocabulary.id_limit() == 5001);
    CHECK(vocabulary.find("t0") == 5000);
    CHECK(vocabulary.find("t8") == Vocabulary::none);
    CHECK(vocabulary.find("") == Vocabulary::none);
    CHECK(vocabulary.token(5000) == "t0");
    CHECK(vocabulary.token(0).empty());
    bool all = true;
    for (int i = 1; i < 5000; ++i) all = all && vocabulary.find(list[static_cast<std::size_t>(i)].first) == i;
    CHECK(all);
    CHECK_THROWS_AS(Vocabulary({{"a", -1}}, "test"), TokenizerError);
    CHECK_THROWS_AS(Vocabulary({{"a", 2'000'000'000}}, "test"), TokenizerError);
  }

  TEST_CASE("WordPiece takes the longest token first and gives up as a whole") {
    const Model model =
        model_of(R"({"type":"WordPiece","unk_token":"?","continuing_subword_prefix":"##","max_input_chars_per_word":6,
      "vocab":{"?":0,"un":1,"u":2,"##a":3,"##aff":4,"##able":5,"\u00e9":6,"##\u00e9":7}})");
    CHECK(tokens(model, "unaff") == Words{"un@0-2", "##aff@2-5"});
    CHECK(tokens(model, "unab") == Words{"?@0-4"});
    CHECK(tokens(model, "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9").size() == 6);  // 6 code points of 2 bytes
    CHECK(tokens(model, "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9") == Words{"?@0-14"});
    CHECK(tokens(model, "##a") == Words{"##a@0-3"});  // typed by a user: the token
  }

  TEST_CASE("BPE merges as its definition says, short words and long ones, cached or not") {
    std::mt19937 random(7);
    const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    std::vector<std::pair<std::string, std::int32_t>> list{{"a", 0}, {"b", 1}, {"c", 2}};
    Bpe::Pairs merges;
    while (merges.size() < 60) {
      const std::string left = list[pick(list.size())].first, right = list[pick(list.size())].first;
      if (left.size() + right.size() > 8 || std::ranges::find(merges, std::pair(left, right)) != merges.end()) continue;
      merges.emplace_back(left, right);
      if (std::ranges::find(list, left + right, [](const auto& one) { return one.first; }) == list.end())
        list.emplace_back(left + right, static_cast<std::int32_t>(list.size()));
    }
    const Model model = Bpe(Vocabulary(list, "test"), merges, {}, "test");
    for (int i = 0; i < 300; ++i) {
      std::string word;
      for (std::size_t n = 1 + pick(40); n > 0; --n) word += static_cast<char>('a' + pick(3));
      Words wanted;
      std::size_t end = 0;
      for (const std::string& part : merge_slowly(merges, word)) {
        const std::size_t begin = std::exchange(end, end + part.size());
        wanted.push_back(concat(part, "@", begin, "-", end));
      }
      REQUIRE(tokens(model, word) == wanted);
      REQUIRE(tokens(model, word) == wanted);  // now from the cache, if the word is short
    }
  }

  TEST_CASE("BPE: unknown symbols vanish, or are unknown, or bytes") {
    const std::string head =
        R"({"type":"BPE","merges":["a b"],"vocab":{"a":0,"b":1,"ab":2,"?":3,"<0xC3>":4,"<0xA9>":5})";
    CHECK(tokens(model_of((head + "}").c_str()), "zab") ==
          Words{"ab@0-2"});  // offsets move to the left, as in the reference
    CHECK(tokens(model_of((head + R"(,"unk_token":"?"})").c_str()), "zzab") == Words{"?@0-1", "?@1-2", "ab@2-4"});
    CHECK(tokens(model_of((head + R"(,"unk_token":"?","fuse_unk":true})").c_str()), "zzab") ==
          Words{"?@0-2", "ab@2-4"});
    CHECK(tokens(model_of((head + R"(,"unk_token":"?","byte_fallback":true})").c_str()), "a\u00e9z") ==
          Words{"a@0-1", "<0xC3>@1-2", "<0xA9>@2-3", "?@3-4"});
    CHECK_THROWS_AS((void)model_of((head + R"(,"unk_token":"!"})").c_str()), TokenizerError);
    CHECK_THROWS_AS((void)model_of((head + R"(,"dropout":0.1})").c_str()), TokenizerError);
  }

  TEST_CASE("a very long word is merged in good time") {
    const Model model = model_of(R"({"merges":["a a","aa aa"],"vocab":{"a":0,"aa":1,"aaaa":2}})");
    CHECK(tokens(model, std::string(400'001, 'a')).size() == 100'001);
  }

  TEST_CASE("Unigram takes the best sum, the first of equals, and joins unknown neighbors") {
    const Model model = model_of(
        R"({"type":"Unigram","unk_id":0,"vocab":[["?",0.0],["a",-1.0],["b",-1.0],["ab",-1.5],["abb",-9.0],["ba",-2.0]]})");
    CHECK(tokens(model, "abb") == Words{"ab@0-2", "b@2-3"});
    CHECK(tokens(model, "bba") == Words{"b@0-1", "ba@1-3"});  // as good as b, b, a: found first
    CHECK(tokens(model, "axyb") == Words{"a@0-1", "?@1-3", "b@3-4"});
    CHECK(tokens(model, "\u00e9a") == Words{"?@0-2", "a@2-3"});
    const Model penalty = model_of(R"({"unk_id":0,"vocab":[["?",0.0],["y",1.0],["xy",-5.0]]})");
    CHECK(tokens(penalty, "xy") == Words{"xy@0-2"});  // ?, y would be better but for the penalty
    const Model strict = model_of(R"({"vocab":[["a",-1.0]]})");
    CHECK(tokens(strict, "aa").size() == 2);
    CHECK_THROWS_AS((void)tokens(strict, "ab"), TokenizerError);
    const Model without = model_of(R"({"type":"Unigram","unk_id":null,"vocab":[["<",-1.0],["<>",-9.0]]})");
    CHECK(tokens(without, "<>") == Words{"<>@0-2"});  // nothing of it is unknown, though no token begins with >
    CHECK_THROWS_AS((void)tokens(without, ">"), TokenizerError);
    CHECK_THROWS_AS((void)tokens(without, "<<>>"), TokenizerError);
    CHECK_THROWS_AS((void)model_of(R"({"type":"Unigram","unk_id":1,"vocab":[["a",-1.0]]})"), TokenizerError);
  }

  TEST_CASE("scores are read as the reference reads them") {
    CHECK(read_as_reference(-2.0122928619384766) == -2.012292861938477);
    CHECK(read_as_reference(-7.407997131347656) == -7.407997131347656);
    CHECK(read_as_reference(0.0) == 0.0);
    CHECK(read_as_reference(-20.0) == -20.0);
    CHECK(read_as_reference(1e-5) == 1e-5);
  }

  TEST_CASE("a normalization table: a hand-made array of one entry, and broken ones") {
    // Root (offset 1), then 'a' at 1 ^ 'a', a leaf whose value stands at its own place ^ its offset.
    std::vector<std::uint32_t> units(256, 0);
    units[0] = 1U << 10;
    units[1 ^ 'a'] = 2U << 10 | 1U << 8 | 'a';
    units[1 ^ 'a' ^ 2] = 0x80000000U;
    const auto table = [&](std::uint32_t size) {
      std::string bytes;
      for (const std::uint32_t word : {size})
        for (int i = 0; i < 4; ++i) bytes += static_cast<char>(word >> 8 * i & 0xFFU);
      for (const std::uint32_t word : units)
        for (int i = 0; i < 4; ++i) bytes += static_cast<char>(word >> 8 * i & 0xFFU);
      return bytes + std::string("xyz\0", 4);
    };
    const Precompiled precompiled(table(1024), "test");
    CHECK(precompiled.find("a") == "xyz");
    CHECK_FALSE(precompiled.find("b").has_value());
    AlignedText original, out;
    original.assign_original("ba\u0301b");  // the cluster begins with an entry: the accent is lost
    precompiled(original.view(0, original.size()), out);
    CHECK(out.bytes == "bxyzb");
    CHECK(out.origin[4] == Span{3, 4});
    CHECK_THROWS_AS(Precompiled("ab", "test"), TokenizerError);
    CHECK_THROWS_AS(Precompiled(table(4096), "test"), TokenizerError);
    units[0] = 0x3FFFFFU << 10;  // a link out of the array
    CHECK_FALSE(Precompiled(table(1024), "test").find("a").has_value());
    CHECK(decode_base64("YWJj") == "abc");
    CHECK(decode_base64("YQ==") == "a");
    CHECK_FALSE(decode_base64("Y!==").has_value());
    CHECK_FALSE(decode_base64("YWJ").has_value());
  }
}

}  // namespace
}  // namespace hpo::text

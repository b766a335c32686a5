// Mirrors include/hpo/text/tokenizer.hpp and tokenizer_folder.hpp, on small vocabularies of its own.
#include <hpo/text/tokenizer.hpp>

#include <string>
#include <thread>
#include <vector>

#include <hpo/core/file.hpp>
#include "../check.hpp"
#include "random_tokenizer.hpp"
#include "text_generator.hpp"

namespace hpo::text {
namespace {
using Ids = std::vector<std::int32_t>;

constexpr const char* bert_vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\n##s\nsat\n,\ne\nB\n";

struct BertFolder {
  test::TemporaryFolder folder;
  explicit BertFolder(const std::string& config = "") {
    write("vocab.txt", bert_vocabulary);
    if (!config.empty()) write("tokenizer_config.json", config);
  }
  void write(const std::string& name, const std::string& text) const { AtomicFile::write(folder / name, text); }
  [[nodiscard]] Tokenizer load() const { return Tokenizer::load(folder.path()); }
};

[[nodiscard]] std::string error_of(const BertFolder& folder) {
  try {
    (void)folder.load();
  } catch (const TokenizerError& error) {
    std::string text = error.what();
    const std::string place = folder.folder.path().string() + "/";
    if (const auto at = text.find(place); at != std::string::npos) text.erase(at, place.size());
    return text;
  }
  return "no error";
}

TEST_SUITE("text/tokenizer") {
  TEST_CASE("vocab.txt: words, continuations, unknown words, special tokens") {
    const Tokenizer tokenizer = BertFolder().load();
    const Encoding encoding = tokenizer.encode("The cats, dogs [MASK]");
    CHECK(encoding.ids == Ids{2, 5, 6, 7, 9, 1, 4, 3});
    CHECK(encoding.offsets[3] == Span{7, 8});
    CHECK(encoding.offsets[6] == Span{15, 21});
    CHECK(encoding.special == std::vector<std::uint8_t>{1, 0, 0, 0, 0, 0, 0, 1});
    CHECK(encoding.sequence == std::vector<std::int8_t>{-1, 0, 0, 0, 0, 0, 0, -1});
    CHECK(tokenizer.vocab_size() == 12);
    CHECK(tokenizer.id_limit() == 12);
    CHECK(tokenizer.pad_id() == 0);
    CHECK(tokenizer.id_of("cat") == 6);
    CHECK_FALSE(tokenizer.id_of("dog").has_value());
    CHECK(tokenizer.token_of(7) == "##s");
    CHECK(tokenizer.token_of(-5).empty());
    CHECK(tokenizer.special_count(true) == 3);
  }

  TEST_CASE("a pair has two types, and offsets of each text") {
    const Encoding encoding = BertFolder().load().encode("the cat", "sat", {});
    CHECK(encoding.ids == Ids{2, 5, 6, 3, 8, 3});
    CHECK(encoding.type_ids == std::vector<std::uint8_t>{0, 0, 0, 0, 1, 1});
    CHECK(encoding.offsets[4] == Span{0, 3});
    CHECK(encoding.sequence == std::vector<std::int8_t>{-1, 0, 0, -1, 1, -1});
  }

  TEST_CASE("windows keep their type ids, and pads are told from tokens") {
    EncodeOptions options;
    options.max_length = 6;
    options.strategy = Truncation::only_second;
    options.stride = 1;
    options.pad_to = 8;
    const Encoding encoding = BertFolder().load().encode("the", "cat sat the", options);
    CHECK(encoding.ids == Ids{2, 5, 3, 6, 8, 3, 0, 0});
    REQUIRE(encoding.overflow.size() == 1);
    CHECK(encoding.overflow[0].ids == Ids{2, 5, 3, 8, 5, 3, 0, 0});
    CHECK(encoding.overflow[0].type_ids == std::vector<std::uint8_t>{0, 0, 0, 1, 1, 1, 0, 0});
    CHECK(encoding.pads_after == 2);
    CHECK(encoding.attends(5));
    CHECK_FALSE(encoding.attends(6));
  }

  TEST_CASE("truncation that cannot be met is an error, not a guess") {
    const Tokenizer tokenizer = BertFolder().load();
    const auto encode = [&](std::int32_t length, Truncation strategy, std::int32_t stride) {
      EncodeOptions options;
      options.max_length = length;
      options.strategy = strategy;
      options.stride = stride;
      return tokenizer.encode("the cat sat", std::nullopt, options);
    };
    CHECK_THROWS_WITH_AS((void)encode(1, Truncation::longest_first, 0),
                         "truncation: max_length: expected room for the 2 special tokens, got 1", TokenizerError);
    CHECK_THROWS_WITH_AS((void)encode(4, Truncation::longest_first, 2),
                         "truncation: stride: expected less than the 2 tokens that a window keeps of the text, got 2",
                         TokenizerError);
    CHECK_THROWS_AS((void)encode(4, Truncation::only_second, 0), TokenizerError);
    CHECK(encode(2, Truncation::longest_first, 0).overflow.at(0).ids == Ids{2, 5, 6, 8, 3});
  }

  TEST_CASE("special tokens in a text can be told to be text") {
    EncodeOptions options;
    options.parse_special = false;
    options.add_special = false;
    CHECK(BertFolder().load().encode("[SEP]", std::nullopt, options).ids == Ids{1, 1, 1});
  }

  TEST_CASE("tokenizer_config.json rules case, accents and further tokens") {
    const BertFolder cased(R"({"do_lower_case": false, "added_tokens_decoder": {
      "13": {"content": "<late>", "special": true, "normalized": false},
      "12": {"content": "<early>", "special": true, "normalized": false, "lstrip": true}}})");
    const Tokenizer tokenizer = cased.load();
    CHECK(tokenizer.encode("B b").ids == Ids{2, 11, 1, 3});
    CHECK(tokenizer.encode("the  <early><late>").ids == Ids{2, 5, 12, 13, 3});
    CHECK(tokenizer.encode("the  <early>").offsets[2] == Span{3, 12});
    CHECK(tokenizer.id_limit() == 14);
    CHECK(tokenizer.files().size() == 2);
    CHECK(BertFolder().load().encode("\u00c9").ids == Ids{2, 10, 3});
    CHECK(BertFolder(R"({"strip_accents": false})").load().encode("\u00c9").ids == Ids{2, 1, 3});
  }

  TEST_CASE("special tokens that only the files beside the vocabulary name are added, in the order of their roles") {
    const BertFolder folder(R"({"mask_token": {"content": "<here>", "lstrip": true}, "pad_token": "[PAD]",
      "additional_special_tokens": ["<a>", {"content": "<b>", "rstrip": true}]})");
    folder.write("special_tokens_map.json", R"({"bos_token": "<bos>", "extra_special_tokens": {"image": "<i>"}})");
    folder.write("added_tokens.json", R"({"<late>": 12})");
    const Tokenizer tokenizer = folder.load();
    std::vector<std::int32_t> ids;
    for (const char* token : {"<late>", "<bos>", "<here>", "<a>", "<b>", "<i>"})
      ids.push_back(tokenizer.id_of(token).value_or(-1));
    CHECK(ids == Ids{12, 13, 14, 15, 16, 17});
    CHECK(tokenizer.encode("the <here><b> cat<bos>").ids == Ids{2, 5, 14, 16, 6, 13, 3});
    CHECK(tokenizer.encode("the <here>").offsets[2] == Span{3, 10});
    EncodeOptions plain;
    plain.parse_special = false;
    CHECK(tokenizer.encode("<a>", std::nullopt, plain).ids == Ids{2, 1, 1, 1, 3});
    CHECK(tokenizer.id_limit() == 18);
  }

  TEST_CASE("a tokenizer.json's own list of added tokens goes before the files beside it") {
    const BertFolder folder(R"({"added_tokens_decoder": {"2": {"content": "<x>", "special": true, "lstrip": true},
      "3": {"content": "<y>", "special": true}}})");
    folder.write("tokenizer.json", R"({"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "a": 1}},
      "pre_tokenizer": {"type": "BertPreTokenizer"}, "added_tokens": [{"id": 2, "content": "<x>", "special": true}]})");
    const Tokenizer tokenizer = folder.load();
    CHECK(tokenizer.encode("a <x>").offsets == std::vector<Span>{{0, 1}, {2, 5}});
    CHECK(tokenizer.encode("a<y>").ids == Ids{1, 3});
  }

  TEST_CASE("broken files are named with the key") {
    BertFolder folder("{");
    CHECK(error_of(folder).starts_with("tokenizer_config.json: expected JSON, got"));
    folder.write("tokenizer_config.json", R"({"do_lower_case": "yes"})");
    CHECK(error_of(folder) == "tokenizer_config.json: do_lower_case: expected true or false, got \"yes\"");
    folder.write("tokenizer_config.json", R"({"additional_special_tokens": ["<a>", 3]})");
    CHECK(error_of(folder) == "tokenizer_config.json: additional_special_tokens[1]: expected a text, got 3");
    folder.write("tokenizer_config.json", R"({"pad_token": {"lstrip": true}})");
    CHECK(error_of(folder) == "tokenizer_config.json: pad_token.content: expected a value, got nothing");
    folder.write("tokenizer_config.json", "{}");
    folder.write("added_tokens.json", R"({"<a>": -1})");
    CHECK(error_of(folder) == "added_tokens.json: <a>: expected an id from 0 to 999999999, got -1");
    folder.write("added_tokens.json", "{}");
    folder.write("vocab.txt", "[UNK]\na\n");
    CHECK(error_of(folder) == "vocab.txt: expected the special token '[CLS]', got a vocabulary without it");
    folder.write("tokenizer.json", R"({"model": {"type": "WordPeice", "vocab": {}}})");
    CHECK(error_of(folder).starts_with(
        "tokenizer.json: model.type: expected a model, got 'WordPeice'; did you mean 'WordPiece'?; known: BPE"));
    folder.write("tokenizer.json", R"({"model": {"type": "WordPiece", "vocab": {"[UNK]": 0.5}}})");
    CHECK(error_of(folder) == "tokenizer.json: model.vocab.[UNK]: expected a whole number, got 0.5");
    folder.write("tokenizer.json", R"({"model": {"type": "WordPiece", "vocab": {"[UNK]": 2000000000}}})");
    CHECK(error_of(folder).starts_with("tokenizer.json: model.vocab: [UNK]: expected an id from 0 to"));
    folder.write("tokenizer.json", R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}})");
    CHECK(error_of(folder) == "tokenizer.json: model: merges: 0: expected tokens of the vocabulary, got 'b'");
    folder.write(
        "tokenizer.json",
        R"({"model": {"type": "WordPiece", "vocab": {"[UNK]": 0}}, "normalizer": {"type": "Replace", "content": "", "pattern": {"Regex": "(a|b)*"}}})");
    CHECK(error_of(folder).starts_with(
        "tokenizer.json: normalizer.pattern.Regex: expected one character, or one repeated"));
    folder.write("tokenizer.json", R"({"model": {"vocab": {"[UNK]": 0}, "unk_token": "[UNK]"}})");  // an old WordLevel
    CHECK(error_of(folder).starts_with("tokenizer.json: model.type: expected a model, got 'nothing'"));
    folder.write(
        "tokenizer.json",
        R"({"model": {"type": "WordPiece", "vocab": {"[UNK]": 0}}, "pre_tokenizer": {"type": "UnicodeScripts"}})");
    CHECK(error_of(folder).starts_with(
        "tokenizer.json: pre_tokenizer.type: expected a pre_tokenizer, got 'UnicodeScripts'"));
    folder.write("tokenizer.json", R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1}})");
    CHECK(error_of(folder).starts_with("tokenizer.json: model.dropout: expected none or 0"));
    folder.write(
        "tokenizer.json",
        R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "byte_fallback": true, "end_of_word_suffix": "</w>"}})");
    CHECK(error_of(folder).starts_with("tokenizer.json: model.byte_fallback: expected false beside"));
    folder.write("tokenizer.json", "[]");
    CHECK(error_of(folder) == "tokenizer.json: expected an object, got a list");
  }

  TEST_CASE("a model without its type is known by its other keys") {
    const BertFolder folder;
    folder.write("tokenizer.json", R"({"model": {"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}})");
    CHECK(folder.load().encode("ab").ids == Ids{2});
    folder.write("tokenizer.json", R"({"model": {"vocab": [["?", 0], ["a", -1]], "unk_id": 0}})");
    CHECK(folder.load().encode("ab").ids == Ids{1, 0});
    folder.write("tokenizer.json",
                 R"({"model": {"vocab": {"[UNK]": 0, "a": 1, "##b": 2}, "continuing_subword_prefix": "##",
      "max_input_chars_per_word": 100}})");
    CHECK(folder.load().encode("ab").ids == Ids{1, 2});
  }

  TEST_CASE("no prefix of a good tokenizer.json crashes the reader") {
    const std::string good =
        R"({"version":"1.0","added_tokens":[{"id":1,"content":"<s>","special":true,"lstrip":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Strip","strip_left":true,"strip_right":false}]},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true},"post_processor":{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",1]},"model":{"type":"BPE","vocab":{"a":0,"<s>":1,"</s>":2,"b":3,"ab":4},"merges":[["a","b"]]}})";
    const BertFolder folder;
    folder.write("tokenizer.json", good);
    CHECK(folder.load().encode("ab <s>a").ids == Ids{1, 4, 1, 0, 2});
    for (std::size_t size = 0; size < good.size(); ++size) {
      folder.write("tokenizer.json", good.substr(0, size));
      CHECK_THROWS_AS((void)folder.load(), TokenizerError);
    }
    for (std::size_t at = 0; at < good.size(); ++at) {  // a changed byte may still be fine, but nothing else is thrown
      std::string changed = good;
      changed[at] = changed[at] == '"' ? '7' : '"';
      folder.write("tokenizer.json", changed);
      try {
        (void)folder.load().encode("ab <s>a");
      } catch (const TokenizerError&) {
      }
    }
  }

  TEST_CASE("many threads give what one gives, in the order of the texts") {
    const Tokenizer tokenizer = BertFolder().load();
    std::vector<std::string> texts;
    for (int i = 0; i < 500; ++i)
      texts.push_back(std::string(static_cast<std::size_t>(i % 7), ' ') + "the cats sat " + std::to_string(i));
    const std::vector<Encoding> one = tokenizer.encode_batch(texts, {}, 1);
    CHECK(tokenizer.encode_batch(texts, {}, 4) == one);
    CHECK(one[499] == tokenizer.encode(texts[499]));
    CHECK(tokenizer.encode_batch(std::vector<std::string>{}, {}, 4).empty());
  }

  TEST_CASE("several tokenizers, each used by many threads at once, give what one thread gets") {
    test::RandomTokenizer random(7);
    std::vector<Tokenizer> tokenizers;
    std::vector<std::vector<std::string>> texts;
    std::vector<std::vector<Encoding>> expected;
    EncodeOptions options;
    options.max_length = 12;
    options.strategy = Truncation::longest_first;
    while (tokenizers.size() < 12) {
      const BertFolder folder;
      folder.write("tokenizer.json", random().dump());
      tokenizers.push_back(folder.load());
      test::TextGenerator generator(tokenizers.size(), random.words(), {}, random.added());
      std::vector<std::string> made;
      std::vector<Encoding> encodings;
      for (int i = 0; i < 150; ++i) {
        std::string text = generator();
        try {
          encodings.push_back(tokenizers.back().encode(text, text, options));
          made.push_back(std::move(text));
        } catch (const TokenizerError&) {  // some vocabularies have no token for what they do not know
        }
      }
      texts.push_back(std::move(made));
      expected.push_back(std::move(encodings));
    }
    std::vector<int> wrong(8, 0);
    {
      std::vector<std::jthread> threads;
      for (std::size_t thread = 0; thread < wrong.size(); ++thread)
        threads.emplace_back([&, thread] {
          for (std::size_t turn = 0; turn < 3 * tokenizers.size(); ++turn) {
            const std::size_t i = (thread + turn) % tokenizers.size();
            if (tokenizers[i].encode_batch(texts[i], texts[i], options, 1 + turn % 3) != expected[i]) ++wrong[thread];
          }
        });
    }
    CHECK(wrong == std::vector<int>(8, 0));
  }

  TEST_CASE("a text that cannot be encoded stops a batch with its error, whichever thread met it") {
    const Tokenizer tokenizer = BertFolder().load();
    std::vector<std::string> texts(40, "the cat sat the cat sat");
    EncodeOptions options;
    options.max_length = 4;
    options.strategy = Truncation::only_second;
    CHECK_THROWS_AS((void)tokenizer.encode_batch(texts, options, 3), TokenizerError);
    CHECK_THROWS_WITH_AS((void)tokenizer.encode_batch(texts, std::vector<std::string>(3), {}, 3),
                         "encode_batch: seconds: expected 40 texts or none, got 3", TokenizerError);
  }

  TEST_CASE("a long word takes no quadratic time, a long text no memory that stays") {
    const Tokenizer tokenizer = BertFolder().load();
    CHECK(tokenizer.encode(std::string(3'000'000, 'x')).ids == Ids{2, 1, 3});
    CHECK(tokenizer.encode(std::string(100, 's')).ids.size() == 3);
  }
}

}  // namespace
}  // namespace hpo::text

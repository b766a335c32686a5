// Mirrors include/hpo/text/pipeline/normalizer.hpp, pre_tokenizer.hpp, pieces.hpp and gpt2_pattern.hpp.
#include <hpo/text/folder/read_steps.hpp>

#include <string>
#include <vector>

#include "../../check.hpp"

namespace hpo::text {
namespace {
using Words = std::vector<std::string>;

struct Normalized {
  std::string text;
  std::vector<Span> origin;
};

[[nodiscard]] Normalized normalized(const char* json, std::string_view text) {
  const SortedJson value = SortedJson::parse(json);
  AlignedText original, out;
  original.assign_original(text);
  read_normalizer(JsonField(value, "normalizer"))(original.view(0, original.size()), out);
  CHECK(out.bytes.size() == out.origin.size());
  return {out.bytes, out.origin};
}

/// Each word with the span of the original that it came from: "word@begin-end".
[[nodiscard]] Words cut(const char* json, std::string_view text) {
  const SortedJson value = SortedJson::parse(json);
  PieceText pieces;
  pieces.text.assign_original(text);
  pieces.pieces.push_back({0, text.size(), Piece::plain});
  read_pre_tokenizer(JsonField(value, "pre_tokenizer"))(pieces);
  Words words;
  for (const Piece& piece : pieces.pieces)
    words.push_back(concat(pieces.text.bytes.substr(piece.begin, piece.end - piece.begin), "@",
                           pieces.text.origin[piece.begin].begin, "-", pieces.text.origin[piece.end - 1].end));
  return words;
}

TEST_SUITE("text/pipeline/steps") {
  TEST_CASE("BertNormalizer cleans, separates ideographs, strips accents and lowers; spans follow") {
    const char* json =
        R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true})";
    CHECK(normalized(json, "A\tB\u00a0C").text == "a b c");
    CHECK(normalized(json, "\u00c9t\u00e9\u200b!").text == "ete!");
    const Normalized chinese = normalized(json, "x\u4f60");
    CHECK(chinese.text == "x \u4f60 ");
    CHECK(chinese.origin[1] == Span{1, 2});
    CHECK(normalized(json, "\u0130").text == "i");
    const Normalized moved =
        normalized(json, "\u0344\x7f\U0001d165");  // marks change places though a control stood between
    CHECK(moved.text == "\U0001d165");
    CHECK(moved.origin[0] == Span{0, 1});
    const char* accented =
        R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":false,"lowercase":true})";
    CHECK(normalized(accented, "\u0130\u00c9").text == "i\u0307\u00e9");
    const char* cased =
        R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":false,"strip_accents":null,"lowercase":false})";
    CHECK(normalized(cased, "\u00c9\u4f60").text == "\u00c9\u4f60");
  }

  TEST_CASE("normal forms share the span of what they came from") {
    const Normalized form = normalized(R"({"type":"NFKD"})", "a\ufb01b");
    CHECK(form.text == "afib");
    CHECK(form.origin[1] == Span{1, 2});
    CHECK(form.origin[2] == Span{1, 2});
    CHECK(normalized(R"({"type":"NFC"})", "e\u0301x").origin.back() == Span{2, 3});
  }

  TEST_CASE("a sequence hands its text on, and nothing breaks on an empty one") {
    const char* json = R"({"type":"Sequence","normalizers":[{"type":"Strip","strip_left":true,"strip_right":true},
      {"type":"Replace","pattern":{"Regex":" {2,}"},"content":"_"},{"type":"Prepend","prepend":"<>"},{"type":"Lowercase"},{"type":"Nmt"},
      {"type":"StripAccents"}]})";
    CHECK(normalized(json, "  A  B C ").text == "<>a_b c");
    CHECK(normalized(json, "  A  B C ").origin[0] == Span{2, 3});
    CHECK(normalized(json, "").text.empty());
    CHECK(normalized(json, "   ").text.empty());
    CHECK(normalized(R"({"type":"Replace","pattern":{"String":"ab"},"content":""})", "xababy").text == "xy");
    CHECK(normalized(R"({"type":"ByteLevel"})", "\u00e9 ").text == "\u00c3\u00a9\u0120");
  }

  TEST_CASE("BertPreTokenizer drops white space and isolates signs") {
    CHECK(cut(R"({"type":"BertPreTokenizer"})", "don't  stop.\u3000Go") ==
          Words{"don@0-3", "'@3-4", "t@4-5", "stop@7-11", ".@11-12", "Go@13-15"});
  }

  TEST_CASE("ByteLevel cuts as GPT-2 does") {
    const char* json = R"({"type":"ByteLevel","add_prefix_space":false})";
    CHECK(cut(json, "I'll GO'LL") == Words{"I@0-1", "'ll@1-4", "\u0120GO@4-7", "'@7-8", "LL@8-10"});
    CHECK(cut(json, "a  b12 \n c") ==
          Words{"a@0-1", "\u0120@1-2", "\u0120b@2-4", "12@4-6", "\u0120\u010a@6-8", "\u0120c@8-10"});
    CHECK(cut(json, "x   ") == Words{"x@0-1", "\u0120\u0120\u0120@1-4"});
    CHECK(cut(json, "a\u00a0b") == Words{"a@0-1", "\u00c2\u0142@1-2", "b@2-3"});
    CHECK(cut(R"({"type":"ByteLevel"})", "a b") == Words{"\u0120a@0-1", "\u0120b@1-3"});
    CHECK(cut(R"({"type":"ByteLevel"})", " a") == Words{"\u0120a@0-2"});
  }

  TEST_CASE("Metaspace writes spaces, prepends by its scheme and cuts before each") {
    CHECK(cut(R"({"type":"Metaspace","replacement":"_"})", "a  b") == Words{"_a@0-1", "_@1-2", "_b@2-4"});
    CHECK(cut(R"({"type":"Metaspace","replacement":"_","prepend_scheme":"never","split":false})", "a b") ==
          Words{"a_b@0-3"});
    CHECK(
        cut(R"({"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"_","prepend_scheme":"first"}]})",
            "a b") == Words{"_a@0-1", "b@2-3"});
    CHECK_THROWS_AS(
        (void)cut(R"({"type":"Metaspace","replacement":"_","add_prefix_space":false,"prepend_scheme":"first"})", "a"),
        TokenizerError);
  }

  TEST_CASE("the five fates of a delimiter") {
    const auto with = [](const std::string& behavior) {
      return cut((R"({"type":"Split","pattern":{"String":"-"},"invert":false,"behavior":")" + behavior + "\"}").c_str(),
                 "a--b-");
    };
    CHECK(with("Removed") == Words{"a@0-1", "b@3-4"});
    CHECK(with("Isolated") == Words{"a@0-1", "-@1-2", "-@2-3", "b@3-4", "-@4-5"});
    CHECK(with("MergedWithPrevious") == Words{"a-@0-2", "-@2-3", "b-@3-5"});
    CHECK(with("MergedWithNext") == Words{"a@0-1", "-@1-2", "-b@2-4", "-@4-5"});
    CHECK(with("Contiguous") == Words{"a@0-1", "--@1-3", "b@3-4", "-@4-5"});
    CHECK_THROWS_AS((void)with("Removes"), TokenizerError);
  }

  TEST_CASE("the smaller cutters") {
    CHECK(cut(R"({"type":"Whitespace"})", "a_1 b!? c") == Words{"a_1@0-3", "b@4-5", "!?@5-7", "c@8-9"});
    CHECK(cut(R"({"type":"Digits","individual_digits":true})", "a12") == Words{"a@0-1", "1@1-2", "2@2-3"});
    CHECK(cut(R"({"type":"Digits"})", "a12b") == Words{"a@0-1", "12@1-3", "b@3-4"});
    CHECK(cut(R"({"type":"Punctuation"})", "a.b") == Words{"a@0-1", ".@1-2", "b@2-3"});
    CHECK(cut(R"({"type":"CharDelimiterSplit","delimiter":"|"})", "a|b") == Words{"a@0-1", "b@2-3"});
  }

  TEST_CASE("types that are not known are refused with those that are, and depth has an end") {
    CHECK_THROWS_WITH_AS(
        (void)cut(R"({"type":"ByteLevle"})", "a"),
        "pre_tokenizer.type: expected a pre_tokenizer, got 'ByteLevle'; did you mean 'ByteLevel'?; known: "
        "BertPreTokenizer, "
        "ByteLevel, CharDelimiterSplit, Digits, Metaspace, Punctuation, Sequence, Split, Whitespace, WhitespaceSplit",
        TokenizerError);
    std::string deep = R"({"type":"NFC"})";
    for (int i = 0; i < 40; ++i) deep = R"({"type":"Sequence","normalizers":[)" + deep + "]}";
    CHECK_THROWS_AS((void)normalized(deep.c_str(), "a"), TokenizerError);
  }
}

}  // namespace
}  // namespace hpo::text

// Mirrors include/hpo/space/python_json.hpp and value_json.hpp.
#include <cmath>
#include <string>

#include <hpo/space/python_json.hpp>
#include <hpo/space/value_json.hpp>

#include "../check.hpp"

namespace hpo::space {
namespace {

using Word = std::string;
using Kind = PythonJson::Kind;

Word word(const Word& text) {
  return parse_python_json(text).require_kind(Kind::word, "a word").word;
}

bool refused(const Word& text) {
  try {
    static_cast<void>(parse_python_json(text));
  } catch (const ConfigError&) {
    return true;
  }
  return false;
}

TEST_SUITE("space/python_json") {
  TEST_CASE("every kind of value, nested, with white space anywhere") {
    const auto json =
        parse_python_json(" { \"a\" : [ 1 , -2.5 , true , false , null , \"x\" , { } , [ ] ] ,\n\t\"b\":{\"c\":3}} ");
    const auto& list = json.at("a").require_kind(Kind::array, "a list").items;
    REQUIRE(list.size() == 8);
    CHECK(list[0].whole == 1);
    CHECK(list[1].real == -2.5);
    CHECK(list[2].truth);
    CHECK(list[4].kind == Kind::null);
    CHECK(json.at("b").at("c").number() == 3);
    CHECK(json.find("z") == nullptr);
    CHECK(list[0].find("a") == nullptr);
    CHECK_THROWS_AS(static_cast<void>(json.at("z")), ConfigError);
    CHECK_THROWS_AS(static_cast<void>(json.number()), ConfigError);
    CHECK(parse_python_json(R"({"k": 1, "k": 2})").at("k").number() == 2);  // the last counts
  }
  TEST_CASE("numbers: whole ones exactly, what is too large as Python has it, the bare words") {
    CHECK(parse_python_json("9007199254740993").require_kind(Kind::whole, "").whole == 9007199254740993);
    CHECK(parse_python_json("-0").require_kind(Kind::whole, "").whole == 0);
    CHECK(parse_python_json("1e5").require_kind(Kind::real, "").real == 1e5);
    CHECK(parse_python_json("123456789012345678901234567890").number() == 123456789012345678901234567890.0);
    CHECK(parse_python_json("1e999").number() == std::numeric_limits<double>::infinity());
    CHECK(parse_python_json("-1E+999").number() == -std::numeric_limits<double>::infinity());
    CHECK(parse_python_json("1e-999").number() == 0);
    CHECK(std::isnan(parse_python_json("NaN").number()));
    CHECK(parse_python_json("[-Infinity, Infinity]").items[0].number() < 0);
  }
  TEST_CASE("strings: escapes, pairs of surrogates, halves of one; bare words inside stay words") {
    CHECK(word(R"("a\"\\\/\b\f\n\r\t")") == "a\"\\/\b\f\n\r\t");
    CHECK(word(R"("\u00e9 \u4e2d \ud83d\ude00")") == "é 中 😀");
    CHECK(word(R"("\ud83d")") == "\uFFFD");
    CHECK(word(R"("\ud83d\u0041")") ==
          "\uFFFD"
          "A");
    CHECK(word(R"("NaN, Infinity")") == "NaN, Infinity");
  }
  TEST_CASE("what is not JSON is refused") {
    for (const char* text :
         {"",   " ",    "{",       "[1,]",      "[1 2]",       "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}",
          "01", "1.",   ".5",      "-",         "+1",          "1e",      "nul",      "tru",   "nan",
          "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "[1]]",    "1 1",      "'a'"})
      CHECK_MESSAGE(refused(text), text);
    CHECK(refused(Word(100000, '[')));
    CHECK_FALSE(refused(Word(150, '[') + Word(150, ']')));
  }
  TEST_CASE("words are written in ASCII, as Python writes them; bytes that are not UTF-8 stand for nothing") {
    CHECK(to_json(Value(Word("a\"\\\b\f\n\r\t\x01\x7f"))) == R"("a\"\\\b\f\n\r\t\u0001\u007f")");
    CHECK(to_json(Value(Word("é 中 😀"))) == R"("\u00e9 \u4e2d \ud83d\ude00")");
    for (const char* bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"})
      CHECK_MESSAGE(to_json(Value(Word(bad))).starts_with("\"\\ufffd"), bad);
    for (const char* text : {"", "plain", "é中😀\n\"", "\x7f"}) CHECK(word(to_json(Value(Word(text)))) == text);
  }
}

}  // namespace
}  // namespace hpo::space

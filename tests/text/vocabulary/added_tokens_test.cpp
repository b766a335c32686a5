// Mirrors include/hpo/text/vocabulary/added_tokens.hpp.
#include <hpo/text/vocabulary/added_tokens.hpp>

#include <string>
#include <vector>

#include <hpo/core/error.hpp>
#include "../../check.hpp"

namespace hpo::text {
namespace {
using Parts = std::vector<std::string>;

[[nodiscard]] AddedToken token(const std::string& content, std::int32_t id) {
  AddedToken added;
  added.content = content;
  added.id = id;
  added.special = true;
  return added;
}

[[nodiscard]] Parts split(const std::vector<AddedToken>& tokens, const std::string& text, bool parse_special = true) {
  std::vector<std::pair<std::string, AddedToken>> patterns;
  for (const AddedToken& added : tokens) patterns.emplace_back(added.content, added);
  Parts parts;
  AddedTokenFinder(patterns).split(
      text, parse_special, [&](std::size_t begin, std::size_t end, const AddedToken* found) {
        parts.push_back((found != nullptr ? std::to_string(found->id) + ":" : "") + text.substr(begin, end - begin));
      });
  return parts;
}

TEST_SUITE("text/vocabulary/added_tokens") {
  TEST_CASE("the leftmost is found, and of those the longest") {
    CHECK(split({token("ab", 1), token("abc", 2), token("bcd", 3)}, "xabcd") == Parts{"x", "2:abc", "d"});
    CHECK(split({token("a", 1)}, "aa") == Parts{"1:a", "1:a"});
    CHECK(split({token("[A]", 1)}, "[A") == Parts{"[A"});
    CHECK(split({token("[A]", 1)}, "").empty());
    CHECK(split({token("", 1)}, "x") == Parts{"x"});
    CHECK(split({}, "x") == Parts{"x"});
  }

  TEST_CASE("a single word is not part of one") {
    AddedToken word = token("day", 1);
    word.single_word = true;
    CHECK(split({word}, "day mon\u00e9day day\u00e9 (day)") ==
          Parts{"1:day", " mon\u00e9day day\u00e9 (", "1:day", ")"});
  }

  TEST_CASE("white space that is stripped belongs to the token, once") {
    AddedToken left = token("<m>", 1);
    left.lstrip = true;
    AddedToken both = token("<n>", 2);
    both.lstrip = both.rstrip = true;
    CHECK(split({left}, "a \u3000<m> b") == Parts{"a", "1: \u3000<m>", " b"});
    CHECK(split({left, both}, "a <n>  <m>") == Parts{"a", "2: <n>  ", "1:<m>"});
    CHECK(split({both}, "<n> <n>") == Parts{"2:<n> ", "2:<n>"});
  }

  TEST_CASE("white space that one token takes and another begins with belongs to both") {
    AddedToken both = token("<n>", 2);
    both.lstrip = both.rstrip = true;
    CHECK(split({both, token(" x", 3)}, "<n> x") == Parts{"2:<n> ", "3: x"});
    CHECK(split({both, token(" ", 3)}, "<n> x") == Parts{"2:<n> ", "3: ", "x"});
    AddedToken space = token(" ", 3);
    space.lstrip = true;
    CHECK(split({both, space}, "<n>  x") == Parts{"2:<n>  ", "x"});
  }

  TEST_CASE("special tokens can be left in the text, others not") {
    AddedToken plain = token("<p>", 2);
    plain.special = false;
    CHECK(split({token("<s>", 1), plain}, "<s>a<p>", false) == Parts{"<s>a", "2:<p>"});
  }
}

}  // namespace
}  // namespace hpo::text

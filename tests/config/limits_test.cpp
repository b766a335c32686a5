// Mirrors include/hpo/config/limits.hpp.
#include <hpo/config/document.hpp>
#include <hpo/config/limits.hpp>

#include "../check.hpp"

namespace hpo::config {
namespace {

std::string dotted(int words) {
  std::string key = "a";
  for (int i = 1; i < words; ++i) key += ".a";
  return key;
}

std::string refusal(const std::string& text) {
  return test::refusal<ConfigError>([&] { return Document::parse(text, "c.toml"); });
}

TEST_SUITE("config/limits") {
  TEST_CASE("keys of too many words are refused with their line, in every place where a key may stand") {
    const std::string longest = dotted(longest_key), longer = dotted(longest_key + 1);
    CHECK(refusal(longest + " = 1") == "");
    CHECK(refusal("[" + longest + "]") == "");
    const std::string end = ": TOML: expected keys of at most 16 words, got a longer one";
    CHECK(refusal("x = 1\n" + longer + " = 1") == "c.toml:2" + end);
    CHECK(refusal("[" + longer + "]") == "c.toml:1" + end);
    CHECK(refusal("[[" + longer + "]]") == "c.toml:1" + end);
    CHECK(refusal("x = { y = 1, " + longer + " = 1 }") == "c.toml:1" + end);
    CHECK(refusal("a . 'b.c' . \"d\" . " + dotted(14) + " = 1") == "c.toml:1" + end);
    CHECK(refusal(dotted(500'000) + " = 1").starts_with("c.toml: expected a configuration of at most 256 KiB"));
    CHECK(refusal(dotted(100'000) + " = 1") == "c.toml:1" + end);
  }

  TEST_CASE("dots elsewhere are no words: texts, numbers, comments") {
    const std::string dots(100, '.');
    CHECK(refusal("x = \"" + dots + "\"\ny = '" + dots + "'\n# " + dots) == "");
    CHECK(refusal("x = \"\"\"" + dots + "\n" + dots + "\\\"\"\"\" # \"\ny = '''\n" + dots + "''' # '\n") == "");
    CHECK(refusal("x = \"\\\"" + dots + "\"\ny = \"\"\nz = ''\n") == "");
    std::string numbers = "x = [0.5";
    for (int i = 0; i < 100; ++i) numbers += ", 1.5";
    CHECK(refusal(numbers + "]") == "");
    std::string lines;
    for (int i = 0; i < 100; ++i) lines += concat("a", i, ".b = 1\n");
    CHECK(refusal(lines) == "");
  }

  TEST_CASE("what is not ASCII stands in quotes or in a comment") {
    CHECK(refusal("x = 'na\u00efve' # \uFEFB\n\"\uFEFB\" = \"\"\"\n\uFEFB\"\"\"\"\" # \u00ef\ny = "
                  "\'\'\'\'\u00ef\'\'\'\'\n") == "");
    const std::string end = ": TOML: expected quotes around what is not ASCII, got none";
    CHECK(refusal("\uFEFB = 1") == "c.toml:1" + end);
    CHECK(refusal("x = 1\n[a.\u00ef]") == "c.toml:2" + end);
    CHECK(refusal("x = \"\"\"a\"\"\"\"\u00ef") == "c.toml:1" + end);
    CHECK(refusal("x = 9005-2'\uFEFB'") == "c.toml:1" + end);  // a quote in a bare word opens nothing
    CHECK(refusal("x = \"\"\"\"\"\"\"\"\"\uFEFB\"") == "c.toml:1" + end);
    CHECK(refusal("\xEF\xBB\xBFx = 1") == "");
    const std::string escape = ": TOML: expected an escape for what is not ASCII behind a backslash, got the character";
    CHECK(refusal("x = \"\"\"\\\n  \n\u00c9cole\"\"\"") == "c.toml:3" + escape);
    CHECK(refusal("x = \"\\\u00c9\"") == "c.toml:1" + escape);
    CHECK(refusal("x = \"\"\"\\\n  \\u00C9cole \u00e9 \\\\\u00e9 \\\"\"\"\"") == "");
    CHECK(refusal("x = 'C:\\\u00c9'") == "");  // no escapes in single quotes
    CHECK(refusal("x = \"\\") != "");
    CHECK(refusal("x = \"\"\"\\\n") != "");
  }

  TEST_CASE("values in each other are refused by the TOML library, and a key of --set by its words") {
    CHECK(refusal("x = " + std::string(3000, '[') + std::string(3000, ']')).starts_with("c.toml:1:"));
    Document document = Document::parse("", "c.toml");
    CHECK_THROWS_WITH_AS(document.set("space.\"" + dotted(20) + "\" = 1"),
                         ("--set space.\"" + dotted(20) + "\" = 1: expected a key of at most 16 words, got 21").c_str(),
                         ConfigError);
    CHECK_THROWS_AS(document.set(dotted(2000) + " = 1"), ConfigError);
  }

  TEST_CASE("a text that is no configuration is refused by its size before it is parsed") {
    CHECK(refusal(std::string(largest_text, ' ')) == "");
    CHECK(refusal(std::string(largest_text + 1, ' ')) ==
          "c.toml: expected a configuration of at most 256 KiB, got 262145 bytes");
  }
}

}  // namespace
}  // namespace hpo::config

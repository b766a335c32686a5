// Mirrors include/hpo/config/{place,node,parse,document}.hpp.
#include <hpo/config/document.hpp>

#include <fstream>

#include "../check.hpp"

namespace hpo::config {
namespace {

Document parse(const std::string& text) {
  return Document::parse(text, "x.toml");
}

/// The value at a dotted path, as typed and where.
std::string seen(const Document& document, std::initializer_list<std::string_view> path) {
  const Table* table = &document.root();
  const Node* node = nullptr;
  for (const auto key : path) {
    const Member* member = table == nullptr ? nullptr : find(*table, key);
    if (member == nullptr) return "nothing";
    node = &member->node;
    table = std::get_if<Table>(&node->value);
  }
  return to_string(node->place) + " " + node->text;
}

TEST_SUITE("config/document") {
  TEST_CASE("each value keeps its place and its text as typed") {
    const Document document = parse(
        "[space.optim]\nlr = [1e-3,   1e-5] # fast\nb.c = 1_000\n\"ä ö\" = 'é' # word\nm = [\n  1,\n  2 ]\nt={x=1, y = "
        "-3.5}\n");
    CHECK(seen(document, {"space", "optim", "lr"}) == "x.toml:2:6 [1e-3,   1e-5]");
    CHECK(seen(document, {"space", "optim", "b", "c"}) == "x.toml:3:7 1_000");
    CHECK(seen(document, {"space", "optim", "ä ö"}) == "x.toml:4:9 'é'");
    CHECK(seen(document, {"space", "optim", "m"}) == "x.toml:5:5 [ 1, 2 ]");
    CHECK(seen(document, {"space", "optim", "t"}) == "x.toml:8:3 {x=1, y = -3.5}");
    CHECK(seen(document, {"space", "optim", "t", "y"}) == "x.toml:8:13 -3.5");
    CHECK(seen(document, {"space", "optim"}) == "x.toml:1:1 a table");
  }

  TEST_CASE("a byte order mark and CRLF lines change nothing") {
    const Document document = parse(
        "\xEF\xBB\xBF"
        "a = 1\r\nb = [1,\r\n2]\r\n");
    CHECK(seen(document, {"a"}) == "x.toml:1:5 1");
    CHECK(seen(document, {"b"}) == "x.toml:2:5 [1, 2]");
  }

  TEST_CASE("a long value is shortened, between characters") {
    std::string words = "\"";
    for (int i = 0; i < 50; ++i) words += "é€";
    CHECK(seen(parse("a = " + words + "\""), {"a"}).size() < 210);
    CHECK(seen(parse("a = " + words + "\""), {"a"}).ends_with("é€é ..."));
  }

  TEST_CASE("a syntax error is one line with its position") {
    const auto refusal = [](const std::string& text) -> std::string {
      try {
        (void)parse(text);
      } catch (const ConfigError& error) {
        return error.what();
      }
      return "accepted";
    };
    CHECK(refusal("name = tpe\n") == "x.toml:1:9: TOML: boolean: expected 'true', saw 'tp', in: name = tpe");
    CHECK(refusal("a = 1\na = 2\n") ==
          "x.toml:2:5: TOML: key-value pair: cannot redefine existing integer 'a', in: a = 2");
    CHECK(refusal("[a]\n[b]\n[a]\n") == "x.toml:3:1: TOML: table header: cannot redefine existing table 'a', in: [a]");
    CHECK(refusal("a = \n") == "x.toml:1:5: TOML: key-value pair: expected value, saw '\\n', in: a = ");
    CHECK(refusal("\n[a\n") == "x.toml:2:3: TOML: table header: expected ']', saw '\\n', in: [a");
    for (const std::string bad : {"a = 99999999999999999999", "a = 1e999", "a = 01", "a = \"b\n\"", "a", "a b = 1",
                                  "= 1", "a = 'b' c", "[[a]\n", "[a]\nx = 1\n[a.x]\n", "a = \xff",
                                  "\xff\xfe"
                                  "a",
                                  "a = \"\xc3\"", "a = {b = 1", "a = [1, 2"}) {
      CAPTURE(bad);
      const std::string said = refusal(bad);
      CHECK(said.starts_with("x.toml:"));
      CHECK(said.find('\n') == std::string::npos);
    }
    CHECK(refusal(std::string("a = 1\0", 6)).starts_with("x.toml:1:"));
    CHECK(refusal("") == "accepted");
  }

  TEST_CASE("what cannot be opened is said with the path") {
    const test::TemporaryFolder folder;
    CHECK_THROWS_WITH_AS((void)Document::load(folder / "no.toml"),
                         ((folder / "no.toml").string() + ": cannot be opened: No such file or directory").c_str(),
                         ConfigError);
    CHECK_THROWS_WITH_AS((void)Document::load(folder.path()),
                         (folder.path().string() + ": expected a file, got a folder").c_str(), ConfigError);
    std::ofstream(folder / "a.toml") << "a = 1\n";
    CHECK(seen(Document::load(folder / "a.toml"), {"a"}) == (folder / "a.toml").string() + ":1:5 1");
  }

  TEST_CASE("set replaces a value or adds it, and is its own place") {
    Document document = parse("[study]\ntrials = 3\n[space.optim]\nlr = { low = 1, high = 2 }\n\"a.b\" = 1\n");
    document.set("study.trials=5");
    document.set("study.name=tpe");
    document.set("data.path = /tmp/x.csv");
    document.set("new.list=[1, 'x']");
    CHECK(seen(document, {"study", "trials"}) == "--set study.trials=5 5");
    CHECK(seen(document, {"study", "name"}) == "--set study.name=tpe tpe");
    CHECK(seen(document, {"new", "list"}) == "--set new.list=[1, 'x'] [1, 'x']");
    CHECK(seen(document, {"data", "path"}) == "--set data.path = /tmp/x.csv /tmp/x.csv");
  }

  TEST_CASE("set finds a key however the file spells it") {
    Document document = parse("[space]\n\"optim.lr\" = { low = 1, high = 2 }\nhead.width = 3\n");
    document.set("space.optim.lr.low=0.5");
    CHECK(seen(document, {"space", "optim.lr", "low"}) == "--set space.optim.lr.low=0.5 0.5");
    CHECK(seen(document, {"space", "optim.lr"}) == "--set space.optim.lr.low=0.5 { low = 0.5, high = 2 }");
    document.set("space.optim.lr=7");
    CHECK(seen(document, {"space", "optim.lr"}) == "--set space.optim.lr=7 7");
    document.set("space.\"head.width\"=4");
    CHECK(seen(document, {"space", "head", "width"}) == "--set space.\"head.width\"=4 4");
    CHECK_THROWS_WITH_AS(document.set("space.head.width.low=4"),
                         "--set space.head.width.low=4: width: expected a table, got 4", ConfigError);
    CHECK(find(std::get<Table>(find(document.root(), "space")->node.value), "optim") == nullptr);
  }

  TEST_CASE("what is not TOML is a word") {
    const auto set = [](const std::string& text) {
      Document document = parse("");
      document.set("x=" + text);
      return document.root().front().node.value;
    };
    CHECK(std::get<std::int64_t>(set("12")) == 12);
    CHECK(std::get<std::int64_t>(set(" 12 ")) == 12);
    CHECK(std::get<double>(set("1e-3")) == 1e-3);
    CHECK(std::get<bool>(set("true")));
    CHECK(std::get<std::string>(set("\"12\"")) == "12");
    for (const std::string word : {"tpe", "007", "", "a b", "2026-01-01", "[1", "1\n[y]", "1\ny = 2", "it's"})
      CHECK(std::get<std::string>(set(word)) == word);
    CHECK(std::get<std::string>(set(" /tmp/a b ")) == "/tmp/a b");
  }

  TEST_CASE("set refuses what is no key=value") {
    Document document = parse("");
    for (const char* bad : {"", "x", "=1", "a..b=1", "a b=1", ".a=1", "[a]=1", "a\n=1"}) {
      CAPTURE(bad);
      CHECK_THROWS_AS(document.set(bad), ConfigError);
    }
    CHECK_THROWS_WITH_AS(document.set("trials"), "--set trials: expected key=value with a key such as study.trials",
                         ConfigError);
    CHECK(document.root().empty());
  }
}

}  // namespace
}  // namespace hpo::config

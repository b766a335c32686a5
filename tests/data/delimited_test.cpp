// Mirrors include/hpo/data/delimited.hpp, source_text.hpp and table.hpp.
#include <hpo/data/delimited.hpp>

#include <string>
#include <vector>

#include "../check.hpp"

namespace hpo::data {
namespace {

using Cells = std::vector<std::vector<std::string>>;

struct Read {
  Cells cells;
  std::vector<std::int64_t> lines;
};

Read records(std::string_view text, char delimiter = ',', bool quotes = true) {
  DelimitedRecords source("x.csv", text, delimiter, quotes);
  DelimitedRecords::Record record;
  Read read;
  while (source.next(record)) {
    read.cells.push_back(record.cells);
    read.lines.push_back(record.line);
  }
  return read;
}

/// Writes the bytes as x.csv and reads columns a and b; a message speaks of "x.csv", without the folder.
Table table(const std::string& bytes, std::int64_t limit = 0, const std::string& second = "b") {
  const test::TemporaryFolder folder;
  AtomicFile::write(folder / "x.csv", bytes);
  try {
    return read_delimited(folder / "x.csv", ',', true, {{"data.text", "a"}, {"data.label", second}}, limit);
  } catch (const DataError& error) {
    throw DataError(std::string(error.what()).substr(folder.path().string().size() + 1));
  }
}

TEST_SUITE("data/delimited") {
  TEST_CASE("cells: quotes, doubled quotes, delimiters and line ends inside quotes") {
    CHECK(records("a,b\n1,2\n").cells == Cells{{"a", "b"}, {"1", "2"}});
    CHECK(records("\"a,b\",\"say \"\"no\"\"\"\n").cells == Cells{{"a,b", "say \"no\""}});
    CHECK(records("\"one\ntwo\r\nthree\",x\ny,z").cells == Cells{{"one\ntwo\r\nthree", "x"}, {"y", "z"}});
    CHECK(records(",\n\"\",\n").cells == Cells{{"", ""}, {"", ""}});
    CHECK(records("\"\"\"\"").cells == Cells{{"\""}});
  }
  TEST_CASE("cells: CRLF, a last line without end, empty lines, a lone CR is an ordinary character") {
    CHECK(records("a,b\r\n1,2\r\n").cells == Cells{{"a", "b"}, {"1", "2"}});
    CHECK(records("a,b\r\n\r\n\n1,2").cells == Cells{{"a", "b"}, {"1", "2"}});
    CHECK(records("a\rb,c\n").cells == Cells{{"a\rb", "c"}});
    CHECK(records("a,\"b\"\r\nc,d\r\n").cells == Cells{{"a", "b"}, {"c", "d"}});
  }
  TEST_CASE("a quote in the middle of a cell is an ordinary character") {
    CHECK(records("5\" disk,ok\n").cells == Cells{{"5\" disk", "ok"}});
    CHECK(records("\"open,ok\n", ',', false).cells == Cells{{"\"open", "ok"}});
  }
  TEST_CASE("tabs separate a TSV") {
    CHECK(records("a,b\tc\n\"x\ty\"\tz\n", '\t').cells == Cells{{"a,b", "c"}, {"x\ty", "z"}});
  }
  TEST_CASE("lines are those where records begin") {
    CHECK(records("a\n\"1\n2\n3\"\n\n\nb\r\n\"x\r\ny\"\r\nc").lines == std::vector<std::int64_t>{1, 2, 7, 8, 10});
  }
  TEST_CASE("what can be read in two ways is refused with its line") {
    CHECK_THROWS_WITH_AS(
        records("a,b\n1,\"2\n3,4\n"),
        "x.csv:2: expected a closing quote, got the end of the file; if quotes are ordinary characters in "
        "this file, set data.quotes = false",
        DataError);
    CHECK_THROWS_WITH_AS(
        records("a\n\"1\n2\" more,b\n"),
        "x.csv:3: expected a delimiter or the end of the line after a closing quote, got more text; double "
        "the quotes inside a cell, or set data.quotes = false",
        DataError);
  }
  TEST_CASE("a table holds the wanted columns in the order asked for") {
    const Table read = table("b,z,a\n1,-,one\n2,-,\"two\nlines\"\n3,-,three\n");
    REQUIRE(read.rows.size() == 3);
    CHECK(read.rows[1].cells == std::vector<std::string>{"two\nlines", "2"});
    CHECK(read.rows[2].line == 5);
    CHECK(read.rows[2].number == 3);
    CHECK(read.place(read.rows[2], 1).ends_with("x.csv:5: data.label: row 3"));
    CHECK(table("a,b\n1,2\n3,4\n5,6\n", 2).rows.size() == 2);
  }
  TEST_CASE("a byte order mark does not become part of the first column's name") {
    CHECK(table("\xEF\xBB\xBF"
                "a,b\n1,2\n")
              .rows.size() == 1);
  }
  TEST_CASE("a cell of 10 MB is read whole") {
    const std::string cell(10'000'000, 'x');
    CHECK(table("a,b\n\"" + cell + "\",2\n").rows[0].cells[0] == cell);
  }
  TEST_CASE("a cell beyond the limit is refused with its line") {
    CHECK_THROWS_WITH_AS(table("a,b\n1,2\n" + std::string(largest_cell + 1, 'x') + ",2\n"),
                         "x.csv:3: expected a cell of at most 64 MiB, got 67108865 bytes", DataError);
  }
  TEST_CASE("files that are no table are refused, saying where and why") {
    CHECK_THROWS_WITH_AS(table(""), "x.csv: expected data, got an empty file", DataError);
    CHECK_THROWS_WITH_AS(table(" \r\n\n"), "x.csv: expected data, got an empty file", DataError);
    CHECK_THROWS_WITH_AS(table("a,b\n"), "x.csv: expected at least one row, got only a header", DataError);
    CHECK_THROWS_WITH_AS(table("a,b\n1,2\n1,2,3\n"), "x.csv:3: expected 2 cells as in the header, got 3", DataError);
    CHECK_THROWS_WITH_AS(table("a,b\n1,2\n\"1\n\"\n"), "x.csv:3: expected 2 cells as in the header, got 1", DataError);
    CHECK_THROWS_WITH_AS(
        table("a,lable\n1,2\n", 0, "label"),
        "x.csv:1: data.label: expected a column 'label', got none; did you mean 'lable'?; known: a, lable", DataError);
    CHECK_THROWS_WITH_AS(table("a,b,b\n1,2,3\n"), "x.csv:1: data.label: expected one column 'b', got several",
                         DataError);
  }
  TEST_CASE("bytes that are no text are refused, saying where") {
    CHECK_THROWS_WITH_AS(
        table("a,b\n1,2\ncaf\xE9,2\n"),
        "x.csv:3: expected UTF-8, got the byte 0xE9; if the file is Latin-1, convert it: iconv -f LATIN1 -t "
        "UTF-8",
        DataError);
    CHECK_THROWS_WITH_AS(table(std::string("a,b\n1,\0\n", 9)),
                         "x.csv:2: expected text, got a NUL byte; the file is binary, UTF-16 or damaged", DataError);
    CHECK_THROWS_WITH_AS(table(std::string("\xFF\xFE"
                                           "a\0,\0",
                                           6)),
                         "x.csv:1: expected UTF-8, got UTF-16; convert it: iconv -f UTF-16 -t UTF-8", DataError);
    CHECK(table("a,b\ncaf\xC3\xA9 \xF0\x9F\x98\x80,2\n").rows.size() == 1);
  }
  TEST_CASE("a file that is not there, and a folder") {
    CHECK_THROWS_WITH_AS((void)read_source_text("/nowhere/x.csv"),
                         "/nowhere/x.csv: cannot be opened: No such file or directory", DataError);
    CHECK_THROWS_WITH_AS((void)read_source_text("/"), "/: expected a file, got a folder", DataError);
  }
}
}  // namespace
}  // namespace hpo::data

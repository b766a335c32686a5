#pragma once
/// \file  CSV and TSV, read strictly: a file that could be read in two ways is refused.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/data/source_text.hpp>
#include <hpo/data/table.hpp>

namespace hpo::data {

/// The most bytes a cell may have: more is a quote that was never closed, or not a table.
inline constexpr std::size_t largest_cell = std::size_t{64} << 20;

/// Cuts checked text into records, one at a time.
///
/// Lines end in LF or CRLF. A cell that begins with `"` goes on to the next lone `"`, over delimiters and line ends;
/// `""` in it stands for one `"`. Anywhere else a `"` is an ordinary character. Empty lines are skipped. With `quotes`
/// false, `"` is always ordinary.
///
/// Errors   DataError with file and line: a quote that is never closed, characters after a closing quote, a cell of
///          more than `largest_cell` bytes.
/// Source   RFC 4180, loosened as said above.
class DelimitedRecords {
 public:
  struct Record {
    std::int64_t line = 1;  ///< where it begins
    std::vector<std::string> cells;
  };

  /// `text` must outlive the object.
  DelimitedRecords(std::filesystem::path path, std::string_view text, char delimiter, bool quotes)
      : path_(std::move(path)), text_(text), delimiter_(delimiter), quotes_(quotes) {}

  /// Reads the next record into `record`. False at the end of the text.
  bool next(Record& record) {
    while (at_line_end()) skip_line_end();
    if (at_ >= text_.size()) return false;
    record.line = line_;
    record.cells.clear();
    for (;;) {
      const std::int64_t begin = line_;
      record.cells.push_back(quotes_ && peek('"') ? quoted_cell() : plain_cell());
      require<DataError>(record.cells.back().size() <= largest_cell, path_, ":", begin, ": expected a cell of at most ",
                         largest_cell >> 20, " MiB, got ", record.cells.back().size(), " bytes");
      if (!peek(delimiter_)) break;
      ++at_;
    }
    skip_line_end();
    return true;
  }

 private:
  [[nodiscard]] bool peek(char c) const { return at_ < text_.size() && text_[at_] == c; }
  [[nodiscard]] bool at_line_end() const {
    return peek('\n') || (peek('\r') && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
  }

  void skip_line_end() {
    if (at_ >= text_.size()) return;
    if (text_[at_] == '\r') ++at_;
    ++at_;
    ++line_;
  }

  std::string plain_cell() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != delimiter_ && !at_line_end()) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted_cell() {
    const std::int64_t begin = line_;
    std::string cell;
    for (;;) {
      const std::size_t quote = text_.find('"', ++at_);
      require<DataError>(
          quote != std::string_view::npos, path_, ":", begin,
          ": expected a closing quote, got the end of the file; if quotes are ordinary characters in this "
          "file, set data.quotes = false");
      const std::string_view piece = text_.substr(at_, quote - at_);
      line_ += std::count(piece.begin(), piece.end(), '\n');
      cell += piece;
      at_ = quote + 1;
      if (!peek('"')) break;
      cell += '"';
    }
    require<DataError>(at_ >= text_.size() || peek(delimiter_) || at_line_end(), path_, ":", line_,
                       ": expected a delimiter or the end of the line after a closing quote, got more text; double the "
                       "quotes inside a cell, or set data.quotes = false");
    return cell;
  }

  std::filesystem::path path_;
  std::string_view text_;
  char delimiter_;
  bool quotes_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

/// Reads the wanted columns of a delimited file with a header line; at most `limit` rows if it is not 0.
/// Errors   DataError with file and line: as read_source_text() and DelimitedRecords say, a missing column, a row with
///          more or fewer cells than the header, no rows.
[[nodiscard]] inline Table read_delimited(const std::filesystem::path& path, char delimiter, bool quotes,
                                          std::vector<WantedColumn> wanted, std::int64_t limit) {
  const std::string text = read_source_text(path);
  DelimitedRecords records(path, text, delimiter, quotes);
  DelimitedRecords::Record record;
  records.next(record);  // there is one: the text is not empty
  const std::size_t width = record.cells.size();
  const auto at = detail::positions(path, wanted, record.cells);

  Table table{path, std::move(wanted), {}, {}};
  for (const std::size_t position : at) table.present.push_back(position != detail::absent);
  while ((limit == 0 || std::ssize(table.rows) < limit) && records.next(record)) {
    require<DataError>(record.cells.size() == width, path, ":", record.line, ": expected ", width,
                       " cells as in the header, got ", record.cells.size());
    TableRow row{std::ssize(table.rows) + 1, record.line, {}};
    for (const std::size_t position : at)
      row.cells.push_back(position == detail::absent ? std::string() : record.cells[position]);
    table.rows.push_back(std::move(row));
  }
  require<DataError>(!table.rows.empty(), path, ": expected at least one row, got only a header");
  return table;
}

}  // namespace hpo::data

#pragma once
/// \file  JSON lines: one object a line.
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

#include <range/v3/view/enumerate.hpp>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/data/json_text.hpp>
#include <hpo/data/source_text.hpp>
#include <hpo/data/table.hpp>

namespace hpo::data {

namespace detail {
inline TableRow json_row(const std::filesystem::path& path, std::int64_t line, std::int64_t number,
                         const std::vector<WantedColumn>& wanted, std::string_view text, std::vector<bool>& present) {
  const Json object = parse_json(path, line, text);
  require<DataError>(object.is_object(), path, ":", line, ": expected an object, got ", object.type_name());
  TableRow row{number, line, {}};
  for (const auto& [i, column] : ranges::views::enumerate(wanted)) {
    const auto found = column.name.empty() ? object.end() : object.find(column.name);
    if (found == object.end()) {
      std::vector<std::string> keys;
      for (const auto& item : object.items()) keys.push_back(item.key());
      require<DataError>(!column.required, path, ":", line, ": ", column.key, ": expected a key '", column.name,
                         "', got none", known_names(column.name, keys));
      row.cells.emplace_back();
      continue;
    }
    present[i] = true;
    row.cells.push_back(json_cell(*found, concat(path, ":", line, ": ", column.key)));
  }
  return row;
}
}  // namespace detail

/// Reads the wanted keys of a file with one JSON object a line; at most `limit` rows if it is not 0. Empty lines are
/// skipped; null counts as an empty cell.
/// Errors   DataError with file and line: as read_source_text() says, a line that is no JSON object, a missing key, a
///          value that is an array or object.
[[nodiscard]] inline Table read_json_lines(const std::filesystem::path& path, std::vector<WantedColumn> wanted,
                                           std::int64_t limit) {
  const std::string text = read_source_text(path);
  Table table{path, std::move(wanted), {}, {}};
  table.present.resize(table.columns.size());
  std::int64_t line = 1;
  for (std::size_t begin = 0; begin < text.size() && (limit == 0 || std::ssize(table.rows) < limit); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view object = std::string_view(text).substr(begin, end - begin);
    if (object.find_first_not_of(" \t\r") != std::string_view::npos)
      table.rows.push_back(
          detail::json_row(path, line, std::ssize(table.rows) + 1, table.columns, object, table.present));
    begin = end + 1;
  }
  return table;
}

}  // namespace hpo::data

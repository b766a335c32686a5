#pragma once
/// \file  Rows of named columns, whatever file they came from.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>

namespace hpo::data {

/// A column that a reader asks for. `key` is the configuration key that names it, for messages. The columns of an empty
/// name are not asked for; a column that is not `required` may be missing from the file.
struct WantedColumn {
  std::string key;
  std::string name;
  bool required = true;
};

struct TableRow {
  std::int64_t number = 0;         ///< 1-based, the header not counted
  std::int64_t line = 0;           ///< where the row begins in the file
  std::vector<std::string> cells;  ///< one for each wanted column; empty where the file has none
};

/// The wanted columns of a file.
struct Table {
  std::filesystem::path path;
  std::vector<WantedColumn> columns;
  std::vector<bool> present;  ///< which columns the file has
  std::vector<TableRow> rows;

  /// "data/train.csv:17: data.label: row 16": the front of a message about a cell.
  [[nodiscard]] std::string place(const TableRow& row, std::size_t column) const {
    return concat(path, ":", row.line, ": ", columns[column].key, ": row ", row.number);
  }
};

namespace detail {
/// The position of each wanted column in a header; `absent` if it has none and needs none.
/// Errors   DataError naming the columns that there are.
inline constexpr std::size_t absent = static_cast<std::size_t>(-1);

inline std::vector<std::size_t> positions(const std::filesystem::path& path, const std::vector<WantedColumn>& wanted,
                                          const std::vector<std::string>& header) {
  std::vector<std::size_t> at;
  for (const auto& column : wanted) {
    const auto found = std::ranges::find(header, column.name);
    const bool there = !column.name.empty() && found != header.end();
    require<DataError>(there || !column.required, path, ":1: ", column.key, ": expected a column '", column.name,
                       "', got none", known_names(column.name, header));
    require<DataError>(!there || std::find(found + 1, header.end(), column.name) == header.end(), path,
                       ":1: ", column.key, ": expected one column '", column.name, "', got several");
    at.push_back(there ? static_cast<std::size_t>(found - header.begin()) : absent);
  }
  return at;
}
}  // namespace detail

}  // namespace hpo::data

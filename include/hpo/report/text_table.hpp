#pragma once
/// \file  Text in columns.
/// Layer `report`, tier 0.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <range/v3/view/zip.hpp>

#include <hpo/report/display_width.hpp>

namespace hpo::report {

/// Rows of clean cells; the first row is the head. Columns are as wide as their widest cell and two blanks apart.
[[nodiscard]] inline std::string text_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (auto [width, cell] : ranges::views::zip(widths, row)) width = std::max(width, display_width(cell));
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - display_width(row[i]) + 2, ' ');
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += "\n";
  }
  return out;
}

/// Every line of a text moved to the right.
[[nodiscard]] inline std::string indented(std::string_view text, std::size_t columns) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) out.append(columns, ' ').append(text.substr(0, end));
    out += "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace hpo::report

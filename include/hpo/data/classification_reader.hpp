#pragma once
/// \file  Texts and their classes from a file.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <range/v3/view/take.hpp>
#include <range/v3/view/transform.hpp>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/data/table.hpp>
#include <hpo/data/whole_number.hpp>

namespace hpo::data {

struct ClassificationFile {
  LabelSet labels;
  std::vector<ClassificationExample> examples;
};

namespace detail {
enum ClassificationColumn : std::size_t { text_column, pair_column, label_column, group_column, id_column };

/// Whole numbers in their own order (2 before 10), names in that of their bytes.
inline bool label_less(const std::string& a, const std::string& b) {
  const auto x = whole_number(a), y = whole_number(b);
  if (x && y && *x != *y) return *x < *y;
  return x.has_value() != y.has_value() ? x.has_value() : a < b;
}

inline LabelSet declared_labels(const std::vector<std::string>& classes) {
  const std::set<std::string> different(classes.begin(), classes.end());
  require<ConfigError>(different.size() >= 2 && different.size() == classes.size() && !different.contains(""),
                       "data.classes: expected two or more different names, got ", join(classes));
  return {classes};
}

inline LabelSet inferred_labels(const Table& table) {
  std::set<std::string, decltype(&label_less)> names(&label_less);
  for (const auto& row : table.rows)
    if (!row.cells[label_column].empty()) names.insert(row.cells[label_column]);
  require<DataError>(names.size() >= 2, table.path, ": data.label: expected two or more classes in column '",
                     table.columns[label_column].name, "', got ",
                     names.empty() ? "none" : "only '" + *names.begin() + "'");
  return {{names.begin(), names.end()}};
}

inline void check_labels(const Table& table, const LabelSet& labels, Labels use) {
  std::vector<const TableRow*> bad;
  for (const auto& row : table.rows) {
    const std::string& name = row.cells[label_column];
    if (!labels.find(name) && !(name.empty() && use == Labels::optional)) bad.push_back(&row);
  }
  if (bad.empty()) return;
  std::string rows = join(bad | ranges::views::take(10) |
                          ranges::views::transform([](const TableRow* row) { return std::to_string(row->number); }));
  if (bad.size() > 10) rows += ", ...";
  const std::string& name = bad[0]->cells[label_column];
  fail<DataError>(
      table.place(*bad[0], label_column), ": expected a known class, got ",
      name.empty() ? "an empty cell; known: " + join(labels.names) : "'" + name + "'" + known_names(name, labels.names),
      "; such rows: ", bad.size(), " (", rows, ")");
}
}  // namespace detail

/// Reads a file of texts. The classes are `known` if given, else the declared ones, else those of the file, sorted
/// (whole numbers by value). With Labels::optional, a missing label column or an empty label gives the label -1.
///
/// Errors   DataError with file, line and row: as read_table() says, an empty text, a label that is no class (all such
///          rows are counted and the first named), fewer than two classes. ConfigError for `classes` that repeat.
[[nodiscard]] inline ClassificationFile read_classification(const std::filesystem::path& path,
                                                            const SourceOptions& source,
                                                            const ClassificationColumns& columns,
                                                            const std::optional<LabelSet>& known = std::nullopt,
                                                            Labels use = Labels::required) {
  Table table = read_table(path, source,
                           {{"data.text", columns.text},
                            {"data.pair", columns.pair, !columns.pair.empty()},
                            {"data.label", columns.label, use == Labels::required},
                            {"data.group", columns.group, !columns.group.empty() && use == Labels::required},
                            {"data.id", columns.id, !columns.id.empty()}});
  ClassificationFile file;
  if (known)
    file.labels = *known;
  else
    file.labels = columns.classes.empty() ? detail::inferred_labels(table) : detail::declared_labels(columns.classes);
  detail::check_labels(table, file.labels, use);

  file.examples.reserve(table.rows.size());
  for (auto& row : table.rows) {
    auto& cells = row.cells;
    require<DataError>(cells[detail::text_column].find_first_not_of(" \t\r\n") != std::string::npos,
                       table.place(row, detail::text_column), ": expected text, got an empty cell");
    file.examples.push_back(
        {.text = std::move(cells[detail::text_column]),
         .pair = columns.pair.empty() ? std::nullopt : std::optional(std::move(cells[detail::pair_column])),
         .label = file.labels.find(cells[detail::label_column]).value_or(-1),
         .group = std::move(cells[detail::group_column]),
         .row = row.number,
         .id = std::move(cells[detail::id_column])});
  }
  return file;
}

}  // namespace hpo::data

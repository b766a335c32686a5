#pragma once
/// \file  Contexts, questions and answers from a table.
/// Layer `data`, tier 0.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/data/answer_alignment.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/data/squad.hpp>
#include <hpo/data/table.hpp>
#include <hpo/data/whole_number.hpp>

namespace hpo::data {

namespace detail {
enum SpanColumn : std::size_t {
  context_column,
  question_column,
  answer_column,
  start_column,
  end_column,
  span_group_column,
  span_id_column
};

inline std::optional<std::int64_t> position_cell(const Table& table, const TableRow& row, std::size_t column) {
  const std::string& cell = row.cells[column];
  if (cell.empty()) return std::nullopt;
  const auto position = whole_number(cell);
  require<DataError>(position.has_value(), table.place(row, column), ": expected a whole number, got '", cell, "'");
  return position;
}

inline Table span_table(const std::filesystem::path& path, const SourceOptions& source, const SpanColumns& columns,
                        Labels use) {
  require<ConfigError>(!columns.answer.empty() || (!columns.start.empty() && !columns.end.empty()),
                       "data.answer: expected a column, or columns in data.start and data.end, got none");
  const bool labelled = use == Labels::required;
  return read_table(path, source,
                    {{"data.context", columns.context},
                     {"data.question", columns.question, !columns.question.empty()},
                     {"data.answer", columns.answer, labelled && !columns.answer.empty()},
                     {"data.start", columns.start, labelled && !columns.start.empty()},
                     {"data.end", columns.end, labelled && !columns.end.empty()},
                     {"data.group", columns.group, labelled && !columns.group.empty()},
                     {"data.id", columns.id, !columns.id.empty()}});
}

inline SpanFile read_span_table(const std::filesystem::path& path, const SourceOptions& source,
                                const SpanColumns& columns, Labels use) {
  Table table = span_table(path, source, columns, use);
  SpanFile file;
  file.labelled = table.present[answer_column] || (table.present[start_column] && table.present[end_column]);
  for (auto& row : table.rows) {
    auto& cells = row.cells;
    require<DataError>(cells[context_column].find_first_not_of(" \t\r\n") != std::string::npos,
                       table.place(row, context_column), ": expected text, got an empty cell");
    const StatedAnswer stated{std::move(cells[answer_column]), position_cell(table, row, start_column),
                              position_cell(table, row, end_column)};
    SpanExample example{
        .id = columns.id.empty() ? std::to_string(row.number) : std::move(cells[span_id_column]),
        .context = std::move(cells[context_column]),
        .question = columns.question.empty() ? std::nullopt : std::optional(std::move(cells[question_column])),
        .group = std::move(cells[span_group_column]),
        .row = row.number};
    const auto answers = stated.none() ? std::vector<StatedAnswer>() : std::vector<StatedAnswer>{stated};
    if (!file.labelled || align(example, answers, columns.unaligned, table.place(row, answer_column), file.report))
      file.examples.push_back(std::move(example));
  }
  return file;
}
}  // namespace detail

/// Reads a file of contexts and answers: a table, or SQuAD's layout. An empty answer says that the context
/// holds none. With Labels::optional the columns of the answer may be missing; the examples then have
/// neither answers nor `impossible`.
///
/// Errors   DataError with file, line and row: as read_table() and read_squad() say, an empty context, a start that is
///          no number; under UnalignedPolicy::error an answer that does not fit; no row left. ConfigError if neither an
///          answer column nor start and end columns are named.
[[nodiscard]] inline SpanFile read_spans(const std::filesystem::path& path, const SourceOptions& source,
                                         const SpanColumns& columns, Labels use = Labels::required) {
  const bool squad = format_of(path, source.format) == FileFormat::squad;
  SpanFile file = squad ? read_squad(path, source, columns, use) : detail::read_span_table(path, source, columns, use);
  require<DataError>(!file.examples.empty(), path,
                     ": data.unaligned: expected a row whose answer fits, got none: ", file.report.summary());
  return file;
}

}  // namespace hpo::data

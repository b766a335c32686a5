#pragma once
/// \file  A table from a file of any format that holds one.
/// Layer `data`, tier 0.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/data/delimited.hpp>
#include <hpo/data/json_lines.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/table.hpp>

namespace hpo::data {

/// Whether rows must say what is to be learnt, or may be without it (prediction).
enum class Labels { required, optional };

/// The format that a file's name says, unless `stated` does.
/// Errors   ConfigError if neither says one.
[[nodiscard]] inline FileFormat format_of(const std::filesystem::path& path, FileFormat stated) {
  if (stated != FileFormat::by_name) return stated;
  const std::string end = path.extension().string();
  if (end == ".csv") return FileFormat::csv;
  if (end == ".tsv" || end == ".tab") return FileFormat::tsv;
  if (end == ".jsonl" || end == ".ndjson") return FileFormat::jsonl;
  if (end == ".json") return FileFormat::squad;
  fail<ConfigError>(path, ": data.format: expected a name that ends in .csv, .tsv, .jsonl or .json, got '", end,
                    "'; known: csv, tsv, jsonl, squad");
}

/// Reads the wanted columns.
/// Errors   DataError with file and line; ConfigError if the format holds no table.
[[nodiscard]] inline Table read_table(const std::filesystem::path& path, const SourceOptions& source,
                                      std::vector<WantedColumn> wanted) {
  switch (format_of(path, source.format)) {
    case FileFormat::csv:
      return read_delimited(path, ',', source.quotes, std::move(wanted), source.limit);
    case FileFormat::tsv:
      return read_delimited(path, '\t', source.quotes, std::move(wanted), source.limit);
    case FileFormat::jsonl:
      return read_json_lines(path, std::move(wanted), source.limit);
    case FileFormat::squad:
    case FileFormat::by_name:
      break;
  }
  fail<ConfigError>(path, ": data.format: expected csv, tsv or jsonl, got SQuAD's layout, which holds no labels");
}

}  // namespace hpo::data

#pragma once
/// \file  A file of predictions: CSV, TSV or JSON lines, by its name.
/// Layer `agent`. No torch.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <range/v3/view/zip.hpp>

#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/json.hpp>

namespace hpo::agent {

/// Collects rows and writes them at once, so that a file is whole or not there.
class PredictionFile {
 public:
  /// Errors   UsageError for a name that is not .csv, .tsv or .jsonl.
  PredictionFile(std::filesystem::path path, std::vector<std::string> columns)
      : path_(std::move(path)), columns_(std::move(columns)) {
    const std::string end = path_.extension().string();
    require<UsageError>(end == ".csv" || end == ".tsv" || end == ".jsonl", path_,
                        ": expected a name that ends in .csv, .tsv or .jsonl, got '", end, "'");
    separator_ = end == ".csv" ? "," : end == ".tsv" ? "\t" : "";
    if (!separator_.empty()) {
      for (std::size_t i = 0; i < columns_.size(); ++i) text_ += (i == 0 ? "" : separator_) + columns_[i];
      text_ += '\n';
    }
  }

  /// One value a column, and what only JSON lines can hold.
  void add(const std::vector<Json>& values, const Json& more) {
    if (separator_.empty()) {
      Json row = Json::object();
      for (const auto& [column, value] : ranges::views::zip(columns_, values)) row[column] = value;
      row.update(more);
      text_ += row.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
      return;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) text_ += (i == 0 ? "" : separator_) + cell(values[i]);
    text_ += '\n';
  }

  /// Errors   DataError with the system's reason.
  void write() const { AtomicFile::write<DataError>(path_, text_); }

 private:
  [[nodiscard]] static std::string cell(const Json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
    if (text.find_first_of("\",\t\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
  }

  std::filesystem::path path_;
  std::vector<std::string> columns_;
  std::string separator_, text_;
};

}  // namespace hpo::agent

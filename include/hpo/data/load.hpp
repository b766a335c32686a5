#pragma once
/// \file  From the [data] section to examples and a split.
/// Layer `data`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/data/answer_alignment.hpp>
#include <hpo/data/classification_reader.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/span_reader.hpp>
#include <hpo/data/split.hpp>

namespace hpo::data {

/// All rows of all files, and which of them train.
struct ClassificationData {
  LabelSet labels = {};
  std::vector<ClassificationExample> examples = {};
  Split split = {};
};

struct SpanData {
  std::vector<SpanExample> examples = {};
  Split split = {};
  AlignmentReport report = {};  ///< of all files together; say it to the user
};

namespace detail {
/// The split options that are left once files of their own have taken parts.
inline SplitOptions without_files(SplitOptions split, const SourceOptions& source) {
  require<ConfigError>(source.valid.empty() || split.folds == 0,
                       "data.folds: expected 0 beside a file in data.valid, got ", split.folds);
  if (!source.valid.empty()) split.valid_fraction = 0.0;
  if (!source.test.empty()) split.test_fraction = 0.0;
  return split;
}

template <class Example>
std::vector<std::string> groups_of(std::span<const Example> examples, bool grouped) {
  std::vector<std::string> groups;
  if (!grouped) return groups;
  for (const auto& example : examples) groups.push_back(example.group);
  return groups;
}

/// Adds the rows of a file of its own behind those of `train`, as the given part.
template <class Example>
void append_part(std::vector<Example>& examples, std::vector<Example> more, std::vector<std::size_t>& part,
                 bool grouped, const std::string& path) {
  std::set<std::string> seen;
  for (const auto& example : examples) seen.insert(example.group);
  for (const auto& example : more) {
    require<DataError>(!grouped || !seen.contains(example.group), path, ": data.group: row ", example.row,
                       ": expected a group that no other file has, got '", example.group, "'");
    part.push_back(examples.size() + static_cast<std::size_t>(&example - more.data()));
  }
  std::ranges::move(more, std::back_inserter(examples));
}
}  // namespace detail

/// Reads and splits. The classes are the declared ones, or those of `train`; a class that only
/// another file has is refused.
///
/// Errors   as read_classification() and split_rows() say; DataError for a group that has rows in two files.
[[nodiscard]] inline ClassificationData load_classification(const ClassificationDataOptions& options,
                                                            std::int64_t seed) {
  const auto& [source, columns, split] = options;
  const bool grouped = !columns.group.empty();
  const SplitOptions rest = detail::without_files(split, source);
  ClassificationFile train = read_classification(source.train, source, columns);
  ClassificationData data{std::move(train.labels), std::move(train.examples), {}};

  std::vector<std::int32_t> strata;
  for (const auto& example : data.examples) strata.push_back(example.label);
  const auto groups = detail::groups_of(std::span<const ClassificationExample>(data.examples), grouped);
  data.split = split_rows(data.examples.size(), strata, groups, rest, seed);
  const auto add = [&](const std::string& path, std::vector<std::size_t>& part) {
    if (path.empty()) return;
    auto more = read_classification(path, source, columns, data.labels).examples;
    detail::append_part(data.examples, std::move(more), part, grouped, path);
  };
  add(source.valid, data.split.valid);
  add(source.test, data.split.test);
  return data;
}

/// Reads, aligns and splits. Stratified by whether there is an answer.
///
/// Errors   as read_spans() and split_rows() say; DataError for a group that has rows in two files.
[[nodiscard]] inline SpanData load_spans(const SpanDataOptions& options, std::int64_t seed) {
  const auto& [source, columns, split] = options;
  const bool grouped = !columns.group.empty();
  const SplitOptions rest = detail::without_files(split, source);
  SpanFile train = read_spans(source.train, source, columns);
  SpanData data{std::move(train.examples), {}, std::move(train.report)};

  std::vector<std::int32_t> strata;
  for (const auto& example : data.examples) strata.push_back(example.impossible ? 1 : 0);
  const auto groups = detail::groups_of(std::span<const SpanExample>(data.examples), grouped);
  data.split = split_rows(data.examples.size(), strata, groups, rest, seed);
  const auto add = [&](const std::string& path, std::vector<std::size_t>& part) {
    if (path.empty()) return;
    SpanFile file = read_spans(path, source, columns);
    detail::append_part(data.examples, std::move(file.examples), part, grouped, path);
    data.report.add(std::move(file.report));
  };
  add(source.valid, data.split.valid);
  add(source.test, data.split.test);
  return data;
}

}  // namespace hpo::data

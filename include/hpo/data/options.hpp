#pragma once
/// \file  The [data] section: which files, which columns, which rows train.
/// Layer `data`, tier 0.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/describe.hpp>

namespace hpo::data {

enum class FileFormat { by_name, csv, tsv, jsonl, squad };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, FileFormat>, 5> enum_names(FileFormat) {
  return {{{"auto", FileFormat::by_name},
           {"csv", FileFormat::csv},
           {"tsv", FileFormat::tsv},
           {"jsonl", FileFormat::jsonl},
           {"squad", FileFormat::squad}}};
}

/// What becomes of a row whose answer is not where it should be. There is no policy that guesses.
enum class UnalignedPolicy { drop, unanswerable, error };

[[nodiscard]] constexpr std::array<std::pair<std::string_view, UnalignedPolicy>, 3> enum_names(UnalignedPolicy) {
  return {{{"drop", UnalignedPolicy::drop},
           {"unanswerable", UnalignedPolicy::unanswerable},
           {"error", UnalignedPolicy::error}}};
}

/// The files and how they are read.
struct SourceOptions {
  std::string train = {};
  std::string valid = {};
  std::string test = {};
  FileFormat format = FileFormat::by_name;
  bool quotes = true;
  std::int64_t limit = 0;
};

template <class Visitor>
void describe(Visitor& v, SourceOptions& o) {
  v.field("train", o.train, "file to learn from: .csv, .tsv, .jsonl, or .json in SQuAD's layout (span extraction)",
          not_empty);
  v.field("valid", o.valid, "file to choose by; empty: a part of `train`");
  v.field("test", o.test, "file to report on once, at the end; empty: a part of `train`, or none");
  v.field("format", o.format, "auto goes by the file's name");
  v.field("quotes", o.quotes, "CSV and TSV: a cell may stand in double quotes; false: they are ordinary characters");
  v.field("limit", o.limit, "read only so many rows of each file; 0: all", at_least<std::int64_t>(0));
}

/// How the rows of `train` are parted.
struct SplitOptions {
  double valid_fraction = 0.2;
  double test_fraction = 0.0;
  bool stratify = true;
  std::int64_t folds = 0;
  std::int64_t fold = 0;
  std::optional<std::int64_t> split_seed = {};
};

template <class Visitor>
void describe(Visitor& v, SplitOptions& o) {
  v.field("valid_fraction", o.valid_fraction, "part of `train` to choose by, if `valid` is empty and folds is 0",
          between(0.0, 1.0));
  v.field("test_fraction", o.test_fraction, "part of `train` to report on, if `test` is empty", between(0.0, 1.0));
  v.field("stratify", o.stratify, "every part has its share of every class (span extraction: of unanswerable rows)");
  v.field("folds", o.folds, "cross-validation: `train` in so many parts, one of which validates; 0: none",
          at_least<std::int64_t>(0));
  v.field("fold", o.fold, "which part validates: 0 to folds - 1", at_least<std::int64_t>(0));
  v.field("split_seed", o.split_seed, "seeds the split; not given: the study's seed", at_least<std::int64_t>(0));
}

struct ClassificationColumns {
  std::string text = "text";
  std::string pair = {};
  std::string label = "label";
  std::string group = {};
  std::string id = {};
  std::vector<std::string> classes = {};
};

template <class Visitor>
void describe(Visitor& v, ClassificationColumns& o) {
  v.field("text", o.text, "column of the text", not_empty);
  v.field("pair", o.pair, "column of a second text; empty: none");
  v.field("label", o.label, "column of the class: names or whole numbers", not_empty);
  v.field("group", o.group, "column whose equal rows stay on one side of a split; empty: none");
  v.field("id", o.id, "column that names rows in predictions; empty: the row number does");
  v.field("classes", o.classes, "the classes in the order of their ids; empty: those of `train`, sorted");
}

struct SpanColumns {
  std::string context = "context";
  std::string question = "question";
  std::string answer = "answer";
  std::string start = {};
  std::string end = {};
  std::string group = {};
  std::string id = {};
  UnalignedPolicy unaligned = UnalignedPolicy::drop;
};

template <class Visitor>
void describe(Visitor& v, SpanColumns& o) {
  v.field("context", o.context, "column of the text that holds the answer", not_empty);
  v.field("question", o.question, "column of the question; empty: none");
  v.field("answer", o.answer,
          "column of the answer's text, an empty cell for no answer; empty: `start` and `end` say it");
  v.field("start", o.start, "column of the answer's first character, from 0; empty: the text must occur exactly once");
  v.field("end", o.end, "column of the character after the answer's last; empty: none");
  v.field("group", o.group,
          "column whose equal rows stay on one side of a split (SQuAD: title or context); empty: none");
  v.field("id", o.id, "column that names rows in predictions; empty: the row number does (SQuAD: the question's id)");
  v.field("unaligned", o.unaligned,
          "rows whose answer is not where it should be: drop, count as unanswerable, or stop");
}

/// [data] of an agent that classifies.
struct ClassificationDataOptions {
  SourceOptions source = {};
  ClassificationColumns columns = {};
  SplitOptions split = {};
};

template <class Visitor>
void describe(Visitor& v, ClassificationDataOptions& o) {
  describe(v, o.source);
  describe(v, o.columns);
  describe(v, o.split);
}

/// [data] of an agent that extracts spans.
struct SpanDataOptions {
  SourceOptions source = {};
  SpanColumns columns = {};
  SplitOptions split = {};
};

template <class Visitor>
void describe(Visitor& v, SpanDataOptions& o) {
  describe(v, o.source);
  describe(v, o.columns);
  describe(v, o.split);
}

}  // namespace hpo::data

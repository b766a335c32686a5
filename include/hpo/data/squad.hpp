#pragma once
/// \file  Questions and answers in SQuAD's layout, versions 1 and 2.
/// Layer `data`, tier 0.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/join.hpp>
#include <hpo/core/json.hpp>
#include <hpo/data/answer_alignment.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/json_text.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/data/source_text.hpp>

namespace hpo::data {

/// What a file of span examples holds.
struct SpanFile {
  std::vector<SpanExample> examples = {};
  AlignmentReport report = {};
  bool labelled = true;  ///< false: the file has no answers (prediction)
};

namespace detail {
/// A value inside a JSON file and the way to it, for messages: "x.json: data[3].paragraphs[0].context".
struct JsonPlace {
  const Json& value;
  std::string place;

  [[nodiscard]] bool has(std::string_view key) const { return value.is_object() && value.contains(std::string(key)); }

  [[nodiscard]] JsonPlace at(std::string_view key) const {
    require<DataError>(value.is_object(), place, ": expected an object, got ", value.type_name());
    const auto found = value.find(std::string(key));
    std::vector<std::string> keys;
    for (const auto& item : value.items()) keys.push_back(item.key());
    require<DataError>(found != value.end(), place, ": expected a key '", key, "', got none; known: ", join(keys));
    return {*found, concat(place, place.ends_with(": ") ? "" : ".", key)};
  }

  /// The elements of the list under a key.
  [[nodiscard]] std::vector<JsonPlace> list(std::string_view key) const {
    const JsonPlace found = at(key);
    require<DataError>(found.value.is_array(), found.place, ": expected a list, got ", found.value.type_name());
    std::vector<JsonPlace> elements;
    for (std::size_t i = 0; i < found.value.size(); ++i)
      elements.push_back({found.value[i], concat(found.place, "[", i, "]")});
    return elements;
  }

  [[nodiscard]] std::string text(std::string_view key) const {
    const JsonPlace found = at(key);
    require<DataError>(!found.value.is_null(), found.place, ": expected text, got null");
    return json_cell(found.value, found.place);
  }

  [[nodiscard]] std::int64_t number(std::string_view key) const {
    const JsonPlace found = at(key);
    require<DataError>(found.value.is_number_integer(), found.place, ": expected a whole number, got ",
                       found.value.is_number() ? found.value.dump() : found.value.type_name());
    return found.value.get<std::int64_t>();
  }
};

inline std::vector<StatedAnswer> squad_answers(const JsonPlace& question) {
  std::vector<StatedAnswer> answers;
  if (question.has("is_impossible") && question.at("is_impossible").value == Json(true)) return answers;
  for (const auto& answer : question.list("answers"))
    answers.push_back({answer.text("text"), answer.number("answer_start")});
  return answers;
}
}  // namespace detail

/// Reads a SQuAD file: data[] > paragraphs[] > context, qas[] > id, question, answers[] > text, answer_start. A
/// question without answers, or marked `is_impossible`, has none in its context; `plausible_answers` are not read. Rows
/// are the questions in the order of the file; `columns.group` may be "title" or "context". With Labels::optional, a
/// file whose first question has no key "answers" is read without any.
///
/// Errors   DataError with file and place: not JSON, a key that is missing or of another type; under
///          UnalignedPolicy::error an answer that does not fit. ConfigError for another group.
[[nodiscard]] inline SpanFile read_squad(const std::filesystem::path& path, const SourceOptions& source,
                                         const SpanColumns& columns, Labels use = Labels::required) {
  const auto& group = columns.group;
  require<ConfigError>(group.empty() || group == "title" || group == "context",
                       "data.group: expected title or context in SQuAD's layout, got '", group, "'");
  const Json json = parse_json(path, 1, read_source_text(path));
  SpanFile file;
  std::int64_t row = 0, paragraphs = 0;
  for (const auto& article : detail::JsonPlace{json, concat(path, ": ")}.list("data"))
    for (const auto& paragraph : article.list("paragraphs")) {
      ++paragraphs;
      const std::string context = paragraph.text("context");
      for (const auto& question : paragraph.list("qas")) {
        if (source.limit != 0 && row == source.limit) break;
        SpanExample example{
            .id = question.text("id"), .context = context, .question = question.text("question"), .row = ++row};
        if (group == "title") example.group = article.text("title");
        if (group == "context") example.group = std::to_string(paragraphs);
        if (row == 1) file.labelled = use == Labels::required || question.has("answers");
        if (!file.labelled || align(example, detail::squad_answers(question), columns.unaligned,
                                    concat(question.place, " (", example.id, ")"), file.report))
          file.examples.push_back(std::move(example));
      }
    }
  require<DataError>(row > 0, path, ": expected at least one question, got none");
  return file;
}

}  // namespace hpo::data

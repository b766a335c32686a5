#pragma once
/// \file  README.md of an exported model folder: a Hugging Face model card.
/// Layer `report`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/version.hpp>
#include <hpo/report/display_width.hpp>

namespace hpo::report {

/// What the card tells. Text may hold anything: it is escaped. What is empty is left out.
struct ModelCard {
  struct Metric {
    std::string name;
    double value = 0;
  };
  struct ClassRow {
    std::string name;
    double precision = 0, recall = 0, f1 = 0;
    std::int64_t support = 0;
  };

  std::string name{};       ///< of the model
  std::string task{};       ///< Hugging Face's word: "text-classification", "question-answering"
  std::string own_head{};   ///< if transformers has no class for the model: the command that applies it
  std::string encoder{};    ///< model type and where its weights came from
  std::string data{};       ///< file that it was trained on
  std::string data_hash{};  ///< of that file's bytes
  std::string split{};      ///< that the metrics were measured on, such as "validation"
  std::string study{};
  std::int64_t trial = 0;
  std::uint64_t seed = 0;
  std::vector<Metric> metrics{};  ///< the study's first
  std::vector<ClassRow> classes{};
  std::vector<std::pair<std::string, std::string>> params{};  ///< name and value
  std::string command{};                                      ///< that trains it again
};

/// A YAML string in double quotes, which is a JSON string.
[[nodiscard]] inline std::string yaml_text(std::string_view text) {
  return Json(clean(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Text that Markdown shows as it is in the middle of a line or cell: nothing of it marks up or is HTML.
[[nodiscard]] inline std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char c : clean(text)) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (std::string_view("\\`*_[]|~").find(c) != std::string_view::npos)
      out.append("\\").append(1, c);
    else
      out += c;
  }
  return out;
}

/// Text as code: nothing in it is markup but backquotes, of which the fence has one more.
[[nodiscard]] inline std::string markdown_code(std::string_view text) {
  const std::string line = clean(text);
  std::size_t longest = 0, run = 0;
  for (const char c : line) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return concat(fence, longest > 0 ? " " : "", line, longest > 0 ? " " : "", fence);
}

namespace detail {

[[nodiscard]] inline std::string front_matter(const ModelCard& card) {
  std::string out = "---\nlibrary_name: transformers\n";
  if (!card.task.empty()) out += "pipeline_tag: " + yaml_text(card.task) + "\n";
  out += "tags:\n- hpo\n";
  std::string metrics;
  for (const auto& metric : card.metrics)
    if (std::isfinite(metric.value))
      metrics += concat("    - type: ", yaml_text(metric.name), "\n      name: ", yaml_text(metric.name),
                        "\n      value: ", metric.value, "\n");
  if (!metrics.empty())
    out += concat("model-index:\n- name: ", yaml_text(card.name),
                  "\n  results:\n  - task:\n      type: ", yaml_text(card.task),
                  "\n    dataset:\n      type: ", yaml_text(card.data), "\n      name: ", yaml_text(card.data),
                  "\n      split: ", yaml_text(card.split), "\n    metrics:\n", metrics);
  return out + "---\n";
}

[[nodiscard]] inline std::string metric_tables(const ModelCard& card) {
  std::string out = concat("\n## Scores\n\nMeasured on the ", markdown_text(card.split),
                           " data. A search chose this model by its score, so expect a little less on new data.\n");
  if (!card.metrics.empty()) out += "\n| metric | value |\n|---|---|\n";
  for (const auto& metric : card.metrics)
    out += concat("| ", markdown_text(metric.name), " | ", metric_text(metric.value), " |\n");
  if (!card.classes.empty()) out += "\n| class | precision | recall | F1 | rows |\n|---|---|---|---|---|\n";
  for (const auto& row : card.classes)
    out += concat("| ", markdown_text(row.name), " | ", metric_text(row.precision), " | ", metric_text(row.recall),
                  " | ", metric_text(row.f1), " | ", row.support, " |\n");
  return out;
}

[[nodiscard]] inline std::string origin(const ModelCard& card) {
  std::string out = "\n## How it was made\n\n";
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out += concat("- ", name, ": ", value, "\n");
  };
  const auto code = [](const std::string& text) { return text.empty() ? text : markdown_code(text); };
  if (!card.own_head.empty())
    out += concat(
        "- head: hpo's own. transformers loads the encoder (`AutoModel`); its classes with a head would put a new "
        "one of random weights there. To apply the whole: ",
        markdown_code(card.own_head), "\n");
  line("encoder", code(card.encoder));
  line("data", code(card.data));
  line("hash of the data", code(card.data_hash));
  line("study and trial", card.study.empty() ? "" : concat(markdown_code(card.study), ", ", card.trial));
  line("seed", concat(card.seed));
  line("made by", concat("hpo ", version));
  line("train it again", code(card.command));
  if (!card.params.empty()) out += "\n| parameter | value |\n|---|---|\n";
  for (const auto& [name, value] : card.params)
    out += concat("| ", markdown_text(name), " | ", markdown_text(value), " |\n");
  return out;
}

}  // namespace detail

/// The card: front matter with the scores as Hugging Face reads them, then the same for people.
[[nodiscard]] inline std::string model_card(const ModelCard& card) {
  return detail::front_matter(card) + "\n# " + markdown_text(card.name) + "\n" + detail::metric_tables(card) +
         detail::origin(card);
}

}  // namespace hpo::report

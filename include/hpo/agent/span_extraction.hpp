#pragma once
/// \file  Span extraction as an agent's task: which words of a context answer a question, or meet a criterion.
/// Layer `agent`, tier 2.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/agent/metrics.hpp>
#include <hpo/agent/options.hpp>
#include <hpo/agent/predictions.hpp>
#include <hpo/agent/tokens.hpp>
#include <hpo/checkpoint/model_config.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/data/load.hpp>
#include <hpo/data/span_features.hpp>
#include <hpo/data/token_store.hpp>
#include <hpo/text/tokenizer.hpp>
#include <hpo/train/answer_collector.hpp>
#include <hpo/train/evaluate.hpp>
#include <hpo/train/span_extraction.hpp>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/indices.hpp>

namespace hpo::agent {

/// Rows of span extraction, read, aligned, split and (after SpanExtractionTask::tokenize) cut into windows of tokens.
struct SpanRows : data::SpanData {
  std::string hash{};
  std::vector<std::string> notes{};
  std::shared_ptr<const data::TokenStore> tokens{};  ///< one row a window
  std::vector<data::AnswerWindow> windows{};         ///< of each row
  bool unanswerable = false;                         ///< whether an example without an answer is there

  /// All windows of the named examples.
  [[nodiscard]] train::WindowRows<data::TokenStore> rows(const std::vector<std::size_t>& which,
                                                         std::int64_t pad_id) const {
    std::vector<bool> wanted(examples.size(), false);
    for (const std::size_t example : which) wanted[example] = true;
    auto chosen = windows | ranges::views::filter([&](const auto& window) { return wanted[window.example]; }) |
                  ranges::to<std::vector>();
    return {*tokens, examples, std::move(chosen), pad_id};
  }
};

/// `MetricList` is a TypeList of metrics of a train::AnswerTally; the first is the default.
template <MetricsOf<train::AnswerTally> MetricList>
class SpanExtractionTask : public train::SpanObjective<ScoreBy<MetricList>> {
 public:
  using Metrics = MetricList;
  using Tally = train::AnswerTally;
  using Section = data::SpanDataOptions;
  using Data = SpanRows;
  static constexpr std::string_view pipeline_tag = "question-answering";

  SpanExtractionTask(const Data& data, std::string metric)
      : train::SpanObjective<ScoreBy<MetricList>>(decoding(data), {std::move(metric)}) {}

  /// Reads, aligns and splits the files of [data].
  /// Errors   DataError, ConfigError: see data::load_spans.
  [[nodiscard]] static Data read(const Section& section, std::int64_t seed) {
    Data data{data::load_spans(section, seed)};
    data.hash = hash_of(section.source);
    require<ConfigError>(!data.split.valid.empty(),
                         "data.valid_fraction: expected more than 0, or a file in data.valid, got 0");
    if (const std::string summary = data.report.summary(); !summary.empty()) data.notes.push_back(summary);
    data.notes.push_back(concat(data.examples.size(), " examples: ", data.split.train.size(), " train, ",
                                data.split.valid.size(), " validate, ", data.split.test.size(), " test"));
    return data;
  }

  /// Reads a file for a trained model, all examples as `split.valid`.
  [[nodiscard]] static Data read_file(const std::filesystem::path& file, const Section& section, const Json& task,
                                      data::Labels labels) {
    auto read = data::read_spans(file, section.source, section.columns, labels);
    Data data{{std::move(read.examples), {}, std::move(read.report)}};
    data.split.valid = ranges::views::indices(data.examples.size()) | ranges::to<std::vector>();
    data.unanswerable = task.at("unanswerable").get<bool>();
    if (const std::string summary = data.report.summary(); !summary.empty()) data.notes.push_back(summary);
    return data;
  }

  /// Cuts every context into windows of tokens, or takes them from the cache of an earlier run, and finds the answers.
  static void tokenize(Data& data, const text::Tokenizer& tokenizer, const EncoderSection& section,
                       const std::filesystem::path& cache) {
    data.tokens = tokens_of(tokenizer, std::span<const data::SpanExample>(data.examples), section, cache);
    auto found = data::answer_windows(*data.tokens, data.examples);
    data.windows = std::move(found.windows);
    for (const auto& example : data.examples) data.unanswerable = data.unanswerable || example.impossible;
    if (!found.not_held.empty())
      data.notes.push_back(concat(found.not_held.size(), " answers fit no window of ", section.max_length,
                                  " tokens whole; a larger encoder.stride would help"));
  }

  /// A span head needs nothing of the data.
  template <class HeadOptions>
  static void configure(HeadOptions&, const Data&) {}

  /// Hugging Face's class for the model, if it has one.
  static void write_config(Json& config, const Data&, bool is_transformers_head) {
    checkpoint::set_architecture(config, is_transformers_head ? "QuestionAnswering" : "");
  }

  /// What a trained model must remember of its data.
  [[nodiscard]] static Json to_json(const Data& data) { return {{"unanswerable", data.unanswerable}}; }

  /// Writes the answer to every example: its text (empty: none), where it stands (code points) and its score.
  /// \return the number of examples.
  template <class Model, class Rows>
  std::size_t predict(Model& model, const Rows& rows, const Data& data, std::int64_t batch_size,
                      const std::filesystem::path& output) const {
    train::AnswerCollector<data::TokenStore> collector(rows, decoding(data));
    train::for_each_output(model, rows, batch_size, {},
                           [&](auto batch_rows, const at::Tensor& logits, const auto& batch) {
                             collector.add(batch_rows, logits, batch);
                           });
    PredictionFile file(output, {"row", "id", "answer", "start", "end", "score"});
    const auto answers = collector.answers();
    for (const auto& [i, answer] : answers) {
      const auto& example = data.examples[i];
      if (answer.text.empty())
        file.add({example.row, example.id, "", nullptr, nullptr, answer.null_score}, Json::object());
      else
        file.add({example.row, example.id, answer.text, answer.begin, answer.end, answer.score}, Json::object());
    }
    file.write();
    return answers.size();
  }

 private:
  [[nodiscard]] static train::SpanDecodingOptions decoding(const Data& data) {
    return {.may_be_unanswerable = data.unanswerable};
  }
};

}  // namespace hpo::agent

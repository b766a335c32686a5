#pragma once
/// \file  Classification as an agent's task: a text, or a pair of texts, belongs to one of several classes.
/// Layer `agent`, tier 3.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/softmax.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/indices.hpp>
#include <range/v3/view/zip.hpp>

#include <hpo/agent/class_tally.hpp>
#include <hpo/agent/metrics.hpp>
#include <hpo/agent/options.hpp>
#include <hpo/agent/predictions.hpp>
#include <hpo/agent/tokens.hpp>
#include <hpo/checkpoint/model_config.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/data/load.hpp>
#include <hpo/data/token_store.hpp>
#include <hpo/nn/model/head.hpp>
#include <hpo/text/tokenizer.hpp>
#include <hpo/train/classification.hpp>
#include <hpo/train/evaluate.hpp>

namespace hpo::agent {

/// Rows of classification, read, split and (after ClassificationTask::tokenize) tokenized.
struct ClassificationRows : data::ClassificationData {
  std::string hash{};                                ///< of the files' content
  std::vector<std::string> notes{};                  ///< what a user should know: a line each
  std::shared_ptr<const data::TokenStore> tokens{};  ///< row i is example i

  /// The named examples as fit() and evaluate() take them. Rows without a label count as class 0: predictions only.
  [[nodiscard]] train::LabelledRows<data::TokenStore> rows(const std::vector<std::size_t>& which,
                                                           std::int64_t pad_id) const {
    std::vector<std::int64_t> classes;
    for (const std::size_t row : which) classes.push_back(std::max(0, examples[row].label));
    return {*tokens, which, std::move(classes), pad_id};
  }
};

/// The scores of a confusion matrix, once its classes have their names.
template <MetricsOf<ClassTally> MetricList>
class ScoreByClassName {
 public:
  /// Errors   ConfigError if a metric is about a class that is not there: said before anything is trained.
  ScoreByClassName(data::LabelSet labels, std::string metric) : labels_(std::move(labels)), score_{std::move(metric)} {
    static_cast<void>(score_(one_right_of_each(labels_)));
  }
  [[nodiscard]] train::Scores operator()(const train::ConfusionMatrix& matrix) const {
    return score_(ClassTally(matrix, labels_));
  }

 private:
  data::LabelSet labels_;
  ScoreBy<MetricList> score_;
};

/// `MetricList` is a TypeList of metrics of an agent::ClassTally; the first is the default. Its head is any whose
/// options have `num_labels`.
template <MetricsOf<ClassTally> MetricList>
class ClassificationTask : public train::ClassificationObjective<ScoreByClassName<MetricList>> {
 public:
  using Metrics = MetricList;
  using Tally = ClassTally;
  using Section = data::ClassificationDataOptions;
  using Data = ClassificationRows;
  static constexpr std::string_view pipeline_tag = "text-classification";

  /// `metric` is one of the list's names.
  ClassificationTask(const Data& data, std::string metric)
      : train::ClassificationObjective<ScoreByClassName<MetricList>>(data.labels.size(),
                                                                     {data.labels, std::move(metric)}) {}

  /// Reads and splits the files of [data].
  /// Errors   DataError, ConfigError: see data::load_classification.
  [[nodiscard]] static Data read(const Section& section, std::int64_t seed) {
    Data data{data::load_classification(section, seed)};
    data.hash = hash_of(section.source);
    require<ConfigError>(!data.split.valid.empty(),
                         "data.valid_fraction: expected more than 0, or a file in data.valid, got 0");
    data.notes.push_back(concat(data.examples.size(), " rows, ", data.labels.size(),
                                " classes: ", data.split.train.size(), " train, ", data.split.valid.size(),
                                " validate, ", data.split.test.size(), " test"));
    return data;
  }

  /// Reads a file for a trained model, all rows as `split.valid`. `task` is what to_json() gave.
  [[nodiscard]] static Data read_file(const std::filesystem::path& file, const Section& section, const Json& task,
                                      data::Labels labels) {
    const data::LabelSet classes{task.at("labels").get<std::vector<std::string>>()};
    auto read = data::read_classification(file, section.source, section.columns, classes, labels);
    Data data{{std::move(read.labels), std::move(read.examples), {}}};
    data.split.valid = ranges::views::indices(data.examples.size()) | ranges::to<std::vector>();
    return data;
  }

  /// Tokenizes every example, or takes the tokens from the cache of an earlier run.
  static void tokenize(Data& data, const text::Tokenizer& tokenizer, const EncoderSection& section,
                       const std::filesystem::path& cache) {
    data.tokens = tokens_of(tokenizer, std::span<const data::ClassificationExample>(data.examples), section, cache);
    std::size_t full = 0;
    for (const std::int32_t length : data.tokens->lengths()) full += length == section.max_length;
    if (full > 0)
      data.notes.push_back(concat(full, " of ", data.examples.size(), " rows fill all ", section.max_length,
                                  " tokens (encoder.max_length) and may have been cut"));
  }

  /// A logit for each class.
  template <nn::HasNumLabels HeadOptions>
  static void configure(HeadOptions& head, const Data& data) {
    head.num_labels = data.labels.size();
  }

  /// The classes as Hugging Face's config.json names them, and its class for the model if it has one.
  static void write_config(Json& config, const Data& data, bool is_transformers_head) {
    checkpoint::set_labels(config, data.labels.names);
    checkpoint::set_architecture(config, is_transformers_head ? "SequenceClassification" : "");
  }

  /// What a trained model must remember of its data.
  [[nodiscard]] static Json to_json(const Data& data) { return {{"labels", data.labels.names}}; }

  /// Writes the most likely class of every row, with its probability (in JSON lines with those of all classes).
  /// \return the number of rows.
  template <class Model, class Rows>
  std::size_t predict(Model& model, const Rows& rows, const Data& data, std::int64_t batch_size,
                      const std::filesystem::path& output) const {
    std::vector<std::vector<float>> probabilities(data.examples.size());
    train::for_each_output(model, rows, batch_size, {}, [&](auto batch_rows, const at::Tensor& logits, const auto&) {
      const at::Tensor p = at::softmax(logits, 1, at::kFloat).cpu().contiguous();  // [B, C]
      for (std::size_t i = 0; i < batch_rows.size(); ++i) {
        const float* row = p.template data_ptr<float>() + static_cast<std::int64_t>(i) * p.size(1);
        probabilities[batch_rows[i]].assign(row, row + p.size(1));
      }
    });
    PredictionFile file(output, {"row", "id", "label", "probability"});
    for (const auto& [example, p] : ranges::views::zip(data.examples, probabilities)) {
      const auto best = static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
      Json all = Json::object();
      for (const auto& [name, probability] : ranges::views::zip(data.labels.names, p)) all[name] = probability;
      file.add({example.row, example.id, data.labels.names[best], p[best]}, {{"probabilities", all}});
    }
    file.write();
    return data.examples.size();
  }
};

}  // namespace hpo::agent

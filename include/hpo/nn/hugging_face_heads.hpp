#pragma once
/// \file  The heads of transformers' task models, as options of hpo's heads.
/// Layer `nn`, tier 3.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/heads/span_head.hpp>
#include <hpo/nn/heads/token_classification_head.hpp>
#include <hpo/nn/layers/head_transform.hpp>
#include <hpo/nn/model/config_reader.hpp>

namespace hpo::nn {

/// Classes that a config.json may count without naming them.
inline constexpr std::int64_t most_labels = 65536;

/// The classes a folder was made for, by number; "LABEL_0", "LABEL_1" where config.json names none.
/// Errors   CheckpointError if `id2label` is not a name for each of 0, 1, ... n-1.
[[nodiscard]] inline std::vector<std::string> label_names(const Json& config, std::string_view where = "config.json") {
  const ConfigReader reader(config, where);
  std::vector<std::string> names;
  if (!reader.has("id2label")) {
    const std::int64_t count = reader.integer("num_labels", 2);
    require<CheckpointError>(count <= most_labels, where, ": num_labels: expected at most ", most_labels, ", got ",
                             count);
    for (std::int64_t i = 0; i < count; ++i) names.push_back(concat("LABEL_", i));
    return names;
  }
  const Json& labels = config.at("id2label");
  require<CheckpointError>(labels.is_object() && !labels.empty(), where, ": id2label: expected an object, got ",
                           labels.is_object() ? "an empty one" : labels.type_name());
  std::vector<const Json*> by_number(labels.size());  // finding each number in the object would take quadratic time
  for (const auto& [key, name] : labels.items()) {
    std::size_t number = labels.size();
    const auto end = std::from_chars(key.data(), key.data() + key.size(), number).ptr;
    if (number < labels.size() && end == key.data() + key.size() && name.is_string()) by_number[number] = &name;
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    require<CheckpointError>(by_number[i] != nullptr, where, ": id2label: expected a name for each of 0 to ",
                             labels.size() - 1, ", got none for ", i);
    names.push_back(by_number[i]->get<std::string>());
  }
  return names;
}

namespace detail {

/// Refuses a family that has no head of a kind, with those that have.
[[noreturn]] inline void refuse_head(std::string_view where, std::string_view kind, std::string_view model_type,
                                     const std::vector<std::string_view>& known) {
  fail<CheckpointError>(where, ": model_type: no ", kind, " head is known for '", model_type, "'",
                        known_names(model_type, known));
}

/// What ModernBERT's heads of every kind begin with.
[[nodiscard]] inline HeadTransformOptions modernbert_transform(const ConfigReader& reader) {
  const HeadTransformOptions defaults;
  const std::string function = reader.text("classifier_activation", defaults.activation);
  static_cast<void>(activation<CheckpointError>(function, concat(reader.where(), ": classifier_activation")));
  return {.activation = function,
          .bias = reader.boolean("classifier_bias", defaults.bias),
          .norm_bias = reader.boolean("norm_bias", defaults.norm_bias),
          .norm_eps = reader.number("norm_eps", defaults.norm_eps, 0.0, 1.0)};
}

/// ModernBERT's head for one label a row.
[[nodiscard]] inline ClassificationOptions modernbert_classification(const ConfigReader& reader) {
  const std::string pooling = reader.text("classifier_pooling", "cls");
  require<CheckpointError>(pooling == "cls" || pooling == "mean", reader.where(),
                           ": classifier_pooling: expected \"cls\" or \"mean\", got \"", pooling, '"');
  return {.pooling = pooling == "mean" ? Pooling::mean : Pooling::cls,
          .dropout = reader.probability("classifier_dropout", 0.0),
          .layer_names = {"classifier"},
          .transform = modernbert_transform(reader)};
}

}  // namespace detail

/// The options with which ClassificationHead is the head of a family's `...ForSequenceClassification`: the same names
/// in the file, the same numbers.
///
/// Errors   CheckpointError for a family without one, and for a `problem_type` other than one label out of several.
[[nodiscard]] inline ClassificationOptions sequence_classification(const Json& config,
                                                                   std::string_view where = "config.json") {
  struct Layout {
    std::string_view model_type;
    Pooling pooling;
    std::vector<std::string> layer_names;
    std::string activation;
    const char* dropout_key = "classifier_dropout";
    double dropout = 0.1;
    std::optional<double> first_dropout = std::nullopt;  // before the first of two layers, where it differs
  };
  const ConfigReader reader(config, where);
  reader.only("problem_type", "single_label_classification");
  const auto labels = static_cast<std::int64_t>(label_names(config, where).size());
  const std::string model_type = reader.text("model_type", "");
  if (model_type == "modernbert") {
    ClassificationOptions options = detail::modernbert_classification(reader);
    options.num_labels = labels;
    return options;
  }
  const std::vector<std::string> dense{"classifier.dense", "classifier.out_proj"};
  const std::array layouts{
      Layout{"bert", Pooling::pooler, {"classifier"}, "tanh"},
      Layout{"roberta", Pooling::cls, dense, "tanh"},
      Layout{"xlm-roberta", Pooling::cls, dense, "tanh"},
      Layout{"electra", Pooling::cls, dense, "gelu"},
      Layout{"distilbert", Pooling::cls, {"pre_classifier", "classifier"}, "relu", "seq_classif_dropout", 0.2, 0.0},
      Layout{"deberta-v2",
             Pooling::cls,
             {"pooler.dense", "classifier"},
             reader.text("pooler_hidden_act", "gelu"),
             "cls_dropout",
             0.1,
             reader.probability("pooler_dropout", 0.0)},
  };
  std::vector<std::string_view> known{"modernbert"};
  for (const Layout& layout : layouts) {
    known.push_back(layout.model_type);
    if (layout.model_type != model_type) continue;
    if (model_type == "deberta-v2" && reader.has("pooler_hidden_size"))
      reader.only("pooler_hidden_size", reader.integer("hidden_size", 1536));
    const double dropout =
        reader.probability(layout.dropout_key, reader.probability("hidden_dropout_prob", layout.dropout));
    ClassificationOptions options{.num_labels = labels,
                                  .pooling = layout.pooling,
                                  .layers = std::ssize(layout.layer_names),
                                  .activation = layout.activation,
                                  .dropout = dropout,
                                  .layer_names = layout.layer_names};
    if (layout.first_dropout) options.layer_dropout = {*layout.first_dropout, dropout};
    return options;
  }
  detail::refuse_head(where, "classification", model_type, known);
}

/// The options with which TokenClassificationHead is the head of a family's `...ForTokenClassification`.
///
/// Errors   CheckpointError for a family without one.
[[nodiscard]] inline TokenClassificationOptions token_classification(const Json& config,
                                                                     std::string_view where = "config.json") {
  const ConfigReader reader(config, where);
  TokenClassificationOptions options{.num_labels = static_cast<std::int64_t>(label_names(config, where).size())};
  const std::string model_type = reader.text("model_type", "");
  if (model_type == "modernbert") {
    options.dropout = reader.probability("classifier_dropout", 0.0);
    options.transform = detail::modernbert_transform(reader);
  } else if (model_type == "distilbert") {
    options.dropout = reader.probability("dropout", options.dropout);
  } else if (model_type == "deberta-v2") {
    options.dropout = reader.probability("hidden_dropout_prob", options.dropout);
  } else if (model_type == "bert" || model_type == "roberta" || model_type == "xlm-roberta" ||
             model_type == "electra") {
    options.dropout =
        reader.probability("classifier_dropout", reader.probability("hidden_dropout_prob", options.dropout));
  } else {
    detail::refuse_head(where, "token classification", model_type,
                        {"bert", "roberta", "xlm-roberta", "electra", "distilbert", "deberta-v2", "modernbert"});
  }
  return options;
}

/// The options with which SpanHead is the head of a family's `...ForQuestionAnswering`.
///
/// Errors   CheckpointError for a family without one.
[[nodiscard]] inline SpanOptions question_answering(const Json& config, std::string_view where = "config.json") {
  const ConfigReader reader(config, where);
  const std::string model_type = reader.text("model_type", "");
  if (model_type == "modernbert")
    return {.dropout = reader.probability("classifier_dropout", 0.0),
            .layer_name = "classifier",
            .transform = detail::modernbert_transform(reader)};
  if (model_type == "distilbert") return {.dropout = reader.probability("qa_dropout", 0.1)};
  const std::vector<std::string_view> plain{"bert", "roberta", "xlm-roberta", "electra", "deberta-v2"};
  if (std::ranges::count(plain, model_type) > 0) return {};
  std::vector<std::string_view> known = plain;
  known.insert(known.end(), {"distilbert", "modernbert"});
  detail::refuse_head(where, "question answering", model_type, known);
}

/// Whether a head is the one of its family's `...ForSequenceClassification` in transformers, which then loads a trained
/// model whole: the same weights by the same names, and the same numbers. False for a family without one.
[[nodiscard]] inline bool is_transformers_head(const ClassificationOptions& head, const Json& config) try {
  const ClassificationOptions standard = sequence_classification(config);
  const ConfigReader reader(config, "config.json");
  const bool same_width = head.width == 0 || head.width == reader.integer("hidden_size", reader.integer("dim", 0));
  return head.pooling == standard.pooling && head.layers == standard.layers &&
         head.transform.has_value() == standard.transform.has_value() &&
         ClassificationHead::layer_names(head) == ClassificationHead::layer_names(standard) &&
         (head.layers == 1 || (same_width && head.activation == standard.activation));
} catch (const CheckpointError&) {
  return false;
}

/// The same of `...ForQuestionAnswering`.
[[nodiscard]] inline bool is_transformers_head(const SpanOptions& head, const Json& config) try {
  const SpanOptions standard = question_answering(config);
  return head.layer_name == standard.layer_name && head.transform.has_value() == standard.transform.has_value();
} catch (const CheckpointError&) {
  return false;
}

}  // namespace hpo::nn

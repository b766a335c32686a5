#pragma once
/// \file  What changes in a config.json when a model has learnt a task.
/// Layer `checkpoint`, tier 0 (with JSON: about 2 s to parse).

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <range/v3/view/enumerate.hpp>

#include <hpo/core/json.hpp>

namespace hpo::checkpoint {

/// Names the element type of the weights, in the spelling of transformers 4 and in that of 5.
inline void set_dtype(Json& config, std::string_view dtype) {
  config["torch_dtype"] = std::string(dtype);
  config["dtype"] = std::string(dtype);
}

/// Names the classes, and the task. Python counts the classes by `id2label` and builds a head of two without it; the
/// key `num_labels` of older files would contradict it and goes.
inline void set_labels(Json& config, const std::vector<std::string>& labels) {
  Json names = Json::object(), ids = Json::object();
  for (const auto& [id, label] : ranges::views::enumerate(labels)) {
    names[std::to_string(id)] = label;
    ids[label] = id;
  }
  config["id2label"] = std::move(names);
  config["label2id"] = std::move(ids);
  config["problem_type"] = "single_label_classification";
  config.erase("num_labels");
  config.erase("_num_labels");
}

/// Says which class of transformers the model is: "BertForSequenceClassification" for `task` "SequenceClassification",
/// "BertModel" for none. A family that hpo does not know keeps what it says.
inline void set_architecture(Json& config, std::string_view task) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> families{{{"bert", "Bert"},
                                                                                   {"roberta", "Roberta"},
                                                                                   {"xlm-roberta", "XLMRoberta"},
                                                                                   {"electra", "Electra"},
                                                                                   {"distilbert", "DistilBert"},
                                                                                   {"deberta-v2", "DebertaV2"},
                                                                                   {"modernbert", "ModernBert"}}};
  const auto type = config.find("model_type");
  if (type == config.end() || !type->is_string()) return;
  const auto* const found =
      std::ranges::find(families, type->get_ref<const std::string&>(), &decltype(families)::value_type::first);
  if (found != families.end())
    config["architectures"] =
        Json::array({std::string(found->second) + (task.empty() ? "Model" : "For" + std::string(task))});
}

}  // namespace hpo::checkpoint

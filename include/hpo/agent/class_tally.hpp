#pragma once
/// \file  A confusion matrix whose classes have names.
/// Layer `agent`. No torch.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/train/classification_metrics.hpp>

namespace hpo::agent {

/// What metrics of classification are worked out from. A metric that is about one class asks by its name: which number
/// a class has depends on the configuration (`data.classes`).
class ClassTally : public train::ConfusionMatrix {
 public:
  ClassTally(train::ConfusionMatrix matrix, data::LabelSet labels)
      : ConfusionMatrix(std::move(matrix)), labels_(std::move(labels)) {
    require<ConfigError>(labels_.size() == classes(), "metrics: expected a name for each of ", classes(),
                         " classes, got ", labels_.size());
  }

  [[nodiscard]] const data::LabelSet& labels() const { return labels_; }

  using ConfusionMatrix::count;
  /// Rows that truly are of one class and were predicted as another, or the same.
  /// Errors   ConfigError with the known names.
  [[nodiscard]] std::int64_t count(std::string_view truth, std::string_view predicted) const {
    return count(number_of(truth), number_of(predicted));
  }

  using ConfusionMatrix::of_class;
  /// Errors   ConfigError with the known names.
  [[nodiscard]] train::ClassScores of_class(std::string_view name) const { return of_class(number_of(name)); }

 private:
  [[nodiscard]] std::int64_t number_of(std::string_view name) const {
    const auto id = labels_.find(name);
    require<ConfigError>(id.has_value(), "metrics: no class is called '", name, "'", known_names(name, labels_.names));
    return *id;
  }

  data::LabelSet labels_;
};

/// Each class predicted right once: enough to ask a metric whether it can be worked out.
[[nodiscard]] inline ClassTally one_right_of_each(const data::LabelSet& labels) {
  train::ConfusionMatrix matrix(labels.size());
  for (std::int64_t c = 0; c < matrix.classes(); ++c) matrix.add(c, c);
  return {std::move(matrix), labels};
}

}  // namespace hpo::agent

#pragma once
/// \file  The scores of classification that have a name.
/// Layer `train`, tier 0.
///
///     train::ClassificationObjective(data.labels.size(), train::macro_f1)

#include <hpo/train/classification_metrics.hpp>
#include <hpo/train/fit_result.hpp>

namespace hpo::train {

/// The unweighted mean of the classes' F1 counts; accuracy is told beside it.
struct MacroF1Score {
  [[nodiscard]] Scores operator()(const ConfusionMatrix& matrix) const {
    const double f1 = matrix.macro_f1();
    return {f1, {{"macro_f1", f1}, {"accuracy", matrix.accuracy()}}};
  }
};

/// The fraction of rows that is right counts; macro-F1 is told beside it.
struct AccuracyScore {
  [[nodiscard]] Scores operator()(const ConfusionMatrix& matrix) const {
    const double accuracy = matrix.accuracy();
    return {accuracy, {{"accuracy", accuracy}, {"macro_f1", matrix.macro_f1()}}};
  }
};

inline constexpr MacroF1Score macro_f1{};
inline constexpr AccuracyScore accuracy{};

}  // namespace hpo::train

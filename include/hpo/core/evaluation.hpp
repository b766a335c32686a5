#pragma once
/// \file  What one scoring of the validation rows says.
/// Layer `core`, tier 0.

#include <cstdint>

namespace hpo {

/// One evaluation of a trial, as training reports it, a pruner judges it and a study keeps it: the same struct all the
/// way, see sweep/loop.hpp.
struct Evaluation {
  std::int64_t evaluation = 0;   ///< counts from 1: what a pruner compares trials at
  std::int64_t evaluations = 0;  ///< how many are planned; 0 if that is not known
  double value = 0.0;            ///< the study's metric
  double train_loss = 0.0;       ///< mean over the rows since the last evaluation
};

}  // namespace hpo

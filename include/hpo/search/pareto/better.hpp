#pragma once
/// \file  Which of two values of an objective is the better one.
/// Layer `search`, tier 0.

#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// Whether `a` is better than `b`, not only as good. False if either is NaN.
[[nodiscard]] constexpr bool better(double a, double b, storage::Direction direction) {
  return direction == storage::Direction::minimize ? a < b : a > b;
}

}  // namespace hpo::search

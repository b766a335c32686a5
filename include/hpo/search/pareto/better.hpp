#pragma once
/// \file  Which of two values is better.
/// Layer `search`, tier 0.

#include <hpo/storage/trial.hpp>

namespace hpo::search {

/// Whether `a` is better than `b`. A NaN is never better than a value, and no value than a NaN: leave them out first.
[[nodiscard]] constexpr bool better(double a, double b, storage::Direction direction) {
  return direction == storage::Direction::minimize ? a < b : a > b;
}

}  // namespace hpo::search

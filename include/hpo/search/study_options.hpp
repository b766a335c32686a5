#pragma once
/// \file  What a study is, and what it refuses to do twice.
/// Layer `search`, tier 0.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/storage/trial.hpp>

namespace hpo::search {

using storage::Direction;

/// Whether a configuration that was evaluated, or is just being evaluated, may be drawn again.
enum class Duplicates { avoid, allow };

constexpr auto enum_names(Duplicates) {
  return std::array<std::pair<std::string_view, Duplicates>, 2>{
      {{"avoid", Duplicates::avoid}, {"allow", Duplicates::allow}}};
}

struct StudyOptions {
  std::string name = "study";
  Direction direction = Direction::minimize;  ///< of the only objective
  std::vector<Direction> directions = {};     ///< of several objectives; empty: one, with `direction`
  std::uint64_t seed = 0;

  std::vector<std::string> metric_names = {};  ///< of the objectives, shown by every reader; empty: without names

  /// What report() gives where there are several objectives, or one that is not it: the pruner looks at this. A name
  /// of `metric_names` has its direction from there.
  std::string reported_metric = {};
  std::optional<Direction> reported_direction = {};

  Duplicates duplicates = Duplicates::avoid;

  /// Trials of a synchronous batch; 0: none waits for another. The sampler learns only from whole batches, so that the
  /// values of every trial are the same at any number of workers; trial k is asked for when those of earlier batches
  /// have ended.
  std::int64_t batch = 0;
};

/// Every configuration of the space has been evaluated.
class ExhaustedError : public Error {
 public:
  using Error::Error;
};

}  // namespace hpo::search

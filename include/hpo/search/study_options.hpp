#pragma once
/// \file  What a study is, and what it refuses to do twice.
/// Layer `search`, tier 0.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/suggestion.hpp>
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

  /// Of several objectives: what report() gives and the pruner looks at, one of `metric_names`, or another metric with
  /// its own direction. With one objective it is that.
  std::string reported_metric = {};
  std::optional<Direction> reported_direction = {};

  Duplicates duplicates = Duplicates::avoid;

  /// Trials of a synchronous batch; 0: none waits for another. The sampler learns only from whole batches, so that the
  /// values of every trial are the same at any number of workers; trial k is asked for when those of earlier batches
  /// have ended.
  std::int64_t batch = 0;

  /// Fills in `directions`, and so `direction`.
  /// Errors   ConfigError for options that do not fit each other.
  void complete() {
    if (directions.empty()) directions = {direction};
    direction = directions.front();
    require<ConfigError>(!name.empty() && name.size() <= 512, "study.name: expected 1 to 512 bytes, got '", name, "'");
    require<ConfigError>(batch >= 0, "study.batch: expected 0 or more, got ", batch);
    const std::size_t count = directions.size();
    require<ConfigError>(metric_names.empty() || metric_names.size() == count, "study.metric_names: expected ", count,
                         count == 1 ? " name, got " : " names, got ", metric_names.size());
    require<ConfigError>(reported_metric.empty() || reported_objective() || (count > 1 && reported_direction),
                         "study.reported_metric: no objective is called '", reported_metric, "'",
                         known_names(reported_metric, metric_names));
  }

  /// Which objective report() gives; nothing if it is none of them, or if that is not said.
  [[nodiscard]] std::optional<std::size_t> reported_objective() const {
    if (directions.size() == 1 && (reported_metric.empty() || metric_names.empty())) return 0;
    const auto named = std::ranges::find(metric_names, reported_metric);
    if (named == metric_names.end()) return std::nullopt;
    return static_cast<std::size_t>(named - metric_names.begin());
  }

  /// The direction of what report() gives; nothing if that is not said.
  [[nodiscard]] std::optional<Direction> direction_of_reports() const {
    if (const auto objective = reported_objective()) return directions[*objective];
    return reported_direction;
  }
};

/// Every configuration of the space has been evaluated.
class ExhaustedError : public Error {
 public:
  using Error::Error;
};

}  // namespace hpo::search

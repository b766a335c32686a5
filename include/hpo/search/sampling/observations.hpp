#pragma once
/// \file  A study's trials as columns of numbers, kept from one call to the next.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/sampling/scale.hpp>
#include <hpo/search/sampling/trial_rank.hpp>
#include <hpo/search/sampling/value_in_space.hpp>

namespace hpo::search {

/// The values of one parameter, one per trial of the history: NaN where the trial lacks it or holds what today's
/// distribution does not.
struct ParamColumn {
  const space::ParamSpec* spec = nullptr;
  std::size_t choices = 0;  ///< 0 for a numeric parameter
  Scale scale{};            ///< of a numeric one
  std::size_t group = 0;    ///< the same as that of another column if the same trials have both
  std::vector<double> z{};  ///< on the scale; the index of a choice

  explicit ParamColumn(const space::ParamSpec& param) : spec(&param) {
    if (const auto* categorical = std::get_if<space::CategoricalDistribution>(&param.distribution))
      choices = categorical->choices.size();
    else
      scale = Scale::of(param.distribution);
  }
};

/// One row per trial of a history (its position there), one column per parameter that can vary.
class Observations {
 public:
  Observations() = default;
  Observations(Observations&&) = default;  // columns point into the space, which a copy would leave behind
  Observations& operator=(Observations&&) = default;

  /// Takes in what is new. Starts again for another history, space or direction.
  /// \return whether the columns and all values in them are as before.
  bool update(const SampleRequest& request) {
    kept_ = identity_ == request.history.identity() && space_ == request.space && directions_ == request.directions;
    if (!kept_) begin(request);
    const auto trials = request.history.trials();
    for (auto& column : columns_) column.z.resize(trials.size(), std::numeric_limits<double>::quiet_NaN());
    was_read_.resize(trials.size());
    const auto finished = request.history.finished();
    for (; finished_ < finished.size(); ++finished_) {
      const std::size_t row = finished[finished_];
      const auto rank = Rank::of(trials[row], directions_);
      if (!rank) continue;
      read(trials[row], row);
      regroup(trials[row]);
      ranked_.insert(std::ranges::lower_bound(ranked_, row), row);
      rank_of_.resize(trials.size());
      rank_of_[row] = ranks_.size();
      ranks_.push_back(*rank);
    }
    for (const std::size_t row : request.history.unfinished())
      if (trials[row].state == TrialState::running) read(trials[row], row);
    return kept_;
  }

  [[nodiscard]] std::span<const ParamColumn> columns() const { return columns_; }
  [[nodiscard]] std::size_t objectives() const { return directions_.size(); }

  /// The column of a parameter, or nullptr if it cannot vary.
  [[nodiscard]] const ParamColumn* column(const space::ParamSpec& spec) const {
    const auto found =
        std::ranges::find(columns_, spec.name, [](const ParamColumn& c) -> const std::string& { return c.spec->name; });
    return found == columns_.end() ? nullptr : &*found;
  }

  /// Rows with a result, ascending.
  [[nodiscard]] std::span<const std::size_t> ranked() const { return ranked_; }
  /// What a row with a result is worth.
  [[nodiscard]] const Rank& rank(std::size_t row) const { return ranks_[rank_of_[row]]; }

 private:
  void begin(const SampleRequest& request) {
    identity_ = request.history.identity();
    space_ = space::SearchSpace(request.space);
    directions_ = request.directions;
    finished_ = 0;
    was_read_.clear();
    columns_.clear();
    ranked_.clear();
    ranks_.clear();
    for (const auto& spec : space_.params)
      if (!space::is_single(spec.distribution)) columns_.emplace_back(spec);
  }

  // A running trial may get values after it was first read, if another program suggests them one by one.
  void read(const FrozenTrial& trial, std::size_t row) {
    std::size_t next = 0;
    for (auto& column : columns_) {
      const auto* param = std::isnan(column.z[row]) ? find(trial, column, next) : nullptr;
      if (param == nullptr) continue;
      const auto internal = value_in_space(*param, column.spec->distribution);
      if (!internal) continue;
      column.z[row] = column.choices > 0 ? *internal : column.scale.to_z(*internal);
      if (was_read_[row] != 0) kept_ = false;
    }
    was_read_[row] = 1;
  }

  // Most trials have the parameters in the order of the space: `next` is where to look first.
  static const storage::StoredParam* find(const FrozenTrial& trial, const ParamColumn& column, std::size_t& next) {
    const bool expected = next < trial.params.size() && trial.params[next].name == column.spec->name;
    const auto* param = expected ? &trial.params[next] : trial.param(column.spec->name);
    if (param != nullptr) next = static_cast<std::size_t>(param - trial.params.data()) + 1;
    return param;
  }

  // Parts each group into the columns that the trial has and those that it has not.
  void regroup(const FrozenTrial& trial) {
    std::vector<std::size_t> parts;  // twice the old group, one more if the trial has it
    std::size_t next = 0;
    for (auto& column : columns_) {
      const std::size_t part = 2 * column.group + (find(trial, column, next) != nullptr ? 1 : 0);
      const auto known = std::ranges::find(parts, part);
      column.group = static_cast<std::size_t>(known - parts.begin());
      if (known == parts.end()) parts.push_back(part);
    }
  }

  std::uint64_t identity_ = 0;
  space::SearchSpace space_;
  std::vector<Direction> directions_;
  std::size_t finished_ = 0;
  bool kept_ = false;
  std::vector<char> was_read_;  // by row
  std::vector<ParamColumn> columns_;
  std::vector<std::size_t> ranked_;
  std::vector<Rank> ranks_;           // in the order in which the trials ended
  std::vector<std::size_t> rank_of_;  // by row: position there
};

}  // namespace hpo::search

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
#include <variant>
#include <vector>

#include <hpo/search/sampler.hpp>
#include <hpo/search/scale.hpp>
#include <hpo/search/tpe_split.hpp>

namespace hpo::search {

/// The values of one parameter, one per trial of the history: NaN where the trial lacks it or holds what today's
/// distribution does not.
struct Column {
  const space::ParamSpec* spec = nullptr;
  std::size_t choices = 0;              ///< 0 for a numeric parameter
  Scale scale{};                        ///< of a numeric one
  std::vector<double> z{};              ///< on the scale; the index of a choice
  std::vector<std::uint32_t> sorted{};  ///< rows that have a value, by (z, row); numeric only

  // What a kernel of a row cost to compute, good as long as its width is the same. Only saves time.
  struct Kept {
    double sigma = -1;
    double log_norm = 0;
  };
  mutable std::vector<Kept> kept{};

  explicit Column(const space::ParamSpec& param) : spec(&param) {
    if (const auto* categorical = std::get_if<space::CategoricalDistribution>(&param.distribution))
      choices = categorical->choices.size();
    else
      scale = Scale::of(param.distribution);
  }

  void set(std::size_t row, double internal) {
    z[row] = choices > 0 ? internal : scale.to_z(internal);
    if (choices > 0) return;
    const auto before = [&](std::uint32_t a, std::uint32_t b) { return z[a] != z[b] ? z[a] < z[b] : a < b; };
    const auto id = static_cast<std::uint32_t>(row);
    sorted.insert(std::ranges::upper_bound(sorted, id, before), id);
  }
};

/// One row per trial of a history (its position there), one column per parameter that can vary.
class Observations {
 public:
  Observations() = default;
  Observations(Observations&&) = default;  // columns point into the space, which a copy would leave behind
  Observations& operator=(Observations&&) = default;

  /// Takes in what is new. Starts again for another history, space or direction.
  void update(const SampleRequest& request) {
    if (identity_ != request.history.identity() || space_ != request.space || direction_ != request.direction())
      begin(request);
    const auto trials = request.history.trials();
    for (; rows_ < trials.size(); ++rows_)
      for (auto& column : columns_) {
        column.z.push_back(std::numeric_limits<double>::quiet_NaN());
        column.kept.emplace_back();
      }
    const auto finished = request.history.finished();
    for (; finished_ < finished.size(); ++finished_) {
      const std::size_t row = finished[finished_];
      const auto rank = Rank::of(trials[row], direction_);
      if (!rank) continue;
      read(trials[row], row);
      const auto place = std::ranges::lower_bound(ranked_, row);
      ranks_.insert(ranks_.begin() + (place - ranked_.begin()), *rank);
      ranked_.insert(place, row);
    }
    for (const std::size_t row : request.history.unfinished())
      if (trials[row].state == TrialState::running) read(trials[row], row);
  }

  /// The column of a parameter, or nullptr if it cannot vary.
  [[nodiscard]] const Column* column(const space::ParamSpec& spec) const {
    const auto found =
        std::ranges::find(columns_, spec.name, [](const Column& c) -> const std::string& { return c.spec->name; });
    return found == columns_.end() ? nullptr : &*found;
  }

  /// Rows with a result, ascending, and what each is worth.
  [[nodiscard]] std::span<const std::size_t> ranked() const { return ranked_; }
  [[nodiscard]] std::span<const Rank> ranks() const { return ranks_; }

 private:
  void begin(const SampleRequest& request) {
    identity_ = request.history.identity();
    space_ = request.space;
    direction_ = request.direction();
    rows_ = finished_ = 0;
    columns_.clear();
    ranked_.clear();
    ranks_.clear();
    for (const auto& spec : space_.params)
      if (!space::is_single(spec.distribution)) columns_.emplace_back(spec);
  }

  void read(const FrozenTrial& trial, std::size_t row) {
    for (auto& column : columns_) {
      if (!std::isnan(column.z[row])) continue;
      const auto* param = trial.param(column.spec->name);
      if (param == nullptr) continue;
      if (const auto internal = translate(*param, column.spec->distribution)) column.set(row, *internal);
    }
  }

  // The stored value in terms of today's distribution, if it fits there.
  static std::optional<double> translate(const storage::StoredParam& param, const space::Distribution& today) {
    if (param.distribution.index() != today.index()) return std::nullopt;
    double internal = param.internal;
    if (const auto* choices = std::get_if<space::CategoricalDistribution>(&today);
        choices && param.distribution != today) {
      if (!space::contains(param.distribution, internal)) return std::nullopt;
      const auto value = param.value();
      const auto found =
          std::ranges::find_if(choices->choices, [&](const auto& choice) { return space::same(choice, value); });
      internal = static_cast<double>(found - choices->choices.begin());
    }
    return space::contains(today, internal) ? std::optional(internal) : std::nullopt;
  }

  std::uint64_t identity_ = 0;
  space::SearchSpace space_;
  Direction direction_ = Direction::minimize;
  std::size_t rows_ = 0;
  std::size_t finished_ = 0;
  std::vector<Column> columns_;
  std::vector<std::size_t> ranked_;
  std::vector<Rank> ranks_;
};

}  // namespace hpo::search

#pragma once
/// \file  Grid search: every combination once.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/search/grid/grid_points.hpp>
#include <hpo/search/grid/permutation.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/storage/attributes.hpp>

namespace hpo::search {

struct GridOptions {
  std::int64_t levels = 5;  ///< values of a range of real numbers, and of a logarithmic one
  bool shuffle = true;      ///< in a random order of the seed's; else the last parameter changes fastest
};

template <class Visitor>
void describe(Visitor& v, GridOptions& o) {
  v.field("levels", o.levels, "values of a range of real numbers, and of a logarithmic one", at_least(std::int64_t{1}));
  v.field("shuffle", o.shuffle, "in a random order; else the last parameter changes fastest");
}

/// Trial k visits point k of the grid, in an order that does not depend on workers or results: only if another trial
/// has been there (one that was enqueued or continued, or an earlier attempt of this one), the next that none has.
/// Points that break a constraint are passed over. A trial whose process died has not been anywhere; a failed one has.
///
/// When every point was visited the grid begins again; whoever wants no repetition asks size(). A grid of 2^63 points
/// or more is drawn from at random.
class GridSampler {
 public:
  GridSampler() = default;
  explicit GridSampler(GridOptions options) : options_(options) {}

  /// How many points the grid over a space has, those that break a constraint included; nothing if they are 2^63 or
  /// more.
  [[nodiscard]] std::optional<std::uint64_t> size(const space::SearchSpace& space) const {
    return GridPoints(space, options_.levels).size();
  }

  [[nodiscard]] space::Assignment sample(const SampleRequest& request) {
    update(request);
    PhiloxStream random = request.random();
    const auto size = grid_->points.size();
    const GridPoint point = size ? grid_->points.point(order(next(request, *size), *size)) : GridPoint();
    return assign(request, [&](const space::ParamSpec& spec) {
      const auto p = static_cast<std::size_t>(&spec - request.space.params.data());
      const GridAxis& axis = grid_->points.axes()[p];
      // Without a place on the grid: too many points, or active only because its parent is fixed.
      return axis.at(size && point[p] ? *point[p] : random.below(axis.count()));
    });
  }

 private:
  // At one address, as the points refer to the space.
  struct Grid {
    space::SearchSpace space;
    GridPoints points;
    Grid(const space::SearchSpace& of, std::int64_t levels) : space(of), points(space, levels) {}
  };
  // Where the search for a place that nobody has visited stands, after so many attempts of one trial.
  struct Cursor {
    std::int64_t number = -1, attempt = 0;
    std::uint64_t place = 0, walked = 0;
  };

  // The n-th point in the order of the grid, and back.
  [[nodiscard]] std::uint64_t order(std::uint64_t place, std::uint64_t size) const {
    return options_.shuffle ? Permutation(size, seed_)(place) : place;
  }

  void update(const SampleRequest& request) {
    if (grid_ == nullptr || identity_ != request.history.identity() || seed_ != request.seed ||
        grid_->space != request.space) {
      grid_ = std::make_unique<Grid>(request.space, options_.levels);
      identity_ = request.history.identity();
      seed_ = request.seed;
      finished_ = 0;
      visited_.clear();
      cursor_ = {};
    }
    if (!grid_->points.size()) return;
    const auto trials = request.history.trials();
    const auto finished = request.history.finished();
    if (finished_ != finished.size()) cursor_ = {};
    for (; finished_ < finished.size(); ++finished_) {
      const auto& trial = trials[finished[finished_]];
      if (trial.user_attrs.contains(std::string(storage::keys::interrupted))) continue;
      if (const auto place = place_of(trial)) visited_.insert(*place);
    }
    std::unordered_set<std::uint64_t> running;
    for (const std::size_t position : request.history.unfinished()) {
      const auto& trial = trials[position];
      if (trial.state != TrialState::running || trial.number == request.number) continue;
      if (const auto place = place_of(trial)) running.insert(*place);
    }
    if (running != running_) cursor_ = {};
    running_ = std::move(running);
  }

  // In the order of the grid; nothing if the trial is not on it.
  [[nodiscard]] std::optional<std::uint64_t> place_of(const FrozenTrial& trial) const {
    GridPoint point(grid_->space.params.size());
    std::size_t found = 0;
    for (std::size_t p = 0; p < point.size(); ++p) {
      const auto& spec = grid_->space.params[p];
      const auto* param = trial.param(spec.name);
      if (param == nullptr) continue;
      if (param->distribution.index() != spec.distribution.index()) return std::nullopt;
      double internal = param->internal;
      if (const auto* choices = std::get_if<space::CategoricalDistribution>(&spec.distribution)) {
        if (!space::contains(param->distribution, internal)) return std::nullopt;
        const auto value = param->value();
        const auto at = std::ranges::find_if(choices->choices, [&](const auto& c) { return space::same(c, value); });
        internal = static_cast<double>(at - choices->choices.begin());
      }
      point[p] = grid_->points.axes()[p].find(internal);
      if (!point[p]) return std::nullopt;
      ++found;
    }
    if (found != trial.params.size()) return std::nullopt;
    const auto number = grid_->points.number(point);
    if (!number || grid_->points.point(*number) != point) return std::nullopt;
    return options_.shuffle ? Permutation(*grid_->points.size(), seed_).inverse(*number) : *number;
  }

  // The places from the trial's own on, in a circle, without those that are taken: one for each attempt.
  std::uint64_t next(const SampleRequest& request, std::uint64_t size) {
    const auto number = static_cast<std::uint64_t>(request.number);
    if (visited_.size() >= size) return (number + static_cast<std::uint64_t>(request.attempt)) % size;
    if (cursor_.number != request.number || request.attempt < cursor_.attempt)
      cursor_ = {request.number, 0, number % size, 0};
    for (;; ++cursor_.walked, cursor_.place = (cursor_.place + 1) % size) {
      if (cursor_.walked >= size) return (number + static_cast<std::uint64_t>(request.attempt)) % size;
      if (is_taken(request, cursor_.place, size)) continue;
      if (cursor_.attempt == request.attempt) return cursor_.place;
      ++cursor_.attempt;
    }
  }

  bool is_taken(const SampleRequest& request, std::uint64_t place, std::uint64_t size) const {
    if (visited_.contains(place) || running_.contains(place)) return true;
    if (request.space.constraints.empty()) return false;
    const GridPoint point = grid_->points.point(order(place, size));
    space::Assignment values;
    for (std::size_t p = 0; p < point.size(); ++p)
      if (point[p])
        values.set(grid_->space.params[p].name,
                   space::to_external(grid_->space.params[p].distribution, grid_->points.axes()[p].at(*point[p])));
    return request.space.broken(values) != nullptr;
  }

  GridOptions options_;
  std::unique_ptr<Grid> grid_;
  std::uint64_t identity_ = 0, seed_ = 0;
  std::size_t finished_ = 0;
  std::unordered_set<std::uint64_t> visited_, running_;  // places
  Cursor cursor_;
};

static_assert(Sampler<GridSampler>);

}  // namespace hpo::search

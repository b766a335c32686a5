#pragma once
/// \file  The points of a grid over a space with conditions, by number, without a list of them.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <hpo/search/grid/grid_axis.hpp>
#include <hpo/space/search_space.hpp>

namespace hpo::search {

/// A point of a grid: the place on the axis of each parameter of the space; nothing where it is inactive.
using GridPoint = std::vector<std::optional<std::uint64_t>>;

/// All combinations that differ: what is inactive adds none. A parameter depends on one other, so the space is a
/// forest, in which each value of a parameter stands for as many points as its active children have together.
///
/// The last parameter changes fastest.
class GridPoints {
 public:
  /// The space must outlive the points.
  GridPoints(const space::SearchSpace& space, std::int64_t levels) : space_(&space) {
    const std::size_t count = space.params.size();
    for (const auto& spec : space.params) axes_.emplace_back(spec.distribution, levels);
    runs_.resize(count);
    sizes_.resize(count);
    std::vector<std::vector<std::size_t>> children(count);
    for (std::size_t p = 0; p < count; ++p) {
      if (space.params[p].condition)
        children[index_of(space.params[p].condition->parent)].push_back(p);
      else
        roots_.push_back(p);
    }
    for (std::size_t p = count; p-- > 0;) {
      cut(p, children[p]);
      for (const Run& run : runs_[p]) sizes_[p] = sum(sizes_[p], product(run.length, run.points));
    }
    size_ = 1;
    for (const std::size_t root : roots_) size_ = product(size_, sizes_[root]);
  }

  /// How many there are; nothing if they are 2^63 or more.
  [[nodiscard]] std::optional<std::uint64_t> size() const {
    return size_ < too_many ? std::optional(size_) : std::nullopt;
  }
  [[nodiscard]] std::span<const GridAxis> axes() const { return axes_; }

  /// \param number less than size().
  [[nodiscard]] GridPoint point(std::uint64_t number) const {
    GridPoint point(axes_.size());
    unfold(roots_, number, point);
    return point;
  }

  /// The number of a point. Nothing if it lacks an active parameter.
  [[nodiscard]] std::optional<std::uint64_t> number(const GridPoint& point) const { return fold(roots_, point); }

 private:
  static constexpr std::uint64_t too_many = std::uint64_t{1} << 63;

  // Neighboring values of a parameter that make the same children active.
  struct Run {
    std::uint64_t first = 0, length = 0;
    std::uint64_t points = 1;  // for each of the values
    std::vector<std::size_t> children;
  };

  static std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    return b != 0 && a >= too_many / b ? too_many : a * b;
  }
  static std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return a >= too_many - b ? too_many : a + b; }

  [[nodiscard]] std::size_t index_of(const std::string& name) const {
    return static_cast<std::size_t>(space_->find(name) - space_->params.data());
  }

  void cut(std::size_t p, const std::vector<std::size_t>& children) {
    const GridAxis& axis = axes_[p];
    std::vector<std::uint64_t> cuts{0};
    for (const std::size_t child : children) add_cuts(axis, p, *space_->params[child].condition, cuts);
    std::ranges::sort(cuts);
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      Run run{cuts[i], (i + 1 < cuts.size() ? cuts[i + 1] : axis.count()) - cuts[i], 1, {}};
      const auto value = space::to_external(space_->params[p].distribution, axis.at(run.first));
      for (const std::size_t child : children) {
        if (!space_->params[child].condition->holds(value)) continue;
        run.children.push_back(child);
        run.points = product(run.points, sizes_[child]);
      }
      runs_[p].push_back(std::move(run));
    }
  }

  // Before every value of a short axis; of a long one, around the values at which the condition may change.
  void add_cuts(const GridAxis& axis, std::size_t p, const space::Condition& condition,
                std::vector<std::uint64_t>& cuts) const {
    if (axis.count() <= 256 || std::holds_alternative<space::CategoricalDistribution>(space_->params[p].distribution)) {
      for (std::uint64_t i = 1; i < axis.count(); ++i) cuts.push_back(i);
      return;
    }
    const double first = axis.at(0), step = axis.at(1) - first;
    const auto around = [&](double value) {
      const double middle = std::round((value - first) / step);
      for (double place = middle - 2; place <= middle + 2; ++place)
        if (place > 0 && place < static_cast<double>(axis.count())) cuts.push_back(static_cast<std::uint64_t>(place));
    };
    for (const auto& bound : {condition.at_least, condition.at_most})
      if (bound) around(*bound);
    for (const auto& value : condition.any_of)
      if (const auto wanted = space::number(value)) around(*wanted);
  }

  void unfold(const std::vector<std::size_t>& params, std::uint64_t number, GridPoint& point) const {
    for (std::size_t i = params.size(); i-- > 0;) {
      const std::size_t p = params[i];
      std::uint64_t rest = number % sizes_[p];
      number /= sizes_[p];
      for (const Run& run : runs_[p]) {
        const std::uint64_t points = product(run.length, run.points);
        if (rest >= points) {
          rest -= points;
          continue;
        }
        point[p] = run.first + rest / run.points;
        unfold(run.children, rest % run.points, point);
        break;
      }
    }
  }

  [[nodiscard]] std::optional<std::uint64_t> fold(const std::vector<std::size_t>& params,
                                                  const GridPoint& point) const {
    std::uint64_t number = 0;
    for (const std::size_t p : params) {
      if (!point[p]) return std::nullopt;
      std::uint64_t before = 0;
      for (const Run& run : runs_[p]) {
        if (*point[p] >= run.first + run.length) {
          before = sum(before, product(run.length, run.points));
          continue;
        }
        const auto below = fold(run.children, point);
        if (!below) return std::nullopt;
        before += (*point[p] - run.first) * run.points + *below;
        break;
      }
      number = number * sizes_[p] + before;
    }
    return number;
  }

  const space::SearchSpace* space_;
  std::vector<GridAxis> axes_;
  std::vector<std::vector<Run>> runs_;  // of each parameter
  std::vector<std::uint64_t> sizes_;    // of each parameter with all that depends on it
  std::vector<std::size_t> roots_;
  std::uint64_t size_ = 0;
};

}  // namespace hpo::search

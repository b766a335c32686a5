#pragma once
/// \file  The point of a mixed space where an acquisition function is highest.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <hpo/core/philox.hpp>
#include <hpo/search/gp/acquisition.hpp>
#include <hpo/search/gp/encoding.hpp>
#include <hpo/search/math/lbfgsb.hpp>
#include <hpo/search/math/sobol.hpp>

namespace hpo::search {

struct GpMaximizeOptions {
  std::size_t candidates = 1024;  ///< spread over the whole space
  std::size_t neighbors = 512;    ///< around the points in `near`
  std::size_t starts = 8;         ///< candidates that a local search begins at, besides `near`
};

/// Candidates first; then local search from the best one, from some others drawn by exp(acquisition), and from the best
/// known point: L-BFGS-B over the reals, and every other value of each choice and small grid, in turns, until neither
/// gains. Large grids are searched as reals, rounded, and walked in steps of powers of two.
///
/// Keeps a hundredth of some range away from running trials, as long as there is room: where nearly all is known, what
/// little is to be gained lies at one place for all workers.
///
/// Source   the alternation is that of Optuna 5's GPSampler; neighbors of good points as candidates are SMAC's.
class GpMaximizer {
 public:
  GpMaximizer(const GpEncoding& encoding, GpAcquisition& acquisition, GpMaximizeOptions options = {},
              std::span<const std::vector<double>> running = {})
      : encoding_(encoding), acquisition_(acquisition), options_(options), running_(running) {}

  /// \param near good known points, the best first.
  [[nodiscard]] std::vector<double> maximize(std::span<const std::vector<double>> near, std::uint64_t seed,
                                             PhiloxStream& random) {
    auto candidates = this->candidates(near, seed, random);
    std::vector<Found> starts = choose(candidates, random);
    if (!near.empty()) starts.push_back(judge(near.front()));
    Found best = std::move(starts.front());
    best = climb(std::move(best));
    for (std::size_t i = 1; i < starts.size(); ++i) {
      Found other = climb(std::move(starts[i]));
      if (other.value > best.value) best = std::move(other);
    }
    return best.point;
  }

  /// The best of `count` candidates, without local search.
  [[nodiscard]] std::vector<double> best_candidate(std::size_t count, std::uint64_t seed, PhiloxStream& random) {
    options_.candidates = count;
    options_.neighbors = 0;
    auto candidates = this->candidates({}, seed, random);
    return std::ranges::max_element(candidates, {}, &Found::value)->point;
  }

 private:
  struct Found {
    std::vector<double> point;
    double value = -std::numeric_limits<double>::infinity();
  };

  Found judge(std::vector<double> point) {
    encoding_.project(point, movable_);
    Found found{std::move(point)};
    found.value = acquisition_(found.point);
    if (crowded(found.point)) found.value -= 1e15;  // below any other
    if (!encoding_.keeps_constraints(found.point)) found.value -= 1e16;
    return found;
  }

  bool crowded(std::span<const double> point) const {
    return std::ranges::any_of(running_, [&](const std::vector<double>& other) {
      for (std::size_t a = 0; a < point.size(); ++a)
        if (std::abs(point[a] - other[a]) > 0.01) return false;
      return true;
    });
  }

  std::vector<Found> candidates(std::span<const std::vector<double>> near, std::uint64_t seed, PhiloxStream& random) {
    std::vector<Found> all;
    const auto axes = encoding_.axes();
    const Sobol sequence(axes.size(), seed, "gp-candidates");
    for (std::size_t i = 0; i < options_.candidates; ++i) {
      auto point = sequence.point(i);
      for (std::size_t a = 0; a < axes.size(); ++a)
        if (axes[a].choices > 0) point[a] = std::floor(point[a] * static_cast<double>(axes[a].choices));
      all.push_back(judge(std::move(point)));
    }
    for (std::size_t i = 0; i < options_.neighbors && !near.empty(); ++i)
      all.push_back(judge(neighbor(near[i % near.size()], random)));
    return all;
  }

  // Some coordinates moved, by distances of any order of magnitude.
  std::vector<double> neighbor(std::vector<double> point, PhiloxStream& random) const {
    const auto axes = encoding_.axes();
    const double radius = std::exp(std::log(1e-3) + random.uniform() * std::log(300.0));
    const double share = std::max(0.4, 1 / static_cast<double>(axes.size()));
    for (std::size_t a = 0; a < axes.size(); ++a) {
      if (random.uniform() >= share) continue;
      if (axes[a].choices > 0) {
        if (random.uniform() < 0.5) point[a] = static_cast<double>(random.below(axes[a].choices));
        continue;
      }
      double step = radius * random.normal();
      if (axes[a].grid > 0 && std::abs(step) < 1 / axes[a].grid) step = std::copysign(1 / axes[a].grid, step);
      point[a] = std::clamp(point[a] + step, 0.0, 1.0);
    }
    return point;
  }

  std::vector<Found> choose(std::vector<Found>& candidates, PhiloxStream& random) const {
    std::ranges::stable_sort(candidates, std::greater<>{}, &Found::value);
    std::vector<Found> chosen{candidates.front()};
    std::vector<double> sums;
    double sum = 0;
    for (std::size_t i = 1; i < candidates.size(); ++i)
      sums.push_back(sum += std::exp(candidates[i].value - candidates.front().value));
    while (chosen.size() < options_.starts && !sums.empty()) {
      const auto drawn = std::ranges::upper_bound(sums, random.uniform() * sum);
      const auto place = std::min<std::size_t>(static_cast<std::size_t>(drawn - sums.begin()), sums.size() - 1);
      chosen.push_back(candidates[place + 1]);
    }
    return chosen;
  }

  Found climb(Found at) {
    for (int round = 0; round < 10; ++round) {
      const double before = at.value;
      slide(at);
      sweep(at);
      if (at.value <= before + 1e-4) break;
    }
    return at;
  }

  void take_if_better(Found& at, std::vector<double> point) {
    Found other = judge(std::move(point));
    if (other.value > at.value) at = std::move(other);
  }

  static bool is_small(const GpAxis& axis) { return axis.grid > 0 && axis.grid <= 16; }

  // Along the reals, in coordinates in which the function changes equally fast.
  void slide(Found& at) {
    const auto axes = encoding_.axes();
    encoding_.project(at.point, movable_);
    std::vector<std::size_t> moved;
    std::vector<double> start, low, high, unit;
    for (std::size_t a = 0; a < axes.size(); ++a) {
      if (!movable_[a] || axes[a].choices > 0 || is_small(axes[a])) continue;
      moved.push_back(a);
      unit.push_back(std::sqrt(acquisition_.process().params().relevance[a]));
      start.push_back(at.point[a] * unit.back());
      low.push_back(0);
      high.push_back(unit.back());
    }
    if (moved.empty()) return;
    std::vector<double> point = at.point, slope(axes.size());
    const auto loss = [&](std::span<const double> x, std::span<double> gradient) {
      for (std::size_t i = 0; i < moved.size(); ++i) point[moved[i]] = x[i] / unit[i];
      const double value = acquisition_(point, slope);
      for (std::size_t i = 0; i < moved.size(); ++i) gradient[i] = -slope[moved[i]] / unit[i];
      return -value;
    };
    const auto found = Lbfgsb(loss, low, high, {.max_iterations = 50, .gradient_tolerance = 1e-2}).minimize(start);
    for (std::size_t i = 0; i < moved.size(); ++i) point[moved[i]] = found.x[i] / unit[i];
    take_if_better(at, std::move(point));
  }

  void sweep(Found& at) {
    const auto axes = encoding_.axes();
    for (std::size_t a = 0; a < axes.size(); ++a) {
      encoding_.project(at.point, movable_);
      if (!movable_[a]) continue;
      if (axes[a].choices > 0)
        try_values(at, a, axes[a].choices, [](std::size_t i) { return static_cast<double>(i); });
      else if (is_small(axes[a]))
        try_values(at, a, static_cast<std::size_t>(axes[a].grid), [&](std::size_t i) {
          return axes[a].from_internal(axes[a].scale.low + axes[a].scale.step * static_cast<double>(i));
        });
      else if (axes[a].grid > 0)
        walk(at, a);
    }
  }

  template <class ValueAt>
  void try_values(Found& at, std::size_t axis, std::size_t count, ValueAt&& value_at) {
    for (std::size_t i = 0; i < count; ++i) {
      auto point = at.point;
      if (point[axis] == value_at(i)) continue;
      point[axis] = value_at(i);
      take_if_better(at, std::move(point));
    }
  }

  void walk(Found& at, std::size_t a) {
    const auto& axis = encoding_.axes()[a];
    for (double stride = 8; stride >= 1; stride /= 2)
      for (const double sign : {-1.0, 1.0}) {
        auto point = at.point;
        const double internal = axis.to_internal(point[a]) + sign * stride * axis.scale.step;
        point[a] = axis.from_internal(std::clamp(internal, axis.scale.low, axis.scale.high));
        if (point[a] != at.point[a]) take_if_better(at, std::move(point));
      }
  }

  const GpEncoding& encoding_;
  GpAcquisition& acquisition_;
  GpMaximizeOptions options_;
  std::span<const std::vector<double>> running_;
  std::vector<bool> movable_;
};

}  // namespace hpo::search

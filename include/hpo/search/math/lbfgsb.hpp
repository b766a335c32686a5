#pragma once
/// \file  Minimization of a smooth function in a box.
/// Layer `search`, tier 0.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <hpo/search/math/cholesky.hpp>

namespace hpo::search {

struct LbfgsbOptions {
  std::size_t max_iterations = 100;
  std::size_t memory = 8;            ///< steps remembered of the curvature
  double gradient_tolerance = 1e-5;  ///< largest entry of the projected gradient at the end
};

struct Minimum {
  std::vector<double> x;
  double value = 0;
  std::size_t evaluations = 0;
};

/// Limited-memory BFGS: the directions are taken among the variables that no bound stops, each step is projected into
/// the box and shortened until it gains enough. Ends at a point where the projected gradient vanishes, or where no step
/// gains.
///
/// `f(x, gradient)` returns the value and fills the gradient; a value that is not finite counts as infinitely bad.
///
/// Source   Byrd, Lu, Nocedal, Zhu, SIAM J. Sci. Comput. 16 (1995); instead of the Cauchy point, Bertsekas' projected
///          line search (1982): simpler, and as good on boxes of some tens of variables.
template <class F>
  requires std::is_invocable_r_v<double, F, std::span<const double>, std::span<double>>
class Lbfgsb {
 public:
  Lbfgsb(F f, std::span<const double> low, std::span<const double> high, LbfgsbOptions options = {})
      : f_(std::move(f)), low_(low.begin(), low.end()), high_(high.begin(), high.end()), options_(options) {}

  [[nodiscard]] Minimum minimize(std::span<const double> start) {
    const std::size_t d = start.size();
    Minimum at{{start.begin(), start.end()}, 0, 0};
    project(at.x);
    gradient_.assign(d, 0);
    steps_.clear();
    at.value = evaluate(at, at.x, gradient_);
    for (std::size_t i = 0; i < options_.max_iterations && std::isfinite(at.value); ++i) {
      find_free(at.x);
      if (largest_free_gradient() <= options_.gradient_tolerance) break;
      if (!advance(at) && !(std::exchange(steps_, {}).size() > 0 && advance(at))) break;
    }
    return at;
  }

 private:
  struct Step {
    std::vector<double> x, gradient;  // differences
  };

  double evaluate(Minimum& at, std::span<const double> x, std::span<double> gradient) {
    ++at.evaluations;
    return f_(x, gradient);
  }

  void project(std::vector<double>& x) const {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::clamp(x[i], low_[i], high_[i]);
  }

  void find_free(std::span<const double> x) {
    free_.assign(x.size(), false);
    for (std::size_t i = 0; i < x.size(); ++i) free_[i] = gradient_[i] > 0 ? x[i] > low_[i] : x[i] < high_[i];
  }

  double largest_free_gradient() const {
    double largest = 0;
    for (std::size_t i = 0; i < free_.size(); ++i)
      if (free_[i]) largest = std::max(largest, std::abs(gradient_[i]));
    return largest;
  }

  double free_dot(std::span<const double> a, std::span<const double> b) const {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (free_[i]) sum += a[i] * b[i];
    return sum;
  }

  // The two-loop recursion, on the free variables.
  std::vector<double> direction() const {
    std::vector<double> v(gradient_.size());
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = free_[i] ? -gradient_[i] : 0;
    std::vector<double> alpha(steps_.size());
    double curvature = 0;
    for (std::size_t k = steps_.size(); k-- > 0;) {
      const double sy = free_dot(steps_[k].x, steps_[k].gradient);
      if (!(sy > 0)) continue;
      if (curvature == 0) curvature = sy / free_dot(steps_[k].gradient, steps_[k].gradient);
      alpha[k] = free_dot(steps_[k].x, v) / sy;
      add(v, -alpha[k], steps_[k].gradient);
    }
    const double first = 1 / std::max(1.0, std::sqrt(free_dot(gradient_, gradient_)));
    for (double& value : v) value *= curvature > 0 ? curvature : first;
    for (std::size_t k = 0; k < steps_.size(); ++k) {
      const double sy = free_dot(steps_[k].x, steps_[k].gradient);
      if (sy > 0) add(v, alpha[k] - free_dot(steps_[k].gradient, v) / sy, steps_[k].x);
    }
    return v;
  }

  void add(std::vector<double>& v, double factor, std::span<const double> w) const {
    for (std::size_t i = 0; i < v.size(); ++i)
      if (free_[i]) v[i] += factor * w[i];
  }

  // One step. False if none along the direction gains.
  bool advance(Minimum& at) {
    const auto toward = direction();
    if (!(free_dot(toward, gradient_) < 0)) return false;
    std::vector<double> x(at.x.size()), gradient(at.x.size());
    double length = 1;
    for (int trial = 0; trial < 25; ++trial) {
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = at.x[i] + length * toward[i];
      project(x);
      double slope = 0, moved = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        slope += gradient_[i] * (x[i] - at.x[i]);
        moved = std::max(moved, std::abs(x[i] - at.x[i]));
      }
      if (moved == 0) return false;
      const double value = evaluate(at, x, gradient);
      if (std::isfinite(value) && value <= at.value + 1e-4 * slope && slope < 0) {
        const bool gained = value < at.value;
        accept(at, x, gradient, value);
        return gained;
      }
      // The parabola through both values and the slope; within [0.1, 0.5] of the step.
      const double rise = value - at.value - slope;
      const double ratio = std::isfinite(value) && rise > 0 ? -slope / (2 * rise) : 0.1;
      length *= std::clamp(ratio, 0.1, 0.5);
    }
    return false;
  }

  void accept(Minimum& at, std::vector<double>& x, std::vector<double>& gradient, double value) {
    Step step{x, gradient};
    for (std::size_t i = 0; i < x.size(); ++i) {
      step.x[i] -= at.x[i];
      step.gradient[i] -= gradient_[i];
    }
    if (dot(step.x.data(), step.gradient.data(), x.size()) > 0) {
      if (steps_.size() == options_.memory) steps_.erase(steps_.begin());
      steps_.push_back(std::move(step));
    }
    at.x.swap(x);
    gradient_.swap(gradient);
    at.value = value;
  }

  F f_;
  std::vector<double> low_, high_;
  LbfgsbOptions options_;
  std::vector<double> gradient_;
  std::vector<bool> free_;
  std::vector<Step> steps_;
};

}  // namespace hpo::search
